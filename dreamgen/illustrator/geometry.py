"""Curves as cubic control points: arrays of shape (3n+1, 2), in the units of whoever draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]

_KAPPA = 0.5523  # control distance that makes four cubics a circle


@lru_cache(maxsize=256)
def _neighbours(n: int) -> tuple[NDArray[np.intp], ...]:
    index = np.arange(n)
    return (index + 1) % n, (index - 1) % n, np.minimum(index + 1, n - 1), np.maximum(index - 1, 0)


def spline(
    points: ArrayLike, closed: bool = True, smooth: bool = True, sharp: Sequence[int] = (), tension: float = 1 / 6
) -> Points:
    """A Catmull-Rom curve through `points` as cubic control points, shape (3n+1, 2); corners at `sharp`."""
    through = np.asarray(points, float)
    n = len(through)
    after, before, after_open, before_open = _neighbours(n)
    following = through[after]
    if smooth:
        tangent = (following - through[before] if closed else through[after_open] - through[before_open]) * tension
        if len(sharp):
            tangent[list(sharp)] = 0
        leaving, arriving = through + tangent, following - tangent[after]
    else:
        leaving, arriving = through, following
    count = n if closed else n - 1
    out = np.empty((3 * count + 1, 2))
    out[0 : 3 * count : 3] = through[:count]
    out[1 : 3 * count : 3] = leaving[:count]
    out[2 : 3 * count : 3] = arriving[:count]
    out[3 * count] = following[count - 1]
    return out


_UNIT_CIRCLE = np.array(
    [(1, 0), (1, _KAPPA), (_KAPPA, 1), (0, 1), (-_KAPPA, 1), (-1, _KAPPA), (-1, 0), (-1, -_KAPPA), (-_KAPPA, -1),
     (0, -1), (_KAPPA, -1), (1, -_KAPPA), (1, 0)]
)  # fmt: skip


def ellipse(x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> Points:
    """An ellipse turned by `turn` radians as cubic control points, shape (13, 2)."""
    curve: Points = _UNIT_CIRCLE * (rx, ry)
    if turn:
        sine, cosine = math.sin(turn), math.cos(turn)
        curve = curve @ np.array([[cosine, sine], [-sine, cosine]])
    centred: Points = curve + np.array([x, y])
    return centred


def limb(centreline: ArrayLike, half_widths: ArrayLike) -> Points:
    """The outline of a tapered, bent limb around `centreline` (n, 2); to be handed to `spline`."""
    line, widths = np.asarray(centreline, float), np.asarray(half_widths, float)
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], 1) * widths[:, None]
    tip = line[-1] + along[-1] * widths[-1] * 0.75
    root = line[0] - along[0] * widths[0] * 0.75
    return np.vstack([root[None], line + across, tip[None], (line - across)[::-1]])


def bent(start: ArrayLike, joint: ArrayLike, end: ArrayLike) -> Points:
    """Three joints as a softened centreline of five points, so that an elbow does not look broken."""
    first, middle, last = (np.asarray(p, float) for p in (start, joint, end))
    soft = middle * 0.86 + (first + last) * 0.07
    return np.array(
        [first, (first + soft) / 2 * 0.92 + middle * 0.08, soft, (soft + last) / 2 * 0.92 + middle * 0.08, last]
    )


def reach(root: ArrayLike, target: ArrayLike, upper: float, lower: float, bend: float = 1.0) -> tuple[Points, Points]:
    """Two-bone inverse kinematics: the joint and the tip when a limb of these lengths reaches for `target`."""
    origin = np.asarray(root, float)
    way = np.asarray(target, float) - origin
    distance = min(max(math.hypot(*way), abs(upper - lower) + 0.01), upper + lower - 0.01)
    heading = math.atan2(way[1], way[0])
    cosine = (upper * upper + distance * distance - lower * lower) / (2 * upper * distance)
    angle = heading + bend * math.acos(max(-1.0, min(1.0, cosine)))
    joint = origin + upper * np.array([math.cos(angle), math.sin(angle)])
    return joint, origin + distance * np.array([math.cos(heading), math.sin(heading)])
