"""Two drivers on one folder at once: real processes, with stories that are made in no time; and two with real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dreamgen.bulk.claims import Claims
from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.journal import Line, read_journals
from dreamgen.bulk.marks import Settled, key_of, write_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import read_plan
from dreamgen.bulk.signs import Sign, Vigil
from dreamgen.bulk.working import Outcome, Task, work
from dreamgen.run.bulking import Pool
from dreamgen.run.disk import sha256
from tests.bulk import families
from tests.bulk.conftest import PlanOf
from tests.bulk.stubs import FakeExecutor, failed, handed

STORIES = 40

DRIVE = """
import sys, time
from pathlib import Path
from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.places import Places
from dreamgen.core.brief import Brief
from dreamgen.run import disk
from dreamgen.run.recipe import read_recipe
from tests.bulk.stubs import FakeExecutor, done

out, stories, lease, share = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
mine = []

def shared():
    told = [path.read_text().count('"done"') for path in (out / "journal").glob("*.jsonl")]
    return len(told) == 2 and min(told) >= share

def act(task):
    mine.append(task)
    # whoever is ahead leaves the other its share, however late that one begins, unless it never does
    until = time.monotonic() + 120
    while len(mine) > stories / 2 and not shared() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.04)
    disk.write_whole(Places(task.folder).item(task.item.id) / "film.txt", task.item.id)
    return done(task)

items = tuple(Item(id=f"story-{k}", source=Brief(text="A walk.")) for k in range(stories))
plan = Plan(items=items, recipe=read_recipe("storyboard", [f"bulk.lease={lease}"]))
print("ready", flush=True)
sys.stdin.readline()
run_bulk(plan, out, FakeExecutor(act), join=lambda *_: {})
"""


@contextmanager
def drivers(out: Path, share: int, lease: float = 60.0) -> Iterator[list[subprocess.Popen[str]]]:
    """Two that begin at the same moment, and of which each finishes so many stories at least."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", DRIVE, str(out), str(STORIES), str(lease), str(share)]
    begun = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        for _ in range(2)
    ]  # fmt: skip
    try:
        for process in begun:
            assert process.stdin and process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in begun:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        yield begun
    finally:
        for process in begun:
            process.kill()
            process.communicate()


def ended(process: subprocess.Popen[str]) -> None:
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said


def journals(out: Path) -> list[Line]:
    return list(read_journals(Places(out)))


def of_each_driver(out: Path) -> list[int]:
    """How many stories each finished."""
    return [path.read_text().count('"done"') for path in sorted((out / "journal").glob("*.jsonl"))]


def wait_for(stories: int, out: Path, driver: subprocess.Popen[str]) -> None:
    """Until each of two drivers has finished so many."""
    while True:
        # in this order: what it did before it ended is seen
        lives, counts = driver.poll() is None, of_each_driver(out)
        if len(counts) == 2 and min(counts) >= stories:
            return
        assert lives
        time.sleep(0.01)


def test_two_drivers_at_once_do_nothing_twice(tmp_path: Path) -> None:
    with drivers(tmp_path, STORIES // 5) as both:
        for process in both:
            ended(process)
    lines = journals(tmp_path)
    assert Counter(line.item for line in lines if line.what == "began") == {f"story-{k}": 1 for k in range(STORIES)}
    assert Counter(line.what for line in lines) == {"began": STORIES, "done": STORIES}
    assert min(of_each_driver(tmp_path)) >= STORIES / 5
    # nothing is left of who worked on what
    assert not [path for path in tmp_path.glob("*/*") if path.parent.name in ("claims", "drivers")]


def test_what_a_killed_driver_had_in_hand_is_made_by_the_other(tmp_path: Path) -> None:
    with drivers(tmp_path, 3) as (first, second):
        wait_for(3, tmp_path, second)
        second.kill()
        ended(first)
    lines = journals(tmp_path)
    begun = Counter(line.item for line in lines if line.what == "began")
    assert set(begun) == {f"story-{k}" for k in range(STORIES)}
    # its two workers had two stories in hand, which are all that was begun again
    assert begun.total() <= STORIES + 2
    assert len(list(tmp_path.glob("settled/*/*.json"))) == STORIES
    assert not list(tmp_path.glob("drivers/*"))


@pytest.mark.slow
def test_a_halted_driver_that_comes_back_does_no_harm(tmp_path: Path) -> None:
    # a lease that a machine with much else to do keeps: nobody but the halted one is taken for dead
    with drivers(tmp_path, 3, lease=4.0) as (first, second):
        wait_for(3, tmp_path, second)
        second.send_signal(signal.SIGSTOP)
        ended(first)
        second.send_signal(signal.SIGCONT)
        ended(second)
    begun = Counter(line.item for line in journals(tmp_path) if line.what == "began")
    assert set(begun) == {f"story-{k}" for k in range(STORIES)}
    assert begun.total() <= STORIES + 2
    assert all(path.read_text() == path.parent.name for path in tmp_path.glob("items/*/*/film.txt"))
    assert len(list(tmp_path.glob("settled/*/*.json"))) == STORIES


@pytest.mark.parametrize("how", ["failed", "handed", "died"])
def test_whoever_lost_a_story_says_nothing_of_how_it_ended(
    tmp_path: Path, plan_of: PlanOf, pools: tuple[Pool, ...], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    plan, places = plan_of(1, tries=1, deaths=1, pools=pools), Places(tmp_path)

    def act(task: Task) -> Outcome | str:
        # meanwhile another driver takes this one for dead, and makes the story
        heir = Claims(places, plan.key, 60.0)
        with monkeypatch.context() as silence:
            silence.setattr(Vigil, "dead", lambda *_: True)
            assert heir.take(task.item.id)
        write_mark(places, Settled(item=task.item.id, key=key_of(task.item, plan), ended="done", reason="the heir's"))
        heir.leave()
        ends: dict[str, Outcome | str] = {
            "failed": failed(task, ValueError("no tree")), "handed": handed(task, "render"), "died": "killed",
        }  # fmt: skip
        return ends[how]

    executor = FakeExecutor(act)
    (mark,) = run_bulk(plan, tmp_path, executor, join=lambda *_: {})
    assert (mark.ended, mark.reason) == ("done", "the heir's")
    assert len(executor.begun) == 1


@pytest.fixture
def plots(tmp_path: Path) -> Path:
    path = tmp_path / "plots.jsonl"
    path.write_text(
        "".join(
            f'{{"plot": "Mara, a woman in a red coat, walks into a forest. She finds {k} apples."}}\n'
            for k in range(2, 6)
        )
    )
    return path


def bulk(plots: Path, out: Path) -> list[str]:
    """The command of one driver."""
    recipe = ("size=[128,72]", "fps=1", "shots=1", 'verify=[{backend="sight", width=128}]', "bulk.shard=2")
    changes = [part for change in recipe for part in ("--set", change)]
    own = ["--workers", "1", "--quiet", *changes, "--out", str(out)]
    return [sys.executable, "-m", "dreamgen", "bulk", str(plots), *own]


def told(out: Path, driver: subprocess.Popen[str], what: str) -> bool:
    """Whether the journal of a driver says that something became of a story."""
    for path in (out / "drivers").glob("*.json"):
        sign = Sign.model_validate_json(path.read_bytes().partition(b"\n")[0])
        journal = Places(out).journal(sign.name)
        if sign.process == driver.pid and journal.exists():
            return f'"{what}"' in journal.read_text()
    return False


@pytest.mark.slow
def test_two_drivers_of_which_one_is_killed_make_the_same_bytes_as_one(
    plots: Path, tmp_path: Path, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    both = [subprocess.Popen(bulk(plots, two), text=True) for _ in range(2)]
    try:
        # whoever begins first is halted, so that the other has stories to make, and is not done before it is killed
        ahead = families.wait_for(lambda: [process for process in both if told(two, process, "began")])[0]
        ahead.send_signal(signal.SIGSTOP)
        (other,) = (process for process in both if process is not ahead)
        families.wait_for(lambda: told(two, other, "done"))
        other.kill()
        ahead.send_signal(signal.SIGCONT)
        assert ahead.wait(timeout=300) == 0
        assert other.wait(timeout=300) == -9
    finally:
        for process in both:
            process.kill()
            process.wait()
    run_bulk(read_plan(two), one, FakeExecutor(work))
    assert contents(two / "dataset") == contents(one / "dataset")
    hashes = [{path.name: sha256(path) for path in folder.rglob("*.mp4")} for folder in (one, two)]
    assert hashes[0] == hashes[1]
    lines = journals(two)
    begun = Counter(line.item for line in lines if line.what == "began")
    assert len(begun) == 4
    # a worker may outlive its driver for a moment, and then the other driver finds the story locked and comes again
    locked = sum(line.what == "failed" and line.detail.startswith("another run") for line in lines)
    assert begun.total() - locked <= 4 + 1, "what the killed one had in hand"
