"""Wrong pairs are planted among right ones, and the filter finds those whose lie is refuted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.core.base import derived_random
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import Verdict
from dreamgen.run import planting
from dreamgen.run.blind import Judged, twins_of
from dreamgen.run.journal import TwinLine
from dreamgen.run.judging_again import claims_of
from dreamgen.run.opened import open_run
from dreamgen.run.planting import Wrong, counted, plant

Scene = tuple[Clip, tuple[Claim, ...]]


@pytest.fixture(scope="module")
def scene(finished: Path) -> Scene:
    """One with lies of many kinds."""
    run = open_run(finished)
    claims = claims_of(run)
    some = [(clip, claims[clip.id]) for clip in run.story.clips.values() if clip.id != "film"]
    return max(some, key=lambda one: len({twin.kind for twin in twins_of(one[1], one[1]).values()}))


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planting, "ROUNDS", 4)


def judged(scene: Scene, says: Callable[[Claim], bool | None]) -> Judged:
    """By somebody who upholds all true claims, and of each lie says whether it is refuted; None: can't tell."""
    clip, world = scene

    def said(claim: Claim, refuted: bool | None) -> Verdict:
        outcome = {True: "refuted", False: "supported", None: "unsure"}[refuted]
        return Verdict.model_validate({"about": claim.id, "outcome": outcome, "confidence": 1.0, "by": "test"})

    twins = twins_of(world, world).values()
    return Judged(
        verdicts=tuple(said(claim, False) for claim in world),
        twins=tuple(TwinLine(clip=clip.id, twin=twin, verdict=said(twin, says(twin))) for twin in twins),
    )


@pytest.mark.slow
def test_who_refutes_all_lies_finds_all_wrong_pairs_and_who_refutes_none_finds_none(scene: Scene) -> None:
    all_knowing = list(plant(*scene, judged(scene, lambda _: True), 1))
    assert len(all_knowing) >= 50 and all(one.found for one in all_knowing)
    assert len({kind for one in all_knowing for kind in one.kinds}) >= 8
    misled = list(plant(*scene, judged(scene, lambda _: False), 1))
    blind = list(plant(*scene, judged(scene, lambda _: None), 1))
    assert len(all_knowing) == len(misled) == len(blind)
    assert not any(one.found for one in (*misled, *blind))
    assert any(not true for one in misled for _, true in one.decided)
    rests = [true for one in blind for _, true in one.decided]
    assert rests and all(rests), "right claims stay around the lies, and were decided"


@pytest.mark.slow
def test_a_pair_is_found_if_one_of_its_lies_is_refuted(scene: Scene) -> None:
    lot = {twin.id: derived_random(3, twin.id).random() < 0.5 for twin in twins_of(scene[1], scene[1]).values()}
    some = list(plant(*scene, judged(scene, lambda lie: lot[lie.id]), 1))
    assert 0.2 < sum(one.found for one in some) / len(some) < 0.9
    assert some == list(plant(*scene, judged(scene, lambda lie: lot[lie.id]), 1)), "the same lies every time"
    places = judged(scene, lambda lie: lie.kind == "place")
    assert all(one.found == ("place" in one.kinds) for one in plant(*scene, places, 1))


@pytest.mark.slow
def test_what_a_lie_does_not_contradict_is_told_beside_it(scene: Scene) -> None:
    told = judged(scene, lambda _: True)
    for kind in ("speech", "cut"):
        lies = tuple(line for line in told.twins if line.twin.kind == kind)
        assert lies
        wrong = list(plant(*scene, told.model_copy(update={"twins": lies}), 1))
        assert kind == "cut" or wrong
        assert all({"presence", "speech"} & {which for which, true in one.decided if true} for one in wrong)


@pytest.mark.slow
def test_a_pair_counts_once_however_often_it_is_asked(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    once = len(list(plant(*scene, judged(scene, lambda _: True), 1)))
    monkeypatch.setattr(planting, "ROUNDS", 8)
    twice = len(list(plant(*scene, judged(scene, lambda _: True), 1)))
    assert once < twice < 2 * once


def test_pairs_are_counted_by_the_kinds_of_their_lies_film_by_film() -> None:
    two, one = frozenset({"place", "count"}), frozenset({"place"})
    rows = counted([[Wrong(two, (), True), Wrong(one, (), False)], [], [Wrong(one, (), True)]])
    assert [(row.kind, row.wrong, row.found) for row in rows] == [
        ("count", (1, 0, 0), (1, 0, 0)),
        ("place", (2, 0, 1), (1, 0, 1)),
        ("all", (2, 0, 1), (1, 0, 1)),
    ]
