"""What a clip looks like and how much moves in it, as histograms: no weights, and no idea of what is shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.histograms import ColourEyes
from dreamgen.engines.matching import lab, resized

Pixels = NDArray[np.uint8]
Vector = NDArray[np.float32]

_GRID = 4
"""Fields across and down in which light, colours and motion are told apart."""
_HIGH = 48
"""Pixels of the height at which two pictures are subtracted."""
_LEVELS = (0.5, 1, 2, 4, 8, 16, 32)
"""Bounds of how much lighter or darker a spot becomes, in levels of L*."""
_SHARES = (0.5, 0.3, 0.2)
"""Of the vector's squared length: colours and edges, where light and colours lie, motion."""


def gist(pairs: Sequence[tuple[Pixels, Pixels]]) -> Vector:
    """A clip as a vector of length 1: float32 (channels,), no number below 0.

    Three parts, each with square roots drawn, so that the cosine of two clips is the weighted mean of the
    Bhattacharyya coefficients of their histograms: colours and edges of all pictures, light and colours field by
    field, and how much changes within a moment, overall and field by field.

    Args:
        pairs: at least one picture of the clip, each with what is shown a moment later; uint8 (h, w, 3), BGR.
    """
    colours = np.mean(
        [vector.astype(np.float64) ** 2 for vector in ColourEyes().look([one for one, _ in pairs])], axis=0
    )
    places = np.mean([_places(one) for one, _ in pairs], axis=0)
    motion = np.mean([_motion(one, later) for one, later in pairs], axis=0)
    parts = [
        share * part / max(float(part.sum()), 1e-12)
        for share, part in zip(_SHARES, (colours, places, motion), strict=True)
    ]
    root = np.sqrt(np.concatenate(parts))
    return np.asarray(root / np.linalg.norm(root), np.float32)


def _small(picture: Pixels) -> NDArray[np.float64]:
    return lab(resized(picture, _HIGH, _HIGH)).astype(np.float64)


def _fields(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    side = _HIGH // _GRID
    return np.asarray(plane.reshape(_GRID, side, _GRID, side, -1).mean(axis=(1, 3)))


def _places(picture: Pixels) -> NDArray[np.float64]:
    """Light and dark, red and green, yellow and blue of every field; each pair shares one unit."""
    fields = _fields(_small(picture)).reshape(-1, 3)
    shares = np.clip(np.stack([fields[:, 0] / 100, fields[:, 1] / 120 + 0.5, fields[:, 2] / 120 + 0.5], axis=1), 0, 1)
    return np.concatenate([shares.ravel(), 1 - shares.ravel()])


def _motion(one: Pixels, later: Pixels) -> NDArray[np.float64]:
    change = np.abs(_small(later)[..., 0] - _small(one)[..., 0])
    counts = np.bincount(np.digitize(change.ravel(), _LEVELS), minlength=len(_LEVELS) + 1) / change.size
    fields = _fields(change[..., None]).ravel()
    # a still picture has no place where most of its motion is: its fields share alike
    fields = (fields + 0.1) / (fields + 0.1).sum()
    return np.concatenate([counts, fields])
