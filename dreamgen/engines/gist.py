"""What a clip looks like and how much moves in it, as histograms: no weights, and no idea of what is shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import lab, resized

Pixels = NDArray[np.uint8]
Vector = NDArray[np.float32]

_GRID = 4
"""Fields across and down in which light, colours and motion are told apart."""
_HIGH = 48
"""Pixels of the height at which two pictures are subtracted."""
_LOW, _TOP, _BINS = (0, -60, -60), (100, 60, 60), (8, 8, 8)
"""Of L*, a* and b*: from where to where colours are told apart, and in how many steps."""
_TURNS = 9
"""Directions of edges."""
_LEVELS = (0.5, 1, 2, 4, 8, 16, 32)
"""Bounds of how much lighter or darker a spot becomes, in levels of L*."""
_SHARES = (0.4, 0.4, 0.2)
"""Of the vector's squared length: colours and edges, where light and colours lie, motion."""


def gist(pairs: Sequence[tuple[Pixels, Pixels]]) -> Vector:
    """A clip as a vector of length 1: float32 (channels,), no number below 0.

    Three parts, each with square roots drawn, so that the cosine of two clips is the weighted mean of the
    Bhattacharyya coefficients of their histograms: colours and edges of all pictures, light and colours field by
    field, and how much changes within a moment, overall and field by field.

    Args:
        pairs: at least one picture of the clip, each with what is shown a moment later; uint8 (h, w, 3), BGR.
    """
    colours = np.mean([_colours(one) for one, _ in pairs], axis=0)
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


def _colours(picture: Pixels) -> NDArray[np.float64]:
    """Shares of colours and of the directions of edges, blurred so that a codec moves nothing far; each sums to 1/2."""
    seen = np.clip(_small(picture), _LOW, _TOP)
    counts, _ = np.histogramdd(seen.reshape(-1, 3), bins=_BINS, range=list(zip(_LOW, _TOP, strict=True)))
    for axis in range(3):
        wide = np.pad(counts, [(1, 1) if axis == at else (0, 0) for at in range(3)], mode="edge")
        count = counts.shape[axis]
        counts = np.sum(
            [share * np.take(wide, range(at, at + count), axis) for at, share in enumerate((0.25, 0.5, 0.25))], axis=0
        )
    down, across = np.gradient(seen[..., 0])
    turns, _ = np.histogram(
        np.arctan2(down, across) % np.pi, bins=_TURNS, range=(0, np.pi), weights=np.hypot(down, across)
    )
    turns = (np.roll(turns, 1) + 2 * turns + np.roll(turns, -1)) / 4 + 1e-6
    return np.concatenate([part.ravel() / part.sum() / 2 for part in (counts, turns)])


def _fields(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    side = _HIGH // _GRID
    return np.asarray(plane.reshape(_GRID, side, _GRID, side, -1).mean(axis=(1, 3)))


def _places(picture: Pixels) -> NDArray[np.float64]:
    """Light and dark, red and green, yellow and blue of every field; each pair shares one unit."""
    fields = _fields(_small(picture)).reshape(-1, 3)
    shares = np.clip(np.stack([fields[:, 0] / 100, fields[:, 1] / 80 + 0.5, fields[:, 2] / 80 + 0.5], axis=1), 0, 1)
    return np.concatenate([shares.ravel(), 1 - shares.ravel()])


def _motion(one: Pixels, later: Pixels) -> NDArray[np.float64]:
    change = np.abs(_small(later)[..., 0] - _small(one)[..., 0])
    counts = np.bincount(np.digitize(change.ravel(), _LEVELS), minlength=len(_LEVELS) + 1) / change.size
    fields = _fields(change[..., None]).ravel()
    # a still picture has no place where most of its motion is: its fields share alike
    fields = (fields + 0.1) / (fields + 0.1).sum()
    return np.concatenate([counts, fields])
