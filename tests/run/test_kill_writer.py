"""Killed with -9 while it asks, a writer asks for what is missing and for nothing twice, and ends in the same bytes."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("langchain_openai")

from dreamgen.core.brief import Brief
from dreamgen.core.receipts import Usage
from dreamgen.engines.chat.budget import BudgetSpent
from dreamgen.engines.chat.ledger import calls, usage
from dreamgen.run.filming import ANSWERS
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe
from dreamgen.run.store import ENTRIES
from tests.bulk.families import wait_for
from tests.run.forked import Nursery
from tests.scripted import Asked, Behave, ScriptedServer

THEME = "a lighthouse keeper who has lost her dog"
LIMIT = 6
"""Calls in flight at once."""
PROSE = Behave("not_json", share=0.4, when=lambda asked: asked.ask == 1 and asked.how == "json_schema")
"""A server that takes every schema and sometimes answers in prose; which questions follows from what they ask."""


@dataclass(frozen=True)
class Writing:
    """One way to have a story written, again and again."""

    server: ScriptedServer
    """Who is asked."""
    expand: str
    """Acts x scenes x shots."""

    def changes(self) -> list[str]:
        """Of the recipe `chat`."""
        chat = {"model": "scripted", "base_url": self.server.url, "concurrency": LIMIT}
        told = [f"chat.{name}={value}" for name, value in chat.items()]
        return [*told, f'story.expand="{self.expand}"', "look=flat"]

    def finish(self, out: Path, *changes: str) -> None:
        """Writes, or goes on to write, in a folder, until it is done."""
        dream(Brief(text=THEME, sort="theme"), read_recipe("chat", [*self.changes(), *changes]), out, until="plan")

    def kill(self, nursery: Nursery, out: Path, asked: int, later: float) -> bool:
        """The same, killed so many seconds after the server was asked so often; whether it was still at work."""
        words = ["story", "--theme", THEME, "--recipe", "chat", "--out", str(out), "--stop-after", "plan"]
        command = nursery.start([*words, *(part for change in self.changes() for part in ("--set", change))])
        code = None
        while code is None and len(self.server.asked) < asked:
            code = command.wait(0.002)
        if code is None and (code := command.wait(later)) is None:
            code = command.kill()
        assert code in (0, -signal.SIGKILL), command.log.read_text("utf-8")
        return code != 0


def written(out: Path) -> bytes:
    """The story's bytes."""
    return (open_run(out).story.folder / "story.json").read_bytes()


def digests(server: ScriptedServer) -> Counter[tuple[str, str]]:
    """Every question with the way it was asked, and how often."""
    return Counter((asked.digest, asked.how) for asked in server.asked)


def spent(out: Path) -> tuple[Usage, ...]:
    return usage(out / ANSWERS)


def killed_again_and_again(
    folder: Path, expand: str, kills: int, delay: float, habits: Sequence[Behave] = ()
) -> dict[str, float]:
    """Writes a story undisturbed, and again with kills at random moments, and checks that it makes no difference."""
    lot = random.Random(expand)
    loaded = ("langchain_openai", "dreamgen.engines.chat.opening")
    acts, scenes, _ = map(int, expand.split("x"))

    def full(asked: Asked) -> None:
        """Answers for no scene before as many are asked for as may be at once, however slowly they come in."""
        if "Break this scene" in asked.user:
            wait_for(lambda: server.peak >= min(LIMIT, acts * scenes))

    with ScriptedServer(habits, reply=full, delay=delay) as server, Nursery(folder, loaded) as nursery:
        writing = Writing(server, expand)
        began = time.monotonic()
        writing.finish(folder / "calm")
        seconds, once, peak = time.monotonic() - began, digests(server), server.peak
        server.asked.clear()
        disturbed = 0
        for kill in range(kills):
            at = len(once) * (kill + lot.random()) // kills
            disturbed += writing.kill(nursery, folder / "killed", max(int(at), 1), lot.uniform(0.0, delay))
        writing.finish(folder / "killed")
        again = digests(server)
    lost = sum(line.failed for line in spent(folder / "killed"))
    assert disturbed
    assert again.keys() == once.keys()
    assert again.total() <= once.total() + disturbed * LIMIT
    # a question was asked again only when its answer was lost
    assert again.total() - len(again) <= lost
    assert again.total() <= len(calls(folder / "killed" / ANSWERS)) <= again.total() + disturbed * LIMIT
    assert written(folder / "killed") == written(folder / "calm")
    shots = len(open_run(folder / "killed").story.story.shots)
    return {
        "calls": once.total(), "calls with kills": again.total(), "lost": lost, "kills": disturbed, "peak": peak,
        "shots": shots, "scenes": len(open_run(folder / "killed").story.story.scenes), "seconds": seconds,
    }  # fmt: skip


@pytest.mark.slow
def test_killed_while_it_asks_it_asks_nothing_twice_and_writes_the_same_story(tmp_path: Path) -> None:
    found = killed_again_and_again(tmp_path, "4x4x4", kills=3, delay=0.2)
    assert (found["shots"], found["scenes"], found["calls"]) == (64, 16, 22)
    assert found["peak"] == LIMIT


@pytest.mark.slow
def test_killed_while_some_of_its_replies_are_prose_it_writes_the_same_story(tmp_path: Path) -> None:
    found = killed_again_and_again(tmp_path, "2x2x3", kills=2, delay=0.1, habits=[PROSE])
    assert found["shots"] == 12 and found["calls"] > 8


@pytest.mark.slow
def test_wherever_it_is_stopped_among_replies_in_prose_it_asks_and_writes_the_same(tmp_path: Path) -> None:
    with ScriptedServer([PROSE]) as server:
        writing = Writing(server, "2x2x2")
        writing.finish(tmp_path / "calm")
        once = digests(server)
        assert once.total() > 8
        for stop in range(1, once.total(), 2):
            server.asked.clear()
            with pytest.raises(BudgetSpent):
                writing.finish(tmp_path / str(stop), f"chat.max_calls={stop}")
            writing.finish(tmp_path / str(stop))
            assert digests(server) == once
            assert written(tmp_path / str(stop)) == written(tmp_path / "calm")


def test_a_spent_budget_stops_it_and_a_larger_one_lets_it_go_on(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        writing = Writing(server, "2x2x2")
        with pytest.raises(BudgetSpent, match=r"max_calls\) = 5"):
            writing.finish(tmp_path, "chat.max_calls=5")
        assert len(server.asked) == len(calls(tmp_path / ANSWERS)) == 5
        writing.finish(tmp_path, "chat.max_calls=50")
        assert set(digests(server).values()) == {1}
        assert sum(line.calls for line in spent(tmp_path)) == len(server.asked) == 8
        assert not sum(line.failed for line in spent(tmp_path))


def test_what_is_remembered_is_not_asked_for_again_when_the_story_is_made_again(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        writing = Writing(server, "2x2x2")
        writing.finish(tmp_path)
        story = written(tmp_path)
        shutil.rmtree(tmp_path / ENTRIES)
        writing.finish(tmp_path)
        assert len(server.asked) == 8
    assert written(tmp_path) == story
