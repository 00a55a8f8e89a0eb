"""Clips that are nearly the same: of each group the best one stays."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import derive_seed
from dreamgen.engines.clustering import Tool, centres, probe

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

EXACT: Final = 1 << 16
"""Clips up to which every pair is compared; of more, those that share a cell."""
_CELL: Final = 1024
_CELLS: Final = 2
"""Cells that a clip is looked for in: its own, and the next nearest."""
_BLOCK: Final = 1024


class Twins(NamedTuple):
    """Who is nearly the same as somebody better; all arrays have one number a row."""

    of: Rows
    """The row that stays in the place of this one; its own for a row that stays: int64 (rows,)."""
    cosine: Floats
    """How alike the two are; 1 for a row that stays."""

    @property
    def stay(self) -> Rows:
        """The rows that stay, in order."""
        return np.flatnonzero(self.of == np.arange(len(self.of)))

    @property
    def leave(self) -> Rows:
        """The rows that go, in order."""
        return np.flatnonzero(self.of != np.arange(len(self.of)))


def twins(vectors: NDArray[np.floating], worth: Rows, bound: float, seed: int, tool: Tool = "auto") -> Twins:
    """Finds near-duplicates, the best first: who is nearly the same as somebody better goes.

    Up to `EXACT` rows every pair is compared. Beyond, rows are divided into cells, each is compared with those of
    its own cell and of the next nearest, and a pair on the border of three may be missed.

    Args:
        vectors: (rows, channels), of length 1, in any precision.
        worth: the rows, the best first.
        bound: cosine from which two are nearly the same.
        seed: of the cells.
        tool: who draws them.

    Raises:
        MissingExtra: when there are more than `EXACT` rows, and nobody is there to draw cells.
    """
    found = Twins(np.arange(len(vectors)), np.ones(len(vectors), np.float32))
    rank = np.empty(len(vectors), np.int64)
    rank[worth] = np.arange(len(worth))
    for rows in _cells(vectors, worth, seed, tool):
        _compare(vectors, rows[np.argsort(rank[rows])], bound, found)
    for row in np.flatnonzero(found.of != np.arange(len(vectors))):
        # who stayed for it in one cell may have left for a better one in another
        while found.of[found.of[row]] != found.of[row]:
            found.of[row] = found.of[found.of[row]]
    return found


def _cells(vectors: NDArray[np.floating], worth: Rows, seed: int, tool: Tool) -> Iterator[Rows]:
    """Rows that are compared with each other."""
    if len(worth) <= EXACT:
        yield worth
        return
    rows = np.arange(len(vectors))
    middle = centres(vectors, rows, -(-len(rows) // _CELL), derive_seed(seed, "near"), tool)
    cells = probe(vectors, rows, middle, _CELLS)
    order = np.argsort(cells.ravel(), kind="stable")
    bounds = np.searchsorted(cells.ravel()[order], np.arange(len(middle) + 1))
    for first, stop in pairwise(bounds):
        yield order[first:stop] // _CELLS


def _compare(vectors: NDArray[np.floating], rows: Rows, bound: float, found: Twins) -> None:
    """Takes down who of these rows, the best first, is nearly the same as a better one that stays."""
    kept: list[Floats] = []
    names: list[Rows] = []
    for first in range(0, len(rows), _BLOCK):
        block = rows[first : first + _BLOCK]
        block = block[found.of[block] == block]
        seen = np.asarray(vectors[block], np.float32)
        for known, name in zip(kept, names, strict=True):
            near = seen @ known.T
            # of those that are near enough the best, which is the first
            best = np.argmax(near >= bound, axis=1)
            cosine = near[np.arange(len(block)), best]
            hit = (cosine >= bound) & (found.of[block] == block)
            found.of[block[hit]], found.cosine[block[hit]] = name[best[hit]], cosine[hit]
        fresh = found.of[block] == block
        block, seen = block[fresh], seen[fresh]
        _among(block, seen @ seen.T, bound, found)
        stay = found.of[block] == block
        if stay.any():
            kept.append(seen[stay])
            names.append(block[stay])


def _among(rows: Rows, cosines: Floats, bound: float, found: Twins) -> None:
    for at in np.flatnonzero((np.triu(cosines, 1) >= bound).any(axis=1)):
        if found.of[rows[at]] == rows[at]:
            near = np.flatnonzero((cosines[at] >= bound) & (np.arange(len(rows)) > at) & (found.of[rows] == rows))
            found.of[rows[near]], found.cosine[rows[near]] = rows[at], cosines[at, near]
