"""The table of a planned story, whatever its plot says."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.cli.story_plan import show_plan
from dreamgen.core.brief import Brief
from dreamgen.run.filming import plan
from dreamgen.run.recipe import Recipe


def test_brackets_of_a_plot_are_words_and_no_markup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = Recipe(shots=1)
    story = plan(recipe, Brief(text="Anna runs into a forest."), tmp_path)
    scene = story.acts[0].scenes[0]
    shot = scene.shots[0].model_copy(update={"description": "a sign: [red] [/door]"})
    acts = (story.acts[0].model_copy(update={"scenes": (scene.model_copy(update={"shots": (shot,)}),)}),)
    show_plan(story.model_copy(update={"acts": acts, "title": "The [/end]"}), recipe, as_json=False)
    told = capsys.readouterr().err
    assert "The [/end]" in told
    assert "[red]" in told and "[/door]" in told
