"""Who is there, how many, and on which side of whom."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dreamgen.core.claims import Absence, Count, Presence, Relation
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.sight.viewing import Take

_SURE = 0.62
"""Probability from which somebody counts as there, and below one minus which as not there."""
_BESIDE = 0.03
"""Frame widths between two heads for left and right to be told."""


def judge_presence(case: Case, claim: Presence) -> Opinion:
    """Whether the likeness is found in the takes of the span."""
    return _found(case, claim, wanted=True)


def judge_absence(case: Case, claim: Absence) -> Opinion:
    """Whether the likeness is not found in the takes of the span."""
    return _found(case, claim, wanted=False)


def _found(case: Case, claim: Presence | Absence, *, wanted: bool) -> Opinion:
    if claim.entity not in case.viewing.cast:
        return unsure("no_portrait", f"no portrait of {claim.entity}")
    takes = case.takes(claim)
    if not takes:
        return unsure("outside_the_film")
    share = _logistic(case.odds(claim.entity, takes))
    evidence = f"{claim.entity} there with probability {share:.2f}; {_where(case, claim.entity, takes)}"
    if 1 - _SURE < share < _SURE:
        return unsure("unclear_likeness", evidence)
    if (share > 0.5) == wanted:
        return supported(max(share, 1 - share), evidence)
    return refuted(max(share, 1 - share), evidence, "not_visible" if wanted else "visible")


def _where(case: Case, entity: str, takes: Sequence[Take]) -> str:
    seen = [place for take in takes[:3] for place in case.viewing.sightings(take)[entity].places]
    return "best places " + ", ".join(
        f"frame {frame} x {place.x:.2f} top {place.top:.2f} height {place.body:.2f} fit {place.cues[1]:.2f}"
        for frame, place in seen[:4]
    )


def judge_count(case: Case, claim: Count) -> Opinion:
    """How many of the likenesses are found, as a distribution over numbers."""
    takes = case.takes(claim)
    members = [who for who in case.viewing.cast if (who in case.animals) == (claim.what == "animals")]
    if not takes or not members:
        return unsure("no_portrait" if takes else "outside_the_film")
    shares = [
        max(case.viewing.sightings(take)[who].probability for take in takes)
        if len(takes) > 6
        else _logistic(case.odds(who, takes))
        for who in members
    ]
    chances = np.array([1.0])
    for share in shares:
        chances = np.convolve(chances, [1 - share, share])
    chance = float(chances[claim.number]) if claim.number < len(chances) else 0.0
    listed = ", ".join(f"{who} {share:.2f}" for who, share in zip(members, shares, strict=True))
    evidence = (
        f"most likely {int(chances.argmax())} {claim.what}; {claim.number} with probability {chance:.2f}: {listed}"
    )
    if chance > 0.6:
        return supported(chance, evidence)
    if chance < 0.2:
        return refuted(1 - chance, evidence, "other_number")
    return unsure("unclear_number", evidence)


def judge_relation(case: Case, claim: Relation) -> Opinion:
    """On which side of the other the one is found. Depth is not judged: sizes differ by nature."""
    viewing = case.viewing
    if claim.relation not in ("left of", "right of"):
        return unsure("not_measurable")
    if not {claim.entity, claim.other} <= set(viewing.cast):
        return unsure("no_portrait")
    apart = []
    for take in case.takes(claim):
        one, other = (viewing.sightings(take)[who] for who in (claim.entity, claim.other))
        if min(one.odds, other.odds) < -1.0:
            continue
        theirs = dict(other.places)
        apart += [theirs[frame].x - place.x for frame, place in one.places if frame in theirs]
    if not apart:
        return unsure("not_found", "one of the two was not found")
    middle = float(np.median(apart))
    evidence = f"{claim.other} is {middle:+.2f} frame widths to the right of {claim.entity} over {len(apart)} frames"
    if abs(middle) < _BESIDE or min(apart) * max(apart) < 0:
        return unsure("side_by_side", evidence)
    if (middle > 0) == (claim.relation == "left of"):
        return supported(min(1.0, 0.7 + abs(middle)), evidence)
    return refuted(min(1.0, 0.7 + abs(middle)), evidence, "other_side")


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
