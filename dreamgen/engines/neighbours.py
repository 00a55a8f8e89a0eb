"""The nearest of many vectors, exactly and in blocks.

faiss's flat index does the same products in the same time (benchmarks/coreset.py), so it is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_BLOCK: Final = 4096
"""Vectors that are held against all asked ones at once."""
_ASKED: Final = 2048
"""Asked vectors whose cosines are in memory at once."""


def nearness(asked: Floats, rows: Callable[[int, int], Floats], stops: Sequence[int]) -> Floats:
    """How near each asked vector comes to the first rows: cosines, float32 (stops, asked).

    One pass over the rows serves all stops, since the rows before one stop are among those before the next.

    Args:
        asked: (asked, channels), of length 1.
        rows: gives the vectors from a first row to before a last one: (rows, channels), of length 1.
        stops: growing numbers of rows.
    """
    best = np.full(len(asked), -1.0, np.float32)
    found = np.empty((len(stops), len(asked)), np.float32)
    done = 0
    for number, stop in enumerate(stops):
        for first in range(done, stop, _BLOCK):
            np.maximum(best, nearest(asked, rows(first, min(stop, first + _BLOCK))), out=best)
        done = max(done, stop)
        found[number] = best
    return found


def nearest(asked: Floats, block: Floats) -> Floats:
    """The cosine of each asked vector and the nearest of a block: float32 (asked,)."""
    parts = [inner(asked[first : first + _ASKED], block).max(axis=1) for first in range(0, len(asked), _ASKED)]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def inner(asked: Floats, block: Floats) -> Floats:
    """Every cosine: float32 (asked, block)."""
    found: Floats = asked @ block.T
    return found
