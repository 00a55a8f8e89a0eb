"""What begins first and how long it lasts, from when the pixels show it.

A claim of order or duration names other claims. They tell what to look for: who, which pose, which words, which
place. When that begins and how long it lasts is measured in the film; their own times are never the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dreamgen.core.claims import Action, Claim, Duration, Interaction, Order, Place, Presence, Speech
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.sight.captions import read
from dreamgen.verify.sight.viewing import Take

_APART = 0.3
"""Seconds between two beginnings for their order to be told."""
_CLEAR = 0.5
"""Log odds from which somebody counts as there, and below the negative of which as not there."""

Shown = Literal["supported", "refuted", "unsure"]
"""Whether one take shows a state."""


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

    It is looked for in the whole film. Somebody and a place begin where they are first seen; what is done must be
    done in one episode only.
    """
    if isinstance(claim, Speech):
        return _captioned(case, claim.words)
    runs = _episodes(_shown(case, claim))
    if not runs or (len(runs) > 1 and isinstance(claim, Action | Interaction)):
        return None
    first, _ = runs[0]
    if first is None:
        return None
    return case.viewing.takes[first].first / case.viewing.reel.fps


def _captioned(case: Case, words: str) -> float | None:
    reel = case.viewing.reel
    hop = max(reel.step, round(reel.fps / 4))
    for frame in range(0, reel.count, hop):
        if case.viewing.captioned(frame) and read(reel, frame, words).same:
            return frame / reel.fps
    return None


def _shown(case: Case, claim: Claim) -> list[Shown]:
    """Whether each take of the film shows what a claim speaks of, whatever time it claims."""
    if isinstance(claim, Presence):
        return [_there(case, claim.entity, take) for take in case.viewing.takes]
    if isinstance(claim, Action | Interaction | Place):
        return [_does(case, claim, take) for take in case.viewing.takes]
    return []


def _there(case: Case, entity: str, take: Take) -> Shown:
    if entity not in case.viewing.cast:
        return "unsure"
    odds = case.viewing.sightings(take)[entity].odds
    return "supported" if odds > _CLEAR else "refuted" if odds < -_CLEAR else "unsure"


def _does(case: Case, claim: Action | Interaction | Place, take: Take) -> Shown:
    """What the claim's own judge says when the claim is made of this take alone."""
    if isinstance(claim, Action | Interaction):
        there = _there(case, claim.entity, take)
        if there != "supported":
            return there
    fps = case.viewing.reel.fps
    return case.opinion(claim.model_copy(update={"start": take.first / fps, "end": take.stop / fps})).outcome


def _episodes(shown: Sequence[Shown]) -> list[tuple[int | None, int | None]]:
    """Runs of takes that show it: the first take and the one after the last; None for an end next to a doubt."""
    runs: list[tuple[int | None, int | None]] = []
    start = 0
    for at, now in enumerate(shown):
        if now != "supported":
            continue
        if at == 0 or shown[at - 1] != "supported":
            start = at
        if at + 1 == len(shown) or shown[at + 1] != "supported":
            clear = at + 1 == len(shown) or shown[at + 1] == "refuted"
            runs.append((start if start == 0 or shown[start - 1] == "refuted" else None, at + 1 if clear else None))
    return runs


def judge_duration(case: Case, claim: Duration) -> Opinion:
    """How long somebody stays, or does something, without a break; there must be one such time only."""
    state = case.by_id.get(claim.of)
    viewing = case.viewing
    if not isinstance(state, Presence | Action) or state.entity not in viewing.cast:
        return unsure("not_measurable")
    runs = _episodes(_shown(case, state))
    if len(runs) != 1:
        return unsure("several_times" if runs else "not_found", f"{state.entity} was found {len(runs)} times")
    first, stop = runs[0]
    if first is None or stop is None:
        return unsure("unclear_duration", f"{state.entity}: where it begins or ends is not clear")
    seconds = (viewing.takes[stop - 1].stop - viewing.takes[first].first) / viewing.reel.fps
    evidence = f"{state.kind} {state.id} lasts {seconds:.2f} s without a break; claimed {claim.seconds:.2f} s"
    ratio = seconds / claim.seconds
    if 0.85 < ratio < 1.18:
        return supported(0.85, evidence)
    if ratio < 0.7 or ratio > 1.43:
        return refuted(0.8, evidence, "other_duration")
    return unsure("unclear_duration", evidence)
