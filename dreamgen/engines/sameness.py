"""Whether two clips show the same pictures, spot by spot: histograms can't tell two pages of text apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.imaging import opencv
from dreamgen.engines.picking import pick, spread

Looks = NDArray[np.float32]
"""Some moments of a clip, tiny: (moments, 36, 64), luma."""

_MOMENTS = 5
_LEAST = 0.8
"""Correlation of two tiny pictures that show the same; pages of text come to a half, a clip and its copy to 0.98."""
_FLAT = 2.0
"""Levels of deviation below which a picture shows nothing but its brightness."""
_LEVELS = 8.0
"""By which two such pictures may differ."""


def looks(video: Path, seconds: float) -> Looks:
    """Some moments of a clip, spread evenly.

    Raises:
        DreamgenError: when it can't be read.
    """
    return np.stack([tiny(one) for one in pick(video, spread(seconds, _MOMENTS))])


def tiny(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The luma of a picture, BGR (h, w, 3), as (36, 64)."""
    cv2 = opencv()
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(grey, (64, 36), interpolation=cv2.INTER_AREA), np.float32)


def same(one: Looks, other: Looks) -> bool:
    """Whether most moments of each clip are found in the other, which may begin a little later."""
    alike = np.array([[_alike(a, b) for b in other] for a in one])
    return bool(np.median(alike.max(axis=1)) >= _LEAST and np.median(alike.max(axis=0)) >= _LEAST)


def likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The correlation of two tiny pictures, -1 to 1; 1 for blank ones, which have nothing to compare."""
    a, b = one - one.mean(), other - other.mean()
    spreads = float(a.std()), float(b.std())
    if max(spreads) < _FLAT:
        return 1.0
    return float((a * b).mean()) / max(spreads[0] * spreads[1], 1e-6)


def _alike(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    blank = max(float(one.std()), float(other.std())) < _FLAT
    return 0.0 if blank and abs(float(one.mean() - other.mean())) > _LEVELS else likeness(one, other)
