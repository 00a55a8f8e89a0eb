"""Whatever a server does to a writer, it ends in a whole story, in a plain error, or in nothing but waiting."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("langchain_openai")

from dreamgen.core.brief import Brief
from dreamgen.core.story import Story
from dreamgen.engines.chat.ledger import usage
from dreamgen.errors import ModelError
from dreamgen.run.filming import ANSWERS
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe
from tests.scripted import Behave, ScriptedServer
from tests.scripted.behaving import Habit

SPOILT: tuple[Habit, ...] = (
    "cut", "not_json", "dreamframe", "short", "long", "elided", "wrong_id", "wrong_type", "prose", "empty", "refuse",
    "filtered",
)  # fmt: skip


def written(out: Path, *behaviours: Behave, changes: tuple[str, ...] = ()) -> Story:
    """The story that comes of it when the server behaves like this."""
    with ScriptedServer(behaviours) as server:
        return written_by(server, out, *changes)


def written_by(server: ScriptedServer, out: Path, *changes: str) -> Story:
    """The story that this server has a part in."""
    chat = ("chat.model=scripted", f"chat.base_url={server.url}", 'story.expand="3x2x3"', "look=flat")
    brief = Brief(text="a fox who wants to dance", sort="theme")
    dream(brief, read_recipe("chat", [*chat, *changes]), out, until="plan")
    return open_run(out).story.story


def failed(out: Path) -> int:
    """How many calls came back with an error."""
    return sum(line.failed for line in usage(out / ANSWERS))


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The story that is written when nothing happens."""
    return written(tmp_path_factory.mktemp("calm") / "run")


@pytest.mark.slow
@pytest.mark.parametrize(
    "storm",
    [
        (Behave(status=429, times=1, each=True, retry_after=0.01),),
        (Behave(status=503, times=1, each=True), Behave("drop", share=0.3, times=1, each=True)),
        (Behave("hang", times=2), Behave(status=500, share=0.4, times=1, each=True)),
    ],
)
def test_a_storm_changes_nothing_but_the_account(tmp_path: Path, calm: Story, storm: tuple[Behave, ...]) -> None:
    assert written(tmp_path, *storm, changes=("chat.timeout=1",)) == calm
    assert failed(tmp_path) > 1


def test_when_every_other_reply_is_spoilt_the_numbers_still_hold(tmp_path: Path) -> None:
    spoilt = [Behave(habit, share=0.5, times=1, when=lambda asked: asked.ask == 1) for habit in SPOILT]
    story = written(tmp_path, *spoilt, changes=("chat.asks=6",))
    assert (len(story.acts), len(story.scenes), len(story.shots)) == (3, 6, 18)
    assert not failed(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("habit", SPOILT)
def test_a_model_that_never_answers_right_ends_in_an_error_or_a_story(tmp_path: Path, habit: Habit) -> None:
    try:
        story = written(tmp_path, Behave(habit), changes=("chat.asks=2",))
    except ModelError as error:
        assert error.hint
        assert not list(tmp_path.glob("stories/*"))
    else:
        assert len(story.scenes) == 6


def test_a_model_that_gives_up_late_can_be_asked_on(tmp_path: Path) -> None:
    no = Behave("refuse", times=6, when=lambda asked: "Break this scene" in asked.user)
    with ScriptedServer([no]) as server:
        with pytest.raises(ModelError, match="could not write"):
            written_by(server, tmp_path, "chat.asks=1")
        begun = len(server.asked)
        assert len(written_by(server, tmp_path, "chat.asks=2").shots) == 18
    # the refusals are remembered: every scene is asked for once more, with another seed
    again = [(asked.digest, asked.body["seed"]) for asked in server.asked]
    assert len(again) == len(set(again)) == begun + 6
