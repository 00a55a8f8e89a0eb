"""How far somebody goes over the ground: places of the body against how the ground near it moves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dreamgen.engines.motion import STILL, Similarity, camera_step

if TYPE_CHECKING:
    from dreamgen.verify.sight.viewing import Take, Viewing

_HOPS = 4
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


def walked(viewing: Viewing, take: Take, entity: str) -> Walk | None:
    """Somebody's way, or None when it was not found twice or the ground was lost.

    The set has layers that slide over each other when the camera pans, so only the lower part of the picture,
    where the ground is, tells what stands still there.
    """
    found = viewing.found(entity, (take,))
    if len(found) < 2:
        return None
    (first, start), (last, end) = found[0], found[-1]
    ground = _ground(viewing, first, last)
    if ground.inliers < 0.15:
        return None
    height, width = viewing.reel.height, viewing.reel.width
    feet = start.y + (1 - start.window[1] / 2) * start.body
    point = np.array([[start.middle(width / height) * width / 2, min(feet, 0.97) * height / 2]])
    stayed = ground.move(point)[0, 0] / (width / 2)
    return Walk(float(end.middle(width / height) - stayed), first, last)


def _ground(viewing: Viewing, first: int, last: int) -> Similarity:
    reel = viewing.reel
    stops = sorted({reel.kept(round(f)) for f in np.linspace(first, last, _HOPS * 2 + 1)})
    half = [reel.grey(frame)[::2, ::2] for frame in stops]
    below = np.zeros(half[0].shape, np.uint8)
    below[int(0.55 * len(below)) : int(0.87 * len(below))] = 255
    total = STILL
    for before, after in pairwise(half):
        total = total.then(camera_step(np.ascontiguousarray(before), np.ascontiguousarray(after), below))
    return total
