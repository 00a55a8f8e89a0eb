"""What docs/diffusion.md states is what the package knows."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from dreamgen.cli.doctor_models import diffusion_recipes, weights_of
from dreamgen.core.base import Record
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.inventory import published
from dreamgen.run.recipe import read_recipe
from dreamgen.run.registry import find

ROOT = Path(__file__).parents[2]
DOCS = {name: (ROOT / "docs" / name).read_text("utf-8") for name in ("diffusion.md", "performance.md")}


@pytest.fixture(autouse=True)
def _nothing_downloaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))


@pytest.mark.parametrize("name", sorted(published()))
def test_every_published_weight_is_told_with_its_licence_and_size(name: str) -> None:
    known = published()[name]
    (row,) = (line for line in DOCS["diffusion.md"].splitlines() if line.startswith(f"| {name} |"))
    assert known.licence in row
    assert f"{sum(file.bytes for file in known.files) / 1e9:.2f} GB" in row


@pytest.mark.parametrize("recipe", diffusion_recipes())
def test_the_download_of_every_recipe_is_told(recipe: str) -> None:
    needed = weights_of(read_recipe(recipe))
    assert all(weights.licence for weights in needed)
    total = sum(weights.missing_bytes or 0 for weights in needed) / 1e9
    assert re.search(rf"\b{recipe} {total:.1f} GB", DOCS["diffusion.md"])


def test_the_options_that_the_docs_name_exist() -> None:
    fields: dict[str, type[Record]] = {"render": find("render", "diffusion"), "diffusion": Checkpoint}
    named = re.findall(r"\b(render|diffusion)\.(\w+)", "".join(DOCS.values()))
    assert len(named) > 15
    unknown = {f"{table}.{option}" for table, option in named if option not in fields[table].model_fields}
    assert unknown - {"diffusion.py", "diffusion.md"} == set()


def test_the_memory_table_is_what_the_command_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    known = set(sys.modules)
    rows = list(import_module("diffusion_counting").memory_rows())
    for name in set(sys.modules) - known:
        if name.startswith("diffusion_"):
            del sys.modules[name]
    assert "\n".join(rows) in DOCS["diffusion.md"]


def test_nothing_is_claimed_to_be_measured_that_was_not() -> None:
    assert "**Not measured yet.**" in DOCS["performance.md"]
    assert "python benchmarks/diffusion.py --scale full" in DOCS["performance.md"]
