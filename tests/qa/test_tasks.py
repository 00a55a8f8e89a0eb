from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.qa.asking import templates
from dreamgen.qa.dimensions import dimensions, tasks
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "tasks.md"


@pytest.mark.parametrize("name", ["scene-01", "film"])
def test_every_task_says_what_it_teaches(clip: Clip, small_world: tuple[Claim, ...], name: str) -> None:
    synthesizer = ProgramsSynthesizer(pairs_per_minute=10_000, film_pairs_per_minute=10_000)
    pairs = synthesizer.synthesize(clip.model_copy(update={"id": name}), small_world, 7, Path())
    assert {pair.task for pair in pairs} <= tasks().keys()


def test_the_page_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = spec_from_file_location("generate_tasks", DOCS / "generate_tasks.py")
    assert spec is not None and spec.loader is not None
    generator = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, generator)
    spec.loader.exec_module(generator)
    assert generator.page() == PAGE.read_text("utf-8"), "run python docs/generate_tasks.py"


@pytest.mark.parametrize("task", sorted(tasks()))
def test_the_page_has_an_example_of_every_task(task: str) -> None:
    text = PAGE.read_text("utf-8")
    _, _, rest = text.partition(f"\n## {task}\n")
    assert "> **Q**" in rest.partition("\n## ")[0], "run python docs/generate_tasks.py"


def test_every_wording_names_dimensions_that_exist() -> None:
    named = {name for table in templates().values() for name in table.get("like", ())}
    assert named <= dimensions().keys()


def test_every_dimension_is_asked_or_says_why_not() -> None:
    rows = [line.split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = {row[0].removeprefix("| "): row[-1] for row in rows if len(row) == 3}
    for name, told in dimensions().items():
        cell = cells[name.split("/", 1)[1]]
        assert cell.startswith("not asked: ") == ("not" in told), name
        assert cell.startswith(("[", "not asked: ", told.get("instead", "["))), name
