"""All clips in one order of which every beginning is a core-set: merged two by two until one is left.

Bipartite soft matching (Bolya et al. 2023, Token Merging, section 3), applied to a set of embeddings as ShareGemini
does: in every round the clips are split by lot into two halves, and those of the first whose most similar clip is in
the second are merged with it, the most similar of all, into a mean weighted by how many clips each stands for. Of the
clips of a merged group the one nearest to that mean stays and stands for it; the others leave. Whoever leaves last
comes first in the order, so 50,000 are part of 100,000, whatever sizes are asked for later.

Two things differ from ToMe. One whose most similar clip is in its own half waits for the next round, and only a quarter
of all, those that are most like another, may merge at once: a rare clip is not merged with what it is not like. And for
a million clips all pairs are too many, so they are looked for within cells of k-means, of about a thousand each, which
are drawn anew when half of the clips have left, and then in every round, so that two clips that a border keeps apart
meet later. The last two thousand go one pair at a time.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.annotate.pairing import Group, Left, pair_off
from dreamgen.core.base import derive_seed
from dreamgen.engines.clustering import Tool, divide

Rows = NDArray[np.int64]

_SHARE: Final = 4
"""One in so many may merge in a round, those that are most like another: the fewer, the better they go together."""
FEW: Final = 2048
"""Clips that are merged one pair at a time."""
_CELL: Final = 1024
"""Clips of a cell, on average, when cells are drawn."""
_OFTEN: Final = 1 << 18
"""Clips up to which cells are drawn anew in every round, which costs little then."""
_LARGEST: Final = 4 * _CELL
"""Clips of a cell at most; a larger one is cut up."""
_GROUPS: Final = 1 << 13
"""Clips that are merged at once: bounds the memory."""


class Merged(NamedTuple):
    """The order, and how it came about; rows are those of the vectors."""

    order: Rows
    """Every row once, the one that stays longest first: int64 (rows,)."""
    cosine: NDArray[np.float32]
    """Of each place in the order: how alike those were that merged when it left, 1 at most; -1 for the first."""
    into: Rows
    """Of each place in the order: the row that stood for it when it left; its own for the first."""


class _Edges(NamedTuple):
    """Pairs that could merge: slots of the first half, of the second, and their cosines."""

    one: Rows
    other: Rows
    cosine: NDArray[np.float32]


def merge(vectors: NDArray[np.floating], seed: int, tool: Tool = "auto") -> Merged:
    """Orders rows by how long they stay; see the module.

    Args:
        vectors: (rows, channels), of length 1, float16 or float32, in an order that is always the same: near ties go
            by it. **They are overwritten**: means are kept in the rows of those that left, so that a million
            vectors need no second place.
        seed: of halves and cells.
        tool: who draws cells, where there are more rows than fit in two.

    Raises:
        MissingExtra: when cells are needed and nobody is there to draw them.
    """
    if not len(vectors):
        return Merged(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.int64))
    return _Merging(vectors, seed, tool).run()


class _Merging:
    """The rounds. A slot is a group of merged clips; `home` is where its mean stands, `stands` who stands for it."""

    def __init__(self, vectors: NDArray[np.floating], seed: int, tool: Tool) -> None:
        count = len(vectors)
        self._vectors, self._seed, self._tool = vectors, seed, tool
        self._alive: Rows = np.arange(count)
        self._home: Rows = np.arange(count)
        self._stands: Rows = np.arange(count)
        self._weight = np.ones(count)
        self._cells = np.zeros(count, np.int32)
        self._left: list[Left] = []

    def run(self) -> Merged:
        """Rounds until one is left."""
        drawn, number = 0, 0
        while len(self._alive) > FEW:
            if not drawn or len(self._alive) <= max(drawn // 2, _OFTEN):
                drawn = len(self._alive)
                seed = derive_seed(self._seed, "cells", number)
                rows = self._home[self._alive]
                self._cells[self._alive] = divide(self._vectors, rows, -(-drawn // _CELL), seed, self._tool)
            self._merge(self._strongest(self._nearest(number), number))
            number += 1
        self._left.append(pair_off(self._groups()))
        gone = np.concatenate([left.rows for left in self._left])
        stay = np.setdiff1d(np.arange(len(self._home)), gone)
        # within a round the most alike left first, and so come last
        ends = Left(stay, np.full(len(stay), -1, np.float32), stay)
        order, cosine, into = (
            np.concatenate([part[field][::-1] for part in (*self._left, ends)[::-1]]) for field in range(3)
        )
        return Merged(order, cosine, into)

    def _groups(self) -> Group:
        stands = self._stands[self._alive]
        return Group(
            self._means(self._alive), self._weight[self._alive], stands, np.array(self._vectors[stands], np.float32)
        )

    def _nearest(self, number: int) -> _Edges:
        """Each with its nearest of the same cell."""
        cells, mark = self._cells[self._alive], _marks(self._alive, derive_seed(self._seed, "parts", number))
        order = np.lexsort((mark, cells))
        bounds = np.flatnonzero(np.diff(cells[order], prepend=-1, append=-1))
        found = []
        for first, stop in pairwise(bounds):
            # a cell that is too large is cut up by lot; in order, so that ties go by it
            for part in np.array_split(self._alive[order[first:stop]], -(-(stop - first) // _LARGEST)):
                found += [self._pairs(np.sort(part))] if len(part) > 1 else []
        return _Edges(*(np.concatenate([edge[field] for edge in found]) for field in range(3)))

    def _pairs(self, slots: Rows) -> _Edges:
        seen = self._means(slots)
        cosines = seen @ seen.T
        np.fill_diagonal(cosines, -2)
        best = np.argmax(cosines, axis=1)
        return _Edges(slots, slots[best], cosines[np.arange(len(slots)), best])

    def _strongest(self, edges: _Edges, number: int) -> _Edges:
        """Of the most alike those of one half whose nearest is in the other, the most alike first."""
        count = len(self._alive)
        order = np.lexsort((edges.one, -edges.cosine))[: count // _SHARE]
        second = np.zeros(len(self._home), bool)
        second[
            self._alive[np.argsort(_marks(self._alive, derive_seed(self._seed, "halves", number)))[: count // 2]]
        ] = True
        order = order[~second[edges.one[order]] & second[edges.other[order]]]
        return _Edges(edges.one[order], edges.other[order], edges.cosine[order])

    def _merge(self, edges: _Edges) -> None:
        """Merges every pair; several may merge into one."""
        leave, into = np.empty_like(edges.one), np.empty_like(edges.one)
        by_group = np.argsort(edges.other, kind="stable")
        bounds = np.flatnonzero(np.diff(edges.other[by_group], prepend=-1, append=-1))
        first = 0
        while first < len(bounds) - 1:
            # whole groups, about `_GROUPS` pairs at once
            stop = max(first + 1, int(np.searchsorted(bounds, bounds[first] + _GROUPS, side="right")) - 1)
            pairs = by_group[bounds[first] : bounds[stop]]
            leave[pairs], into[pairs] = self._merge_some(edges.one[pairs], edges.other[pairs])
            first = stop
        self._left.append(Left(leave, edges.cosine, into))
        gone = np.zeros(len(self._home), bool)
        gone[edges.one] = True
        self._alive = self._alive[~gone[self._alive]]

    def _merge_some(self, one: Rows, other: Rows) -> tuple[Rows, Rows]:
        """Merges whole groups, whose pairs stand together; returns who leaves for each pair, and who stays instead."""
        slots, group = np.unique(other, return_inverse=True)
        members = np.concatenate([slots, one])
        groups = np.concatenate([np.arange(len(slots)), group])
        weights = self._weight[members]
        sums = np.zeros((len(slots), self._vectors.shape[1]))
        np.add.at(sums, groups, self._means(members) * weights[:, None])
        means = (sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)).astype(np.float32)
        stands = self._stands[members]
        near = np.einsum("ij,ij->i", np.asarray(self._vectors[stands], np.float32), means[groups])
        order = np.lexsort((stands, -near, groups))
        winner = order[np.flatnonzero(np.diff(groups[order], prepend=-1))]
        # who stood for the second half leaves where one of the first takes its place
        leave = stands[len(slots) :].copy()
        replaced = winner >= len(slots)
        leave[winner[replaced] - len(slots)] = stands[: len(slots)][replaced]
        stay = stands[winner]
        self._stands[slots] = stay
        self._weight[slots] = np.bincount(groups, weights, len(slots))
        home = np.full(len(slots), len(self._home), np.int64)
        np.minimum.at(home, group, leave)
        self._home[slots] = home
        self._vectors[home] = means
        return leave, stay[group]

    def _means(self, slots: Rows) -> NDArray[np.float32]:
        return np.array(self._vectors[self._home[slots]], np.float32)


def _marks(rows: Rows, seed: int) -> NDArray[np.uint64]:
    """A number by lot for each row, the same whatever other rows there are (SplitMix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        mixed = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(mixed ^ (mixed >> np.uint64(31)), np.uint64)
