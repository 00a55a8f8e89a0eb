"""Wrong pairs among right ones: the filter finds as many as calibration foretold."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.calibration import Calibration, Outcomes
from dreamgen.run.opened import open_run

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield import_module("planted")
    sys.modules.pop("planted")


@pytest.mark.slow
def test_two_hundred_wrong_pairs_are_found_as_often_as_was_foretold(bench: Any, finished: Path) -> None:
    run = open_run(finished)
    # what the rates were measured on is not what they are held against
    asked = {f"{line.clip} {line.twin.id}" for line in run.story.twins}
    every = list(bench.planted(run, run.recipe, 20))
    wrong = [one for one in every if not any(name in asked for name, _, true, _ in one.rests if not true)]
    assert len(wrong) < len(every)
    found = {one.which: one for one in bench.recalls(wrong, run.story.calibration, 1)}
    sums = [found.pop(which) for which in ("all", "undecided", "together") if which in found]
    assert sums[0].which == "all" and sums[0].wrong >= 200
    assert sums[-1].which == "together" and sums[-1].found / len(wrong) > 0.5
    # of a few claims each share is taken for a little less than it is, and that adds up
    assert all(one.high * one.wrong >= -0.5 for one in sums), "no fewer are found than foretold"
    assert len(found) >= 8, "kinds of lies that could be decided"
    disagree = [one for one in found.values() if not one.agrees]
    # one of twenty may well lie outside
    assert len(disagree) <= 1, disagree


def test_what_is_foretold_follows_from_the_rates(bench: Any) -> None:
    rests = [((f"c {number}", "place", False, True), (f"c p{number}", "presence", True, True)) for number in range(100)]
    wrong = [bench.Wrong(frozenset({"place"}), rest, number < 80) for number, rest in enumerate(rests)]
    rows = [
        Calibration(kind="place", true=Outcomes(supported=9), false=Outcomes(refuted=400, supported=100, unsure=50)),
        Calibration(kind="presence", true=Outcomes(supported=500), false=Outcomes(refuted=9)),
    ]
    place, everything, together = bench.recalls(wrong, rows, 1)
    assert (place.which, place.wrong, place.found, everything.wrong, together.wrong) == ("place", 100, 80, 100, 100)
    assert place.foretold == pytest.approx(0.8, abs=0.02)
    assert place.agrees
    blank = [one._replace(rests=((*one.rests[0][:3], False), one.rests[1])) for one in wrong]
    undecided, together = bench.recalls(blank, rows, 1)
    assert (undecided.which, undecided.every, together.which) == ("undecided", 100, "together")
    assert undecided.foretold < 0.01, "what nobody can decide is not found"
    blind = [row.model_copy(update={"false": Outcomes(supported=500)}) for row in rows]
    assert not bench.recalls(wrong, blind, 1)[0].agrees
