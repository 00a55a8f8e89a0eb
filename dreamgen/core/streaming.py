"""Pairs that are read anew whenever somebody walks through them, so that never more than a few are in memory."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from typing import overload

from dreamgen.core.base import Summed
from dreamgen.core.pairs import InstructionPair

Pairs = tuple[InstructionPair, ...]
Block = Callable[[], Sequence[InstructionPair]]
"""Reads some pairs, the same ones every time: all that there are about their clips."""
Wanted = Callable[[InstructionPair], bool]


@dataclass(frozen=True)
class Survey:
    """What is known of all pairs after one walk."""

    sizes: tuple[int, ...]
    """Pairs of each block."""
    where: Mapping[str, int]
    """Clip to the block that has the pairs about it."""
    forms: Mapping[str, int]
    """How it is asked, and how many pairs do so."""
    digest: str
    """The hash of all of them in their order."""


class PairStream(Sequence[InstructionPair], Summed):
    """Pairs in blocks; all pairs about a clip are in one of them.

    Walking through it reads every block again. A pair by its place is read with its whole block.

    Args:
        blocks: in order.
        wanted: a pair is one of these if all of them say so.
    """

    def __init__(self, blocks: Iterable[Block], wanted: tuple[Wanted, ...] = ()) -> None:
        self._blocks, self._wanted = tuple(blocks), wanted
        self._kept: tuple[int, Pairs] = (-1, ())

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Each reads some of these pairs."""
        return tuple(partial(self._read, number) for number in range(len(self._blocks)))

    def only(self, wanted: Wanted) -> PairStream:
        """Some of them."""
        return PairStream(self._blocks, (*self._wanted, wanted))

    def about(self, clips: Collection[str]) -> Iterator[InstructionPair]:
        """The pairs about some clips, in order; blocks without one are not read."""
        for number in sorted({block for clip, block in self.survey.where.items() if clip in clips}):
            yield from (pair for pair in self._read(number) if pair.clip in clips)

    def of(self, clip: str) -> Pairs:
        """The pairs about one clip; the block that it is in is kept until one of another block is asked for."""
        number = self.survey.where[clip]
        return tuple(pair for pair in self._block(number) if pair.clip == clip)

    @cached_property
    def survey(self) -> Survey:
        """What one walk tells.

        Raises:
            ValueError: when the pairs about a clip are in two blocks.
        """
        sizes: list[int] = []
        where: dict[str, int] = {}
        forms: Counter[str] = Counter()
        digest = hashlib.blake2b(digest_size=16)
        for number in range(len(self._blocks)):
            pairs = self._read(number)
            sizes.append(len(pairs))
            for pair in pairs:
                if where.setdefault(pair.clip, number) != number:
                    raise ValueError(f"pairs about {pair.clip} are in two blocks")
                forms[pair.form] += 1
                digest.update(pair.model_dump_json().encode() + b"\n")
        return Survey(sizes=tuple(sizes), where=where, forms=forms, digest=digest.hexdigest())

    @property
    def digest(self) -> str:
        """The hash of all pairs in their order."""
        return self.survey.digest

    def __iter__(self) -> Iterator[InstructionPair]:
        for number in range(len(self._blocks)):
            yield from self._read(number)

    def __len__(self) -> int:
        return sum(self.survey.sizes)

    def __bool__(self) -> bool:
        return next(iter(self), None) is not None

    @overload
    def __getitem__(self, place: int) -> InstructionPair: ...
    @overload
    def __getitem__(self, place: slice) -> Pairs: ...

    def __getitem__(self, place: int | slice) -> InstructionPair | Pairs:
        if isinstance(place, slice):
            first, stop, step = place.indices(len(self))
            if step > 0:
                return tuple(islice(self, first, stop, step))
            return tuple(self[one] for one in range(first, stop, step))
        left = place + len(self) if place < 0 else place
        for number, size in enumerate(self.survey.sizes):
            if 0 <= left < size:
                return self._block(number)[left]
            left -= size
        raise IndexError(place)

    def _block(self, number: int) -> Pairs:
        if self._kept[0] != number:
            self._kept = number, self._read(number)
        return self._kept[1]

    def _read(self, number: int) -> Pairs:
        return tuple(pair for pair in self._blocks[number]() if all(wanted(pair) for wanted in self._wanted))
