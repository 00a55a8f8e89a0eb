"""Tests of the chat writer, against a server that answers by script."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.story import Story
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.errors import ModelError, UsageError
from dreamgen.run.recipe import read_recipe
from dreamgen.story.staging import stage
from dreamgen.story.writers.chat import ChatWriter
from tests.scripted import Behave, ScriptedServer

THEME = Brief(text="a lighthouse keeper's promise", sort="theme", genre="adventure")
PLOT = Brief(text=(Path(__file__).parents[3] / "examples" / "lighthouse.txt").read_text("utf-8"))


def writer(server: ScriptedServer, expand: str = "2x2x3", concurrency: int = 8) -> ChatWriter:
    model = ChatModel(model="scripted", base_url=server.url, concurrency=concurrency)
    return ChatWriter(chat=model, expand=expand)


def write(brief: Brief, kept: Path, expand: str = "2x2x3", concurrency: int = 8) -> Story:
    with ScriptedServer() as server:
        return writer(server, expand, concurrency).write(brief, 7, kept)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return write(THEME, tmp_path_factory.mktemp("theme"))


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return write(PLOT, tmp_path_factory.mktemp("plot"), "")


def test_a_theme_becomes_a_story_that_can_be_filmed(invented: Story) -> None:
    assert ([len(act.scenes) for act in invented.acts], len(invented.shots)) == ([2, 2], 12)
    assert invented.genre == "adventure"
    assert invented.style_word and f"{{{invented.style_word}}}" in invented.tone
    assert all(shot.layout.placements for shot in stage(invented).shots)


def test_a_plot_is_planned_in_its_own_length(planned: Story) -> None:
    assert 15 <= len(planned.shots) <= 25
    assert planned.plot == PLOT.text
    assert not [note for note in planned.notes if note.reason == "not_told"]


def test_a_story_says_how_it_was_written(invented: Story) -> None:
    assert invented.writing is not None
    assert invented.writing.model == "scripted"
    used = dict(invented.writing.prompts)
    assert {"act", "scene", "premise_theme", "outline_theme"} <= {Path(file).stem for file in used}
    assert used["prompts/story/act.md"] == read_prompt("story/act").fingerprint


def test_questions_know_their_level(invented: Story) -> None:
    parts = {act.id: "act" for act in invented.acts} | {scene.id: "scene" for scene in invented.scenes}
    assert {question.level for question in invented.questions} == {"story", "act", "scene"}
    assert all(parts.get(question.node, "story") == question.level for question in invented.questions)


def test_how_many_calls_are_in_flight_changes_nothing(invented: Story, tmp_path: Path) -> None:
    assert write(THEME, tmp_path, concurrency=1) == invented


def test_what_was_answered_is_not_asked_again(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        first = writer(server, "1x1x3").write(THEME, 7, tmp_path)
        calls = len(server.asked)
        assert calls == 4
        assert writer(server, "1x1x3").write(THEME, 7, tmp_path) == first
        assert len(server.asked) == calls


def test_another_seed_asks_anew(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        one = writer(server, "1x1x3").write(THEME, 7, tmp_path)
        other = writer(server, "1x1x3").write(THEME, 8, tmp_path)
        assert len(server.asked) == 8
    assert one.seed != other.seed


def test_a_model_that_refuses_ends_in_an_error_with_the_next_move(tmp_path: Path) -> None:
    with (
        ScriptedServer([Behave("refuse")]) as server,
        pytest.raises(ModelError, match="could not write") as told,
    ):
        writer(server).write(THEME, 7, tmp_path)
    assert "--set chat.asks" in told.value.hint


def test_no_model_is_no_story() -> None:
    with pytest.raises(UsageError):
        ChatWriter(chat=ChatModel()).ready()


def test_a_prompt_of_ones_own_that_is_wrong_is_refused_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "prompts" / "story" / "scene.md"
    own.parent.mkdir(parents=True)
    own.write_text("Write me a scene.", "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"prompts/story/scene\.md"):
        ChatWriter(chat=ChatModel(model="scripted", base_url="http://127.0.0.1:9/v1")).ready()


@pytest.mark.parametrize("expand", ["0x3x4", "11x11", "many", "3x3x61"])
def test_impossible_numbers_are_refused_before_anything_is_asked(expand: str) -> None:
    model = ChatModel(model="scripted", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(UsageError, match="a story can't be expanded to"):
        ChatWriter(chat=model, expand=expand).ready()


def test_the_recipe_takes_the_writers_options() -> None:
    recipe = read_recipe(
        "storyboard", ["story.backend=chat", "story.expand=11x11", "story.questions=[0, 1, 2]", "story.dialogues=0"]
    )
    built = recipe.build("story")
    assert (built.expand, built.questions, built.dialogues) == ("11x11", (0, 1, 2), 0.0)


@pytest.mark.parametrize("change", ["story.questions=[1, 2, 9]", "story.dialogues=2", "story.repairs=-1"])
def test_options_out_of_bounds_are_refused(change: str) -> None:
    with pytest.raises(UsageError):
        read_recipe("storyboard", ["story.backend=chat", change]).build("story")
