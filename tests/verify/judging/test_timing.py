"""Times are measured in the takes of a film, never read off the claims that are named."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from dreamgen.core.claims import Action, Claim, Duration, Order, Place, Presence
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported
from dreamgen.verify.judging.timing import judge_duration, judge_order
from dreamgen.verify.sight.viewing import Take, Viewing

FPS = 4
TAKES = (Take(0, 12), Take(12, 20), Take(20, 36), Take(36, 44))
"""Cuts at 3, 5 and 9 seconds of 11."""
SEEN = {"mara": (6, 6, 6, -6), "tom": (-6, -6, 6, 6), "rex": (6, -6, 6, -6), "leo": (-6, 0, 6, -6)}
"""Log odds that somebody is there, take by take."""
DONE = {("mara", "walk"): "ynnn", ("mara", "sit"): "nyyn", ("tom", "wave"): "nnyn", ("mara", "wave"): "ynyn"}
"""Whether the pixels show the pose, take by take."""
PLACES = {"forest": "ynnn", "room": "nyyn", "street": "nyny"}

OPINION = {"y": supported(0.9, ""), "n": refuted(0.9, "", "other")}


def case(*claims: Claim) -> Case:
    def acts(of: Case, claim: Action) -> Opinion:
        return OPINION[DONE[claim.entity, claim.action][of.viewing.takes.index(_take(claim))]]

    def places(of: Case, claim: Place) -> Opinion:
        return OPINION[PLACES[claim.place][of.viewing.takes.index(_take(claim))]]

    viewing = SimpleNamespace(
        takes=TAKES,
        cast=dict.fromkeys(SEEN),
        reel=SimpleNamespace(fps=FPS),
        sightings=lambda take: {who: SimpleNamespace(odds=odds[TAKES.index(take)]) for who, odds in SEEN.items()},
    )
    return Case(cast(Viewing, viewing), claims, {"action": acts, "place": places})


def _take(claim: Claim) -> Take:
    return Take(round(claim.start * FPS), round(claim.end * FPS))


def presence(who: str, start: float, end: float) -> Presence:
    return Presence(start=start, end=end, entity=who, what="woman", category="person")


def act(who: str, action: Any, start: float, end: float) -> Action:
    return Action(start=start, end=end, entity=who, action=action)


def order(first: Claim, second: Claim) -> str:
    return judge_order(case(first, second), Order(start=0, end=11, first=first.id, second=second.id)).outcome


def lasts(state: Claim, seconds: float) -> str:
    return judge_duration(case(state), Duration(start=0, end=11, of=state.id, seconds=seconds)).outcome


@pytest.mark.parametrize("times", [((0, 3), (3, 9)), ((3, 9), (0, 3)), ((5, 6), (5, 6))])
def test_which_pose_begins_first_is_seen_whatever_times_are_claimed(times: Any) -> None:
    walk, sit = act("mara", "walk", *times[0]), act("mara", "sit", *times[1])
    assert (order(walk, sit), order(sit, walk)) == ("supported", "refuted")


@pytest.mark.parametrize("times", [((0, 9), (5, 11)), ((5, 11), (0, 9))])
def test_who_appears_first_is_seen_whatever_times_are_claimed(times: Any) -> None:
    mara, tom = presence("mara", *times[0]), presence("tom", *times[1])
    assert (order(mara, tom), order(tom, mara)) == ("supported", "refuted")


def test_which_place_is_seen_first_is_measured() -> None:
    forest, room = Place(start=9, end=11, place="forest"), Place(start=0, end=3, place="room")
    assert (order(forest, room), order(room, forest)) == ("supported", "refuted")


@pytest.mark.parametrize("times", [(3, 9), (0, 3), (9, 11), (4, 4.5)])
def test_a_pose_lasts_as_long_as_it_is_seen_whatever_times_are_claimed(times: tuple[float, float]) -> None:
    sit = act("mara", "sit", *times)
    assert [lasts(sit, seconds) for seconds in (6, 3, 12)] == ["supported", "refuted", "refuted"]


@pytest.mark.parametrize("times", [(0, 9), (0, 4.5), (9, 11)])
def test_somebody_stays_as_long_as_the_likeness_is_seen(times: tuple[float, float]) -> None:
    mara = presence("mara", *times)
    assert [lasts(mara, seconds) for seconds in (9, 4.5)] == ["supported", "refuted"]


@pytest.mark.parametrize("times", [(0, 3), (0.5, 1), (0, 4)])
def test_of_several_times_the_claimed_one_is_measured(times: tuple[float, float]) -> None:
    rex = presence("rex", *times)
    assert [lasts(rex, seconds) for seconds in (3, 6, 1.5)] == ["supported", "refuted", "refuted"]


def test_what_may_go_on_longer_or_begins_twice_is_left_open() -> None:
    assert lasts(presence("leo", 5, 9), 4) == "unsure"
    assert lasts(presence("rex", 3, 5), 2) == "unsure"
    assert order(act("mara", "wave", 0, 3), act("tom", "wave", 5, 9)) == "unsure"


def test_a_place_that_is_seen_again_has_no_one_beginning() -> None:
    assert order(Place(start=0, end=3, place="forest"), Place(start=3, end=5, place="street")) == "unsure"


def test_what_begins_at_the_same_cut_has_no_order() -> None:
    assert order(act("tom", "wave", 5, 9), presence("tom", 6, 11)) == "unsure"
