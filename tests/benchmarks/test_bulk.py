"""What the benchmark of bulk runs makes, and how it counts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield import_module("bulk")
    sys.modules.pop("bulk")


def test_plots_come_by_turns_each_time_with_another_seed(bench: Any, tmp_path: Path) -> None:
    plots = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for plot in plots:
        plot.write_text(f"Mara finds {plot.stem}.")
    plan = bench.plan_of(plots, 5, 10, ["fps=8"], "storyboard")
    assert [item.source.text[-2] for item in plan.items] == ["a", "b", "a", "b", "a"]
    assert [item.seed for item in plan.items] == [10, 11, 12, 13, 14]
    assert len({item.id for item in plan.items}) == 5
    assert plan.recipe.fps == 8


def test_rates_are_those_of_a_minute(bench: Any) -> None:
    made = bench.Made(30.0, 25.0, 4, 20, 60.0, 100, 10**6, (200.0, 300.0))
    assert (made.a_minute(made.stories), made.a_minute(made.pairs)) == (8.0, 200.0)
