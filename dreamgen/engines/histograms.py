"""Pictures compared by their colours and edges alone: what a laptop can do without weights, and no more than that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import lab, resized

Pixels = NDArray[np.uint8]

_SIDE = 96
"""Pixels of the height that pictures are compared at."""
_LIGHT, _HUE, _TURNS = 8, 8, 9
"""Bins of lightness, of either colour axis, and of the directions of edges."""


class ColourEyes:
    """Histograms of colours (CIELAB) and of the directions of edges, with square roots drawn.

    The cosine of two is then the mean of the Bhattacharyya coefficients of both: 1 for the same histograms, 0 for
    histograms that share nothing. It says how alike colours and strokes are, and nothing about what is shown.
    """

    by = "colours"
    model = ""

    def look(self, pictures: Sequence[Pixels]) -> NDArray[np.float32]:
        """One vector of length 1 a picture: float32 (pictures, bins). Pictures are uint8 (h, w, 3), BGR."""
        return np.stack([_histogram(picture) for picture in pictures]) if pictures else np.zeros((0, 0), np.float32)


def _histogram(picture: Pixels) -> NDArray[np.float32]:
    high, wide = picture.shape[:2]
    small = lab(resized(picture, _SIDE, max(8, round(_SIDE * wide / high))))
    light = small[..., 0]
    colours, _ = np.histogramdd(
        small.reshape(-1, 3).astype(np.float64),
        bins=(_LIGHT, _HUE, _HUE),
        range=((0, 100), (-100, 100), (-100, 100)),
    )
    down, across = np.gradient(light.astype(np.float64))
    turns, _ = np.histogram(
        np.arctan2(down, across) % np.pi, bins=_TURNS, range=(0, np.pi), weights=np.hypot(down, across)
    )
    both = [plane.ravel() / max(plane.sum(), 1e-12) / 2 for plane in (colours, turns)]
    root = np.sqrt(np.concatenate(both))
    unit: NDArray[np.float32] = (root / max(float(np.linalg.norm(root)), 1e-12)).astype(np.float32)
    return unit
