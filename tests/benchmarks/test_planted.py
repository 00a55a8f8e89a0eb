"""Wrong pairs among right ones: the filter finds as many as calibration says."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.core.calibration import Calibration, Outcomes
from dreamgen.run import profiling
from dreamgen.run.planting import Wrong, counted
from dreamgen.run.profiling import filmed, hearings_of, planted
from dreamgen.run.recipe import read_recipe
from dreamgen.run.reference import find_reference

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield import_module("planted")
    sys.modules.pop("planted")


def films(seed: int, recall: float, many: int = 40) -> list[list[Wrong]]:
    """Wrong pairs of films that are easier and harder, most of which a filter finds."""
    lot = np.random.default_rng(seed)
    found = []
    for share in lot.beta(20 * recall, 20 * (1 - recall), many):
        hits = {kind: int(lot.binomial(20, share)) for kind in ("place", "count", "action")}
        rests = {kind: ((kind, False), ("presence", True)) for kind in hits}
        found.append(
            [Wrong(frozenset({kind}), rests[kind], number < n) for kind, n in hits.items() for number in range(20)]
        )
    return found


def test_the_same_filter_agrees_on_other_films_and_a_worse_one_is_found_out(bench: Any) -> None:
    profile = counted(films(1, 0.9))
    disagree = outside = 0
    for seed in range(2, 42):
        rows = bench.compare(counted(films(seed, 0.9)), profile, [one for some in films(seed, 0.9) for one in some], ())
        assert [row.kind for row in rows] == ["count", "action", "place", "all"]
        outside += sum(bench.outside(row.own) for row in rows)
        disagree += any(bench.outside(row.joint) for row in rows)
    assert disagree <= 5, "of forty tables two by chance"
    assert 0 < outside <= 20, "of 160 rows eight by chance"
    for seed in range(2, 12):
        worse = films(seed, 0.75)
        rows = bench.compare(counted(worse), profile, [one for some in worse for one in some], ())
        assert bench.outside(rows[-1].joint) and rows[-1].joint[1] < 0


def test_what_claims_foretell_follows_from_their_rates(bench: Any) -> None:
    wrong = [Wrong(frozenset({"place"}), (("place", False), ("presence", True)), True)] * 10
    rates = {
        "place": Calibration(kind="place", true=Outcomes(supported=9), false=Outcomes(refuted=800, supported=200)),
        "presence": Calibration(kind="presence", true=Outcomes(supported=5000), false=Outcomes(refuted=9)),
    }
    assert bench.foretold(wrong, rates) == pytest.approx(0.8, abs=0.002)
    undecided = [one._replace(decided=()) for one in wrong]
    assert bench.foretold(undecided, rates) == 0.0


@pytest.mark.slow
def test_wrong_pairs_of_films_that_nobody_measured_on_are_found_as_often_as_the_shipped_profile_says(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # shorter films than the profile's: what is found of pairs does not depend on their number
    monkeypatch.setattr(profiling, "SHOTS", 2)
    monkeypatch.setattr(profiling, "SCENES", 1)
    recipe = read_recipe(
        changes=[
            "size=512x288",
            "fps=12",
            'verify=[{backend="pixels", workers=1}]',
            "render.workers=1",
            "clip.workers=1",
        ]
    )
    films, pairs = [], []
    for seed in (9960, 9961, 9962):
        film = filmed(recipe.model_copy(update={"seed": seed, "look": "flat"}), tmp_path / str(seed))
        reference = find_reference(recipe, film.clips)
        hearings = hearings_of(recipe, reference)
        films.append(planted(film, hearings, recipe.trust.votes))
        pairs += films[-1]
    assert reference.profile and reference.profile.filtering
    profile = reference.profile.filtering.rows
    rows = {row.kind: row for row in bench.compare(counted(films), profile, pairs, ())}
    assert rows["all"].found.n >= 200 and len(rows) >= 10
    assert not [row for row in rows.values() if bench.outside(row.joint)]
    # a filter that lets half of what it finds through is found out by as little
    worse = [[one._replace(found=one.found and number % 2 == 0) for number, one in enumerate(film)] for film in films]
    halved = {row.kind: row for row in bench.compare(counted(worse), profile, pairs, ())}
    assert bench.outside(halved["all"].joint)
