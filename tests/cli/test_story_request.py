from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.cli.story_request import Model, folder_of, recipe_of, source_of
from dreamgen.core.brief import Brief
from dreamgen.core.story import Story
from dreamgen.errors import UsageError


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "lost dog.txt"
    path.write_text("Mara walks along the harbour.", "utf-8")
    return path


@pytest.fixture(scope="module")
def planned(plot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from dreamgen.run.filming import plan
    from dreamgen.run.recipe import read_recipe
    from dreamgen.story.plots import read_source

    path = tmp_path_factory.mktemp("planned") / "story.json"
    path.write_text(plan(read_recipe(), read_source(plot), path.parent).model_dump_json(), "utf-8")
    return path


def test_a_plot_is_planned_and_a_theme_is_invented(written: Path) -> None:
    assert source_of(written, None, None) == Brief(text="Mara walks along the harbour.")
    assert source_of(None, " a lost letter ", None) == Brief(text="a lost letter", sort="theme")
    assert source_of(None, "a lost letter", "Drama") == Brief(text="a lost letter", sort="theme", genre="drama")
    assert source_of(None, None, "Sci-Fi") == Brief(text="sci-fi", sort="theme", genre="sci-fi")


@pytest.mark.parametrize(
    ("plot", "theme", "genre", "message"),
    [
        (None, None, None, "nothing to make a film of"),
        (Path("plot.txt"), "a letter", None, "a plot is planned as it says"),
        (Path("plot.txt"), None, "drama", "a plot is planned as it says"),
        (None, " ", None, "--theme says nothing"),
        (None, "a letter", "", "--genre says nothing"),
        (None, None, "x" * 41, "40 letters"),
    ],
)
def test_both_or_neither_is_told(plot: Path | None, theme: str | None, genre: str | None, message: str) -> None:
    with pytest.raises(UsageError) as told:
        source_of(plot, theme, genre)
    assert message in told.value.message
    assert told.value.hint


def test_runs_go_by_the_plot_the_planned_story_or_the_theme(written: Path, planned: Path) -> None:
    story = source_of(planned, None, None)
    assert isinstance(story, Story)
    assert folder_of(planned, story) == Path("outputs") / story.id
    assert folder_of(written, source_of(written, None, None)) == Path("outputs/lost-dog")
    assert folder_of(None, source_of(None, "A lost letter: found!", None)) == Path("outputs/a-lost-letter-found")
    assert folder_of(None, source_of(None, "../../etc", None)) == Path("outputs/etc")
    assert folder_of(None, source_of(None, "?!", None)) == Path("outputs/theme")
    assert len(folder_of(None, source_of(None, "long " * 99, None)).name) <= 60


def test_a_model_that_is_named_writes_the_story() -> None:
    brief = Brief(text="a lost letter", sort="theme")
    model = Model("served", base_url="http://127.0.0.1:1/v1", expand="2x3x4", max_calls=5, max_tokens=600)
    recipe = recipe_of("draft", ["chat.temperature=0.1"], model, brief)
    assert recipe.story.backend == "chat"
    assert recipe.look == "flat"
    chat = recipe.chat
    assert (chat.model, chat.base_url, chat.max_calls, chat.max_tokens) == ("served", "http://127.0.0.1:1/v1", 5, 600)
    assert chat.temperature == 0.1
    assert dict(recipe.story.options)["expand"] == "2x3x4"
    assert recipe_of("draft", [], Model(), brief).story.backend == "rules"


def test_what_a_model_is_told_needs_a_model() -> None:
    brief = Brief(text="Mara walks along the harbour.")
    with pytest.raises(UsageError) as told:
        recipe_of("draft", [], Model(expand="2x3x4"), brief)
    assert "--model" in told.value.hint
    assert dict(recipe_of("chat", [], Model(expand="2x3x4"), brief).story.options)["expand"] == "2x3x4"


def test_a_planned_story_leaves_a_model_nothing_to_write(planned: Path) -> None:
    story = source_of(planned, None, None)
    assert recipe_of("chat", [], Model(), story).story.backend == "rules"
    with pytest.raises(UsageError, match="planned already"):
        recipe_of("draft", [], Model("openai:gpt-5-mini"), story)


def test_factors_are_three_numbers() -> None:
    for text in ("11", "2x3", "0x1x1", "axbxc", "1x2x3x4"):
        with pytest.raises(UsageError, match="can't be expanded"):
            recipe_of("draft", [], Model("served", expand=text), Brief(text="a letter", sort="theme"))
