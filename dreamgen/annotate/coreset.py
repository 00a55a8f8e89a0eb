"""Which clips of many are worth keeping: near-duplicates go, and any number of the others stands for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from dreamgen.annotate.embedding import unit
from dreamgen.annotate.merging import merge
from dreamgen.annotate.neighbours import Twins, twins
from dreamgen.core.base import Record
from dreamgen.core.receipts import Reject
from dreamgen.engines.clustering import Tool, resolved

Rows = NDArray[np.int64]

_WIDE = 1 << 27
"""Numbers up to which vectors are kept in float32; more are kept in float16."""
_BLOCK = 1 << 15


class Coreset(Record):
    """How clips are chosen by what they look like. The recipe's table `[coreset]`."""

    near: float = Field(default=0.995, ge=0.0, le=1.0)
    """Cosine of two embeddings from which one of the two clips is dropped as a near-duplicate; 0 drops none. What
    suits depends on the embedder."""
    sizes: tuple[int, ...] = ()
    """Sizes of the core-sets, each part of the next larger one; none keeps no order. What is asked for is written to
    coresets/, and all clips stay in the dataset."""
    only: int = Field(default=0, ge=0)
    """Annotate no more than so many clips: the core-set of this size. 0 annotates all."""
    durations: tuple[float, float] = (10.0, 30.0)
    """Seconds below which a clip is short, and from which it is long, in the table of core-sets."""
    tool: Tool = "auto"
    """Who clusters: sklearn, faiss, or auto for faiss where it is installed."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if any(size < 1 for size in self.sizes) or len(set(self.sizes)) < len(self.sizes):
            raise ValueError("the sizes of core-sets are different numbers from 1 on")
        if not 0 < self.durations[0] <= self.durations[1]:
            raise ValueError("what is short ends before what is long begins")
        return self

    @property
    def orders(self) -> bool:
        """Whether clips are put into an order."""
        return bool(self.sizes or self.only)

    def ready(self) -> None:
        """Refuses what can't be done here.

        Raises:
            MissingExtra: when core-sets are asked for, and nobody is there to cluster.
        """
        if self.orders or self.tool != "auto":
            resolved(self.tool)


class Ordered(NamedTuple):
    """All items, of which every beginning is a core-set."""

    order: tuple[str, ...]
    """The ids of those that stay, the one that stays longest first; by id where no order was asked for."""
    rows: Rows
    """Of each: its row among the items."""
    cosine: NDArray[np.float32]
    """Of each: how alike it was to who stands for it in smaller sets; -1 for the first."""
    into: tuple[str, ...]
    """Of each: who stands for it in the largest set that it is not part of; itself for the first."""
    rejects: tuple[Reject, ...]
    """Those that are nearly the same as a better one, or whose vector says nothing."""
    alike: tuple[tuple[str, str], ...] = ()
    """Of those that are nearly the same as a better one: their ids, each with that of the better one."""


class Items(NamedTuple):
    """What is chosen from."""

    names: Sequence[str]
    """Ids, each once."""
    vectors: NDArray[np.floating]
    """(items, channels), in any precision and of any length; it may be a memory-mapped file."""
    worth: Sequence[float] = ()
    """How good each is: of near-duplicates the best stays, and of equals the first by name. None: all are equal."""
    seconds: Sequence[float] = ()
    """How long each is, 0 where that is not known; empty where it is known of none."""


Same = Callable[[int, int], bool]
"""Whether two items, by their rows, are seen to be nearly the same."""


def choose(items: Items, options: Coreset, seed: int, stage: str = "choose", same: Same | None = None) -> Ordered:
    """Drops near-duplicates and puts the others into an order of which every beginning is a core-set.

    The result follows from ids and vectors alone, in whatever order they come. The vectors are not changed.

    Args:
        items: what is chosen from.
        options: how.
        seed: of halves and cells.
        stage: what rejects say that they were dropped in.
        same: looks again at two that vectors take for near-duplicates; None believes the vectors.

    Raises:
        MissingExtra: when cells are needed, and neither scikit-learn nor faiss is installed.
    """
    by_name = np.array(sorted(range(len(items.names)), key=items.names.__getitem__), np.int64)
    names = [items.names[row] for row in by_name]
    vectors = _loaded(items.vectors, by_name)
    sound = np.flatnonzero(_lengths(vectors) > 0)
    rejects = [
        Reject(what=names[row], kind="clip", stage=stage, reason="no_embedding", clip=names[row],
               detail="its embedding is 0 or broken")
        for row in np.setdiff1d(np.arange(len(names)), sound)
    ]  # fmt: skip
    stay, alike = sound, list[tuple[str, str]]()
    if options.near:
        worth = np.array([-items.worth[row] for row in by_name]) if len(items.worth) else np.zeros(len(names))
        found = twins(vectors[sound] if len(sound) < len(names) else vectors,
                      np.argsort(worth[sound], kind="stable"), options.near, seed, options.tool)  # fmt: skip
        _look_again(found, by_name[sound], same)
        stay = sound[found.stay]
        rejects += _near(names, sound, found, stage)
        alike = [(names[sound[at]], names[sound[found.of[at]]]) for at in found.leave]
    if not options.orders:
        kept = tuple(names[row] for row in stay)
        return Ordered(kept, by_name[stay], np.full(len(kept), -1, np.float32), kept, tuple(rejects), tuple(alike))
    merged = merge(_closed_up(vectors, stay), seed, options.tool)
    return Ordered(
        order=tuple(names[row] for row in stay[merged.order]), rows=by_name[stay[merged.order]], cosine=merged.cosine,
        into=tuple(names[row] for row in stay[merged.into]), rejects=tuple(rejects), alike=tuple(alike),
    )  # fmt: skip


def _loaded(vectors: NDArray[np.floating], by_name: Rows) -> NDArray[np.floating]:
    """The vectors in the order of their names, with length 1; what is broken is 0."""
    place = np.empty(len(by_name), np.int64)
    place[by_name] = np.arange(len(by_name))
    kept = np.empty(vectors.shape, np.float32 if vectors.size <= _WIDE else np.float16)
    for first in range(0, len(vectors), _BLOCK):
        block = np.asarray(vectors[first : first + _BLOCK], np.float32)
        block = np.where(np.isfinite(block).all(axis=1, keepdims=True), block, np.float32(0))
        kept[place[first : first + _BLOCK]] = unit(block)
    return kept


def _closed_up(vectors: NDArray[np.floating], rows: Rows) -> NDArray[np.floating]:
    """Only these rows, which grow, in the place of the first: a million vectors need no second place."""
    for first in range(0, len(rows), _BLOCK):
        some = rows[first : first + _BLOCK]
        vectors[first : first + len(some)] = vectors[some]
    return vectors[: len(rows)]


def _lengths(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    parts = [np.abs(vectors[first : first + _BLOCK]).max(axis=1, initial=0) for first in range(0, len(vectors), _BLOCK)]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _look_again(found: Twins, rows: Rows, same: Same | None) -> None:
    """Those that only seem to be near-duplicates stay."""
    for at in found.leave if same else ():
        if same and not same(int(rows[at]), int(rows[found.of[at]])):
            found.of[at] = at


def _near(names: Sequence[str], rows: Rows, found: Twins, stage: str) -> Iterator[Reject]:
    for at in found.leave:
        name, better = names[rows[at]], names[rows[found.of[at]]]
        yield Reject(
            what=name, kind="clip", stage=stage, reason="near_duplicate", clip=name,
            detail=f"like {better}, cosine {found.cosine[at]:.4f}",
        )  # fmt: skip
