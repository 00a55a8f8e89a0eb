"""What somebody does: goes somewhere, strikes a pose, turns to somebody, shows a feeling."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from dreamgen.core.claims import Action, Expression, Interaction, Movement
from dreamgen.core.lookalikes import alike
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.judging.telling import told
from dreamgen.verify.sight.likeness import UPRIGHT
from dreamgen.verify.sight.viewing import Take

_GOES = 0.032
"""Frame widths over the ground from which somebody goes somewhere."""
_STAYS = 0.02
"""Frame widths over the ground within which somebody stays."""
_CLOSE, _FAR = 0.3, 0.4
"""Body heights between two bodies, under which they hug and from which they don't."""
_SHAPE = 16 / 9
_POSES = {
    "talk to": ("talk",), "look at": ("look", "stand"), "point at": ("point",), "wave at": ("wave",),
    "walk with": ("walk", "run"), "chase": ("run", "walk"),
}  # fmt: skip
"""The poses in which somebody does something to or with another."""


def judge_movement(case: Case, claim: Movement) -> Opinion:
    """Which way the likeness goes over the ground near it."""
    way, evidence, reason = _way(case, claim.entity, case.takes(claim))
    if way is None:
        return unsure(reason, evidence)
    if way == claim.direction:
        return supported(0.9, evidence)
    return refuted(0.9, evidence, "other_direction")


def _way(case: Case, entity: str, takes: Sequence[Take]) -> tuple[str | None, str, str]:
    """Where somebody goes, how that was measured, and why it can't be told."""
    if entity not in case.viewing.cast:
        return None, "", "no_portrait"
    if len(takes) != 1 or case.viewing.sightings(takes[0])[entity].odds < 0:
        return None, "", "not_found"
    path = case.viewing.walk(takes[0], entity)
    if path is None:
        return None, "", "lost_on_the_way"
    evidence = f"{entity} goes {path.across:+.3f} frame widths over the ground from frame {path.first} to {path.last}"
    if abs(path.across) >= _GOES:
        return ("right" if path.across > 0 else "left"), evidence, ""
    return ("none" if abs(path.across) <= _STAYS else None), evidence, "unclear_motion"


def judge_action(case: Case, claim: Action) -> Opinion:
    """Which pose the body has; what is in the hand is not judged."""
    if claim.action == "hug":
        return _hugs(case, claim.entity, case.takes(claim))
    return _pose(case, claim.entity, case.takes(claim), (claim.action,))


def _pose(case: Case, entity: str, takes: Sequence[Take], poses: Sequence[str]) -> Opinion:
    if entity not in case.viewing.cast:
        return unsure("no_portrait", f"no portrait of {entity}")
    takes = [take for take in takes if case.viewing.sightings(take)[entity].odds > 0]
    what = "pose_animal" if entity in case.animals else "pose_person"
    return told(case.viewing.body(entity, takes, what), "pose", poses, partial(alike, "pose"))


def _hugs(case: Case, entity: str, takes: Sequence[Take], other: str | None = None) -> Opinion:
    """Two who hug stand closer than any others do."""
    viewing = case.viewing
    if entity not in viewing.cast or not (mine := viewing.found(entity, takes)):
        return unsure("not_found", f"{entity} was not found")
    near = []
    others = [who for who in viewing.cast if who != entity and case.odds(who, takes) > 1.0]
    for who in [other] if other else others:
        theirs = dict(viewing.found(who, takes))
        near += [
            (abs(place.middle(_SHAPE) - theirs[frame].middle(_SHAPE)) * _SHAPE / max(place.body, theirs[frame].body))
            for frame, place in mine
            if frame in theirs
        ]
    if not near:
        return unsure("not_found", "nobody else was found") if other else refuted(0.8, "nobody is near", "wrong_pose")
    apart = float(np.median(near)) if other else min(near)
    evidence = f"{entity} stands {apart:.2f} body heights from {other or 'the nearest'}"
    if apart < _CLOSE:
        return supported(0.85, evidence)
    return refuted(0.85, evidence, "wrong_pose") if apart > _FAR else unsure("unclear_pose", evidence)


def judge_interaction(case: Case, claim: Interaction) -> Opinion:
    """Whether both are there, the one in the pose for it and turned to the other, or both going the same way."""
    takes = case.takes(claim)
    if not {claim.entity, claim.other} <= set(case.viewing.cast):
        return unsure("no_portrait")
    for who in (claim.entity, claim.other):
        if case.odds(who, takes) < -1.5:
            return refuted(0.85, f"{who} is not there", "not_visible")
    if claim.action in ("walk with", "chase"):
        return _together(case, claim, takes)
    if claim.action == "hug":
        return _hugs(case, claim.entity, takes, claim.other)
    pose = _pose(case, claim.entity, takes, _POSES[claim.action])
    if pose.outcome == "refuted":
        return pose
    turned = _turned(case, claim, takes)
    if turned is None:
        return unsure("unclear_facing", pose.evidence)
    if not turned:
        return refuted(0.8, f"{claim.entity} looks away from {claim.other}; {pose.evidence}", "looks_away")
    return pose


def _together(case: Case, claim: Interaction, takes: Sequence[Take]) -> Opinion:
    (mine, first, why), (theirs, second, _) = (_way(case, who, takes) for who in (claim.entity, claim.other))
    evidence = f"{first}; {second}"
    if mine is None or theirs is None:
        return unsure(why or "unclear_motion", evidence)
    if mine != theirs or mine == "none":
        return refuted(0.85, evidence, "not_together")
    return supported(0.8, evidence)


def _turned(case: Case, claim: Interaction, takes: Sequence[Take]) -> bool | None:
    """Whether the one looks to the side on which the other is."""
    votes = []
    theirs = dict(case.viewing.found(claim.other, takes))
    for frame, place in case.viewing.found(claim.entity, takes):
        if frame in theirs and abs(theirs[frame].x - place.x) > 0.04:
            votes.append((theirs[frame].x > place.x) == (place.turn == UPRIGHT))
    if not votes or 0.34 < np.mean(votes) < 0.66:
        return None
    return bool(np.mean(votes) > 0.5)


def judge_expression(case: Case, claim: Expression) -> Opinion:
    """Which feeling the face shows."""
    if claim.entity not in case.viewing.cast:
        return unsure("no_portrait")
    takes = [take for take in case.takes(claim) if case.viewing.sightings(take)[claim.entity].odds > 0]
    chances = case.viewing.face(claim.entity, takes, "feeling")
    return told(chances, "feeling", (claim.feeling,), partial(alike, "feeling"))
