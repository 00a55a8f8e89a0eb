"""Cuts in films of known cuts: how they are counted, and that hard ones are found."""

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
    yield import_module("cuts")
    sys.modules.pop("cuts")


def test_each_change_is_found_by_one_frame_at_most(bench: Any) -> None:
    changes = (bench.Change(30, 30), bench.Change(60, 70))
    assert bench.score((30, 65), changes) == bench.Score(2, 0, 0)
    assert bench.score((31, 61, 69), changes) == bench.Score(2, 1, 0)
    assert bench.score((28,), changes) == bench.Score(0, 1, 2)
    assert bench.Score(2, 1, 1).f1 == pytest.approx(2 / 3)
    assert bench.Score().f1 == 1.0


@pytest.mark.slow
def test_hard_cuts_of_our_own_films_are_found(bench: Any, tmp_path: Path) -> None:
    total = bench.Score()
    for film in bench.make_films(tmp_path, 2, 3, ("hard cuts", "flashes")):
        total += bench.score(bench.find(film.path, ("steps",)), film.changes)
    assert total.right + total.missed == 8
    assert total.f1 >= 0.98
