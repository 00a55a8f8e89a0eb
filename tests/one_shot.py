"""What tests of whole runs share: one run of one shot, which takes two seconds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Recipe, read_recipe
from tests.made_once import MadeOnce


@pytest.fixture(scope="session")
def one_shot_plot() -> Brief:
    """What it is made from."""
    return Brief(text="Mara, a woman in a red coat, walks into a forest. She finds three apples.")


@pytest.fixture(scope="session")
def one_shot_recipe() -> Recipe:
    """Of a run that takes two seconds of a core."""
    return read_recipe(
        "storyboard",
        ["size=192x108", "fps=8", "look=flat", "shots=1", 'verify=["sight"]', 'export=["llava", "llamafactory"]'],
    )


@pytest.fixture(scope="session")
def one_shot(one_shot_plot: Brief, one_shot_recipe: Recipe, made_once: MadeOnce) -> Path:
    """The folder of a whole run of one shot. Tests read it and leave it as it is."""
    folder = made_once("one_shot", lambda folder: dream(one_shot_plot, one_shot_recipe, folder))
    (folder / "report.html").write_text("a report, which no run makes")
    return folder


@pytest.fixture
def one_shot_copy(one_shot: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    return Path(shutil.copytree(one_shot, tmp_path / "run"))


@pytest.fixture
def nobody_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for another story fails."""

    def refuse(*_: object) -> None:
        raise AssertionError("a story was to be written again")

    writing: Callable[..., None] = refuse
    monkeypatch.setattr("dreamgen.story.writers.rules.RulesWriter.write", writing)
