"""What the camera does and what moves besides, by features that are found again half a second later."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.claims import CameraMove, Motion
from dreamgen.core.vocabulary import CameraMotion
from dreamgen.engines.likening import difference, tracks
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.measuring.viewed import Viewed

Floats = NDArray[np.float64]

_APART: Final = 4
"""Pictures between two that are laid over each other: half a second."""
_FOUND: Final = 0.6
"""Share of the pairs that must show a scene in common."""
_SHARE: Final = 0.25
"""Of all matches that must agree on one motion."""
_SPREAD: Final = 0.5
"""Of the picture over which they must lie."""
_PAN: Final = 0.012
"""Picture widths a second of a pan at least."""
_ZOOM: Final = 0.009
"""Growth a second of a zoom at least."""
_STILL: Final = (0.008, 0.006)
"""Widths and growth a second of a camera that stands still at most."""
_ONE_WAY: Final = 0.85
"""Share of the pairs that must go the same way."""


def judge_camera(view: Viewed, claim: CameraMove) -> Opinion:
    """Whether the scene shifts or grows through the span as the move would make it."""
    speeds, asked = _speeds(view, claim.start, claim.end)
    if asked < 2:
        return unsure("too_short")
    if len(speeds) < max(2, _FOUND * asked):
        return unsure("nothing_to_follow", f"{len(speeds)} of {asked} pairs of pictures have features in common")
    across, down, growth = (float(one) for one in np.median(speeds, axis=0))
    evidence = (
        f"the scene shifts {across:+.3f} widths and {down:+.3f} heights and grows {growth:+.3f} a second "
        f"in {len(speeds)} of {asked} pairs of pictures"
    )
    seen = _move(speeds)
    if seen is None:
        return _against(claim.move, speeds, evidence)
    if seen == claim.move:
        return supported(0.95, evidence)
    return refuted(0.95, f"{evidence}: {seen}", "other_camera_move")


def _speeds(view: Viewed, start: float, end: float) -> tuple[Floats, int]:
    """Shift and growth a second between pictures half a second apart, and between how many pairs they were sought."""
    some = view.seen.between(start, end)
    rows, asked = [], 0
    for at in range(some.start, some.stop - _APART, 2):
        asked += 1
        found = view.overlay(at, at + _APART)
        if found is not None and found.share >= _SHARE and found.spread >= _SPREAD and not found.rival:
            seconds = float(view.seen.times[at + _APART] - view.seen.times[at])
            rows.append((found.across / seconds, found.down / seconds, found.growth / seconds))
    return np.array(rows).reshape(-1, 3), asked


def _move(speeds: Floats) -> CameraMotion | None:
    """The one move that all pairs show."""
    across, down, growth = (float(one) for one in np.median(speeds, axis=0))
    most = np.abs(speeds).max(0)
    if max(abs(across), abs(down)) <= _STILL[0] and abs(growth) <= _STILL[1]:
        # a camera that stands still now and moves then does not stand still
        return "static" if max(most[0], most[1]) <= 2.5 * _STILL[0] and most[2] <= 2.5 * _STILL[1] else None
    way = np.sign(speeds)
    if abs(across) >= _PAN and abs(down) <= 0.4 * abs(across) and abs(growth) <= 0.4 * abs(across):
        same = (way[:, 0] == np.sign(across)).mean() >= _ONE_WAY
        return ("pan_right" if across < 0 else "pan_left") if same else None
    if abs(growth) >= _ZOOM and np.hypot(across, down) <= 0.75 * abs(growth):
        same = (way[:, 2] == np.sign(growth)).mean() >= _ONE_WAY
        return ("zoom_in" if growth > 0 else "zoom_out") if same else None
    return None


def _against(move: CameraMotion, speeds: Floats, evidence: str) -> Opinion:
    """What is said where the camera does several things: it may be clear that it does not do this one."""
    across, _, growth = (float(one) for one in np.median(speeds, axis=0))
    wrong = {
        "pan_left": across < -_PAN, "pan_right": across > _PAN, "zoom_in": growth < -_ZOOM, "zoom_out": growth > _ZOOM,
        "static": bool((np.abs(speeds).max(1) > 4 * _PAN).mean() > 0.6),
    }  # fmt: skip
    return refuted(0.8, evidence, "other_camera_move") if wrong[move] else unsure("mixed_motion", evidence)


_CHANGED: Final = 9.0
"""Levels by which a softened pixel differs that something moved over."""
_NONE: Final = (0.004, 0.02)
"""Share of the picture that changes in a quarter of a second where nothing moves, at most, and where something
certainly does, at least."""
_MUCH: Final = (0.03, 0.005)
"""Share that changes where much moves, at least, and where certainly nothing does, at most."""
_TRACKED: Final = 0.6
"""Pixels by which a corner moves from one picture to the next to count as moving."""
_WAYS: Final = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, -1.0), "down": (0.0, 1.0)}


def judge_motion(view: Viewed, claim: Motion) -> Opinion:
    """Whether as much of the picture changes through the span as the motion would make it, and which way."""
    some = view.seen.between(claim.start + 0.06, claim.end - 0.02)
    pairs = [(at, at + 2) for at in range(some.start, some.stop - 2, 2)]
    if len(pairs) < 2:
        return unsure("too_short")
    changes = np.array([_changed(view, *pair) for pair in pairs])
    evidence = f"{np.median(changes):.3f} of the picture changes in a quarter of a second, {changes.max():.3f} at most"
    if claim.direction != "none":
        return _judge_way(view, claim, pairs, evidence)
    if claim.amount == "none":
        return _told(bool(changes.max() <= _NONE[0]), bool((changes >= _NONE[1]).mean() >= 0.3), evidence)
    if claim.amount == "little":
        return unsure("no_clear_bounds", evidence)
    enough = bool(np.median(changes) >= _MUCH[0] and (changes >= _MUCH[1]).mean() >= 0.9)
    return _told(enough, bool((changes <= _MUCH[1]).mean() >= 0.7), evidence)


def _told(holds: bool, fails: bool, evidence: str) -> Opinion:
    if holds and not fails:
        return supported(0.95, evidence)
    return refuted(0.95, evidence, "other_motion") if fails else unsure("near_threshold", evidence)


def _changed(view: Viewed, one: int, other: int) -> float:
    """Share of the picture that differs once the camera's own motion is taken off."""
    over = view.overlay(one, other)
    still = over is None or max(abs(over.across), abs(over.down), abs(over.growth)) < 0.002
    pictures = view.seen.pictures
    apart = difference(pictures[one], pictures[other], None if still or over is None else over.matrix)
    return float((apart > _CHANGED).mean())


def _judge_way(view: Viewed, claim: Motion, pairs: list[tuple[int, int]], evidence: str) -> Opinion:
    moves = np.vstack([_tracked(view, one, one + 1) for one, _ in pairs])
    if len(moves) < 4 * len(pairs):
        return unsure("nothing_to_follow", f"{evidence}; {len(moves)} corners move")
    along = moves @ np.array(_WAYS[claim.direction])
    lengths = np.hypot(*moves.T)
    with_it, against = float((along > 0.7 * lengths).mean()), float((along < -0.7 * lengths).mean())
    evidence = (
        f"{evidence}; {with_it:.2f} of {len(moves)} moving corners go {claim.direction}, {against:.2f} against it"
    )
    return _told(with_it >= 0.65, against >= 0.5 or with_it <= 0.1, evidence)


def _tracked(view: Viewed, one: int, other: int) -> Floats:
    """Where corners go that do not go with the camera."""
    points, moves = tracks(view.seen.pictures[one], view.seen.pictures[other])
    over = view.overlay(one, other)
    if over is not None and len(points):
        moves = moves - (points @ over.matrix[:, :2].T + over.matrix[:, 2] - points)
    return np.asarray(moves[np.hypot(*moves.T) > _TRACKED]).reshape(-1, 2)
