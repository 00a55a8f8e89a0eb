from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer

TASKS = tomllib.loads(files("dreamgen.qa").joinpath("data/tasks.toml").read_text("utf-8"))
PAGE = Path(__file__).parents[2] / "docs" / "tasks.md"


@pytest.mark.parametrize("name", ["scene-01", "film"])
def test_every_task_says_what_it_teaches(clip: Clip, small_world: tuple[Claim, ...], name: str) -> None:
    synthesizer = ProgramsSynthesizer(pairs_per_minute=10_000, film_pairs_per_minute=10_000)
    pairs = synthesizer.synthesize(clip.model_copy(update={"id": name}), small_world, 7, Path())
    assert {pair.task for pair in pairs} <= TASKS.keys()


@pytest.mark.parametrize("task", sorted(TASKS))
def test_the_page_has_an_example_of_every_task(task: str) -> None:
    text = PAGE.read_text("utf-8")
    _, _, rest = text.partition(f"\n## {task}\n")
    assert "> **Q**" in rest.partition("\n## ")[0], "run python docs/generate_tasks.py"
