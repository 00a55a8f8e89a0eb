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
_NEARER = 0.03
"""Frame heights between two pairs of feet for near and far to be told."""


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
    """On which side of the other the one is found, or whose feet stand lower in the picture and so nearer."""
    viewing = case.viewing
    if not {claim.entity, claim.other} <= set(viewing.cast):
        return unsure("no_portrait")
    takes = [
        take
        for take in case.takes(claim)
        if min(viewing.sightings(take)[who].odds for who in (claim.entity, claim.other)) > -1.0
    ]
    theirs = dict(viewing.found(claim.other, takes))
    pairs = [(place, theirs[frame]) for frame, place in viewing.found(claim.entity, takes) if frame in theirs]
    if not pairs:
        return unsure("not_found", "one of the two was not found")
    if claim.relation in ("left of", "right of"):
        apart = [other.x - place.x for place, other in pairs]
        evidence = f"{claim.other} is {np.median(apart):+.2f} frame widths to the right of {claim.entity}"
        return _sided(apart, _BESIDE, claim.relation == "left of", evidence, "other_side")
    if not all(_stands(case, who, takes) for who in (claim.entity, claim.other)):
        return unsure("unclear_depth", "the depth of those who sit or lie is not told")
    lower = [place.feet - other.feet for place, other in pairs]
    evidence = f"the feet of {claim.entity} are {np.median(lower):+.3f} frame heights below those of {claim.other}"
    return _sided(lower, _NEARER, claim.relation == "in front of", evidence, "other_depth")


def _sided(apart: Sequence[float], least: float, wanted: bool, evidence: str, reason: str) -> Opinion:
    middle = float(np.median(apart))
    evidence = f"{evidence} over {len(apart)} frames"
    if abs(middle) < least or min(apart) * max(apart) < 0:
        return unsure("side_by_side", evidence)
    if (middle > 0) == wanted:
        return supported(min(1.0, 0.7 + abs(middle)), evidence)
    return refuted(min(1.0, 0.7 + abs(middle)), evidence, reason)


def _stands(case: Case, entity: str, takes: Sequence[Take]) -> bool:
    chances = case.viewing.body(entity, takes, "pose_animal" if entity in case.animals else "pose_person")
    return chances is not None and sum(chances.of.get(pose, 0.0) for pose in ("sit", "kneel", "lie", "hug")) < 0.3


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
