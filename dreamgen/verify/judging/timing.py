"""What begins first and how long it lasts, from when likenesses and captions are there."""

from __future__ import annotations

from dreamgen.core.claims import Action, Claim, Duration, Order, Presence, Speech
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.sight.captions import read

_APART = 0.3
"""Seconds between two beginnings for their order to be told."""


def judge_order(case: Case, claim: Order) -> Opinion:
    """Which of two things begins first."""
    first, second = (case.by_id.get(which) for which in (claim.first, claim.second))
    if first is None or second is None:
        return unsure("unknown_claim")
    begins, other = _begins(case, first), _begins(case, second)
    if begins is None or other is None:
        return unsure("not_measurable")
    evidence = f"{first.kind} {first.id} begins at {begins:.2f} s, {second.kind} {second.id} at {other:.2f} s"
    if abs(other - begins) < _APART:
        return unsure("at_once", evidence)
    if begins < other:
        return supported(0.85, evidence)
    return refuted(0.85, evidence, "other_order")


def _begins(case: Case, claim: Claim) -> float | None:
    """When what a claim speaks of begins, in seconds; None when that can't be seen.

    A likeness and a caption are looked for in the whole film. Anything else begins where its claim says, if the
    pixels support that claim.
    """
    if isinstance(claim, Presence):
        return _appears(case, claim.entity)
    if isinstance(claim, Speech):
        return _captioned(case, claim.words)
    return claim.start if case.opinion(claim).outcome == "supported" else None


def _appears(case: Case, entity: str) -> float | None:
    viewing = case.viewing
    for take in viewing.takes if entity in viewing.cast else ():
        if viewing.sightings(take)[entity].odds > 0:
            return take.first / viewing.reel.fps
    return None


def _captioned(case: Case, words: str) -> float | None:
    reel = case.viewing.reel
    hop = max(reel.step, round(reel.fps / 4))
    for frame in range(0, reel.count, hop):
        if case.viewing.captioned(frame) and read(reel, frame, words).same:
            return frame / reel.fps
    return None


def judge_duration(case: Case, claim: Duration) -> Opinion:
    """How long a likeness stays without a break; a pose lasts as long as the takes that show it."""
    state = case.by_id.get(claim.of)
    viewing = case.viewing
    if not isinstance(state, Presence | Action) or state.entity not in viewing.cast:
        return unsure("not_measurable")
    inside = viewing.takes_in(state.start, state.end)
    there = [viewing.sightings(take)[state.entity].odds > 0 for take in viewing.takes]
    at = [number for number, take in enumerate(viewing.takes) if take in inside]
    if not at or not all(there[number] for number in at):
        return unsure("not_found", f"{state.entity} was not found all through")
    first, last = at[0], at[-1]
    if isinstance(state, Presence):
        while first > 0 and there[first - 1]:
            first -= 1
        while last + 1 < len(there) and there[last + 1]:
            last += 1
    elif case.opinion(state).outcome == "refuted":
        return unsure("not_found", "the pose was not found")
    seconds = (viewing.takes[last].stop - viewing.takes[first].first) / viewing.reel.fps
    evidence = f"{state.entity} is there for {seconds:.2f} s without a break; claimed {claim.seconds:.2f} s"
    ratio = seconds / claim.seconds
    if 0.85 < ratio < 1.18:
        return supported(0.85, evidence)
    if ratio < 0.7 or ratio > 1.43:
        return refuted(0.8, evidence, "other_duration")
    return unsure("unclear_duration", evidence)
