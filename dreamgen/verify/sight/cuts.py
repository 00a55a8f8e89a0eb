"""Finds hard cuts: the frame differs from the one before far more than its neighbours do among themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_CHANGED = 14.0
"""Luma or doubled chroma levels by which a spot of a thumbnail must differ to count as changed."""
_SHARE = 0.22
"""Share of changed spots in a cut. A caption that appears changes 0.15, a fast pan 0.17."""
_STANDS_OUT = 2.2
"""A cut changes so many times more than the median of the frames around it."""
_AROUND = 4
"""Frames on either side to compare with."""


def find_cuts(thumbs: NDArray[np.uint8]) -> tuple[int, ...]:
    """The first frame of every shot but the first.

    A fixed threshold alone takes a fast pan for a cut, so a cut must also stand out from the frames
    around it (the idea of PySceneDetect's adaptive detector).

    Args:
        thumbs: every frame, tiny, (count, height, width, 3) as Y, U, V.
    """
    if len(thumbs) < 2:
        return ()
    shares, amounts = _differences(thumbs)
    cuts: list[int] = []
    for i in np.flatnonzero(shares > _SHARE):
        around = np.r_[amounts[max(0, i - _AROUND) : i], amounts[i + 1 : i + 1 + _AROUND]]
        usual = float(np.median(around)) if around.size else 0.0
        if amounts[i] > _STANDS_OUT * (usual + 1.0) and amounts[i] >= around.max(initial=0.0) * 0.8:
            cuts.append(int(i) + 1)
    return tuple(cuts)


def _differences(thumbs: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each frame but the first: the share of spots that changed, and the mean change in levels."""
    shares, amounts = np.empty(len(thumbs) - 1), np.empty(len(thumbs) - 1)
    before = thumbs[0].astype(np.float32)
    weights = np.array([1.0, 2.0, 2.0], np.float32)
    for i, thumb in enumerate(thumbs[1:]):
        now = thumb.astype(np.float32)
        change = (np.abs(now - before) * weights).max(-1)
        shares[i], amounts[i] = (change > _CHANGED).mean(), change.mean()
        before = now
    return shares, amounts
