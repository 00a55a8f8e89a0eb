"""The benchmark of measured claims knows what is true of the videos that it makes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from dreamgen.core.twins import false_twins

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def footage(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    known = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield import_module("footage")
    for name in set(sys.modules) - known:
        if name in ("footage", "classic"):
            del sys.modules[name]


def test_what_is_said_to_be_true_of_a_plan_is_judged_right_and_its_twins_are_not(footage: ModuleType) -> None:
    kinds = set()
    for seed in range(60):
        plan = footage.planned(seed)
        known = footage.truth(plan)
        for claim in known:
            assert footage.right(claim, known, plan) is True, (seed, claim)
            kinds.add(claim.kind)
            for twin in false_twins(claim, known):
                assert not footage.right(twin, known, plan), (seed, twin)
    assert kinds == {"cut", "shots", "camera_move", "light", "tint", "motion", "loudness"}


def test_a_plan_is_drawn_as_it_is_meant(footage: ModuleType, tmp_path: Path) -> None:
    plan = next(
        one for one in map(footage.planned, range(200)) if one.fps == 12 and one.sound and len(one.shots) == 1
    )  # fmt: skip
    assert plan == next(one for one in map(footage.planned, range(200)) if one == plan)
    path = tmp_path / "a.mp4"
    footage.write(plan, 3, path)
    from dreamgen.engines.glimpsing import glimpse

    found = glimpse(path)
    assert len(found.frames) == plan.frames[0] and found.sound is not None
    assert found.end == pytest.approx(plan.frames[0] / 12, abs=0.01)
