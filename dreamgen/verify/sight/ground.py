"""How far somebody goes over the ground: places of the body against how the ground near it moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.motion import STILL, Similarity, camera_step
from dreamgen.engines.watching import Reel
from dreamgen.verify.sight.finding import Place

_HOPS = 8
"""Steps in which the ground is followed between two looks."""


@dataclass(frozen=True)
class Walk:
    """Somebody's way through a take."""

    across: float
    """How far over the ground, in frame widths; right is positive."""
    first: int
    """The frame of the first look."""
    last: int
    """The frame of the last look."""


def walked(reel: Reel, found: Sequence[tuple[int, Place]], ground: Callable[[int, int], Similarity]) -> Walk | None:
    """Somebody's way, or None when it was not found twice or the ground was lost.

    Args:
        reel: the film.
        found: frames of one take in which somebody was found, and where.
        ground: how the ground moves from one frame to another; see `follow_ground`.
    """
    if len(found) < 2:
        return None
    (first, start), (last, end) = found[0], found[-1]
    moved = ground(first, last)
    if moved.inliers < 0.15:
        return None
    shape = reel.width / reel.height
    point = np.array([[start.middle(shape) * reel.width / 2, min(start.feet, 0.97) * reel.height / 2]])
    stayed = moved.move(point)[0, 0] / (reel.width / 2)
    return Walk(float(end.middle(shape) - stayed), first, last)


def follow_ground(reel: Reel, first: int, last: int, bodies: Mapping[int, Sequence[Place]]) -> Similarity:
    """How the ground moves from one frame to another, in pixels of frames half as large.

    The set has layers that slide over each other when the camera pans, so only the lower part of the picture,
    where the ground is, tells what stands still there. Bodies are left out, and so are the sides: a painted margin
    stays where it is, whatever the camera does.

    Args:
        reel: the film.
        first: the earlier frame.
        last: the later frame, of the same take.
        bodies: for some frames of the take, who is where in them.
    """
    stops = sorted({reel.kept(round(f)) for f in np.linspace(first, last, _HOPS + 1)})
    half = [np.ascontiguousarray(reel.grey(frame)[::2, ::2]) for frame in stops]
    total = STILL
    for frame, (before, after) in zip(stops, pairwise(half), strict=False):
        _, near = min((abs(other - frame), other) for other in bodies)
        total = total.then(camera_step(before, after, _ground(before, bodies[near])))
    return total


def _ground(grey: NDArray[np.uint8], bodies: Sequence[Place]) -> NDArray[np.uint8]:
    height, width = grey.shape
    mask = np.zeros(grey.shape, np.uint8)
    mask[int(0.55 * height) : int(0.87 * height), int(0.1 * width) : int(0.9 * width)] = 255
    for place in bodies:
        half = (0.75 if place.long else 0.3) * place.body * height
        middle = place.middle(width / height) * width
        mask[max(0, int(place.top * height)) :, max(0, int(middle - half)) : max(0, int(middle + half))] = 0
    return mask
