"""What core-sets are worth, in numbers: how near they come to everything, how many clusters they reach, how varied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.annotate.embedding import unit
from dreamgen.core.base import Record, derive_seed
from dreamgen.engines.clustering import Tool, centres, probe
from dreamgen.engines.neighbours import inner, nearness

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

_LOOKED: Final = 4096
"""Items whose distance to the nearest chosen one is measured, at most."""
_ALONE: Final = 1024
"""Items whose distance to their nearest neighbour is measured, at most."""
_SPREAD: Final = 16384
"""Items from which the Vendi score is computed, at most."""
CLUSTERS: Final = 256
"""Clusters at most."""


class Reach(Record):
    """How well so many items stand for all."""

    size: int
    """How many."""
    mean: float
    """Distance to the nearest of them, 1 - cosine, in the mean over those that were looked at."""
    worst: float
    """The largest such distance."""
    clusters: int
    """Clusters of which they hold at least one."""
    random_mean: float
    """The same for as many drawn by lot."""
    random_worst: float
    """The same for as many drawn by lot."""
    random_clusters: int
    """The same for as many drawn by lot."""


class Variety(Record):
    """How varied a set is."""

    what: str
    """all, kept (without near-duplicates), or the size of a core-set."""
    size: int
    """Items of it."""
    vendi: float
    """How many items that share nothing would be as varied (Friedman and Dieng 2023, order 1, cosine kernel)."""
    neighbour: float
    """Distance of an item to its nearest neighbour in the set, 1 - cosine, in the mean."""


class Coverage(Record):
    """What core-sets are worth."""

    items: int
    """How many there were before near-duplicates were dropped."""
    kept: int
    """How many without them."""
    looked_at: int
    """From how many of those the distances were measured; where it is fewer than all, the worst is a lower bound."""
    clusters: int
    """Clusters that all of them form together, by k-means."""
    curve: tuple[Reach, ...]
    """From small budgets to the largest core-set."""
    variety: tuple[Variety, ...]
    """Before and after."""
    tool: str
    """Who clustered."""


class Clusters:
    """What of all items belongs together.

    Args:
        vectors: (items, channels), of any length and precision; it may be a memory-mapped file.
        rows: the items that count, in an order that is always the same.
        seed: of the k-means.
        tool: who clusters.
    """

    def __init__(self, vectors: NDArray[np.floating], rows: Rows, seed: int, tool: Tool) -> None:
        count = int(np.clip(round(np.sqrt(len(rows) / 2)), 1, CLUSTERS))
        learnt = centres(vectors, rows, count, derive_seed(seed, "clusters"), tool)
        found = probe(vectors, rows, learnt, 1)[:, 0]
        names, self.sizes = np.unique(found, return_counts=True)
        self.middles: Floats = learnt[names]
        """(clusters, channels), none of them empty."""
        self.of = np.full(int(rows.max(initial=-1)) + 1, -1, np.int64)
        """The cluster of a row; -1 for one that does not count."""
        self.of[rows] = np.searchsorted(names, found)


def budgets(sizes: Sequence[int], most: int) -> tuple[int, ...]:
    """The sizes at which the curve is drawn: those asked for, and 1, 2, 5, 10, 20 and so on to the largest of them."""
    top = min(max(sizes, default=most), most)
    steps = (factor * 10**power for power in range(len(str(top))) for factor in (1, 2, 5))
    return tuple(sorted({step for step in steps if step <= top} | {min(size, most) for size in sizes} | {top}))


def cover(
    vectors: NDArray[np.floating], items: int, order: Rows, clusters: Clusters, sizes: Sequence[int], seed: int
) -> tuple[Reach, ...]:
    """The curve: how near ever larger beginnings of an order come to all of it.

    Args:
        vectors: (rows, channels), of any length and precision.
        items: how many of them are looked at, at most.
        order: rows, the ones that stay longest first.
        clusters: of the same rows.
        sizes: at which it is measured, growing.
        seed: of those that are looked at, and of the lot that is compared with.
    """
    lot = np.random.default_rng(derive_seed(seed, "lot")).permutation(np.sort(order))
    asked = _rows(vectors, np.sort(lot[-items:]))
    ours, theirs = (_nearness(asked, vectors, rows, sizes) for rows in (order, lot))
    reached, by_lot = (_reached(clusters, rows, sizes) for rows in (order, lot))
    return tuple(
        Reach(
            size=size, mean=_mean(1 - mine), worst=_worst(mine), clusters=here, random_mean=_mean(1 - other),
            random_worst=_worst(other), random_clusters=there,
        )
        for size, mine, other, here, there in zip(sizes, ours, theirs, reached, by_lot, strict=True)
    )  # fmt: skip


def variety(what: str, vectors: NDArray[np.floating], rows: Rows, seed: int) -> Variety:
    """How varied some rows are, from a sample where they are many."""
    lot = np.random.default_rng(derive_seed(seed, "variety", what)).permutation(len(rows))
    seen = _rows(vectors, rows[np.sort(lot[:_SPREAD])]).astype(np.float64)
    shares = np.clip(np.linalg.eigvalsh(seen.T @ seen / max(len(seen), 1)), 0, None)
    shares = shares[shares > 1e-12]
    return Variety(
        what=what, size=len(rows), vendi=_short(float(np.exp(-(shares * np.log(shares)).sum()))),
        neighbour=_alone(vectors, rows, np.sort(lot[:_ALONE])),
    )  # fmt: skip


def _alone(vectors: NDArray[np.floating], rows: Rows, some: Rows) -> float:
    """The mean distance of some places of the rows to the nearest other one."""
    if len(rows) < 2:
        return 0.0
    asked, best = _rows(vectors, rows[some]), np.full(len(some), -1.0, np.float32)
    for first in range(0, len(rows), _LOOKED):
        near = inner(asked, _rows(vectors, rows[first : first + _LOOKED]))
        own = np.flatnonzero((some >= first) & (some < first + near.shape[1]))
        near[own, some[own] - first] = -1
        np.maximum(best, near.max(axis=1), out=best)
    return _mean(1 - best)


def _nearness(asked: Floats, vectors: NDArray[np.floating], order: Rows, sizes: Sequence[int]) -> Floats:
    return nearness(asked, lambda first, stop: _rows(vectors, order[first:stop]), sizes)


def _reached(clusters: Clusters, rows: Rows, sizes: Sequence[int]) -> list[int]:
    return [len(np.unique(clusters.of[rows[:size]])) for size in sizes]


def _rows(vectors: NDArray[np.floating], rows: Rows) -> Floats:
    """Some rows with length 1, read in the order in which they lie in a file."""
    order = np.argsort(rows, kind="stable")
    found = np.empty((len(rows), vectors.shape[1]), np.float32)
    found[order] = unit(vectors[rows[order]])
    return found


def _mean(distances: Floats) -> float:
    return _short(float(np.clip(distances, 0, None).mean(dtype=np.float64)))


def _worst(near: Floats) -> float:
    return _short(max(0.0, 1 - float(near.min())))


def _short(number: float) -> float:
    return round(number, 4)
