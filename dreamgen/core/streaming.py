"""Pairs that are read anew whenever somebody walks through them, so that never more than a few are in memory."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from typing import overload

from dreamgen.core.base import Summed, fingerprint
from dreamgen.core.pairs import InstructionPair

Pairs = tuple[InstructionPair, ...]
Block = Callable[[], Sequence[InstructionPair]]
"""Reads some pairs, the same ones every time: all that there are about their clips."""
Wanted = Callable[[InstructionPair], bool]


@dataclass(frozen=True)
class Survey:
    """What is known of all pairs after one walk."""

    where: Mapping[str, int]
    """Clip to the block that has the pairs about it."""
    counts: Mapping[tuple[str, str], int]
    """Clip and form to how many pairs there are."""
    blocks: int
    """How many there are."""
    twice: tuple[str, ...]
    """What several pairs are called."""
    wordless: tuple[str, ...]
    """Pairs of which a turn has no words."""
    digest: str
    """The hash of all of them in their order."""

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Pairs of each block."""
        sizes = [0] * self.blocks
        for (clip, _), count in self.counts.items():
            sizes[self.where[clip]] += count
        return tuple(sizes)

    @cached_property
    def forms(self) -> Mapping[str, int]:
        """How it is asked, and how many pairs do so."""
        forms: Counter[str] = Counter()
        for (_, form), count in self.counts.items():
            forms[form] += count
        return forms

    def without(self, forms: Collection[str]) -> Survey:
        """What it would be without pairs of some forms; what was said of single pairs stays."""
        counts = {place: count for place, count in self.counts.items() if place[1] not in forms}
        left = {clip for clip, _ in counts}
        where = {clip: block for clip, block in self.where.items() if clip in left}
        digest = fingerprint([self.digest, sorted(forms)])
        return Survey(where, counts, self.blocks, self.twice, self.wordless, digest)


def survey(blocks: Iterable[Sequence[InstructionPair]]) -> Survey:
    """Walks through all pairs once.

    Raises:
        ValueError: when the pairs about a clip are in two blocks.
    """
    where: dict[str, int] = {}
    counts: Counter[tuple[str, str]] = Counter()
    names: set[str] = set()
    twice: dict[str, None] = {}
    wordless: list[str] = []
    digest, number = hashlib.blake2b(digest_size=16), -1
    for number, pairs in enumerate(blocks):
        for pair in pairs:
            if where.setdefault(pair.clip, number) != number:
                raise ValueError(f"pairs about {pair.clip} are in two blocks")
            counts[pair.clip, pair.form] += 1
            if pair.id in names:
                twice[pair.id] = None
            names.add(pair.id)
            if not all(turn.text.strip() for turn in pair.turns):
                wordless.append(pair.id)
            digest.update(pair.model_dump_json().encode() + b"\n")
    return Survey(where, counts, number + 1, tuple(twice), tuple(wordless), digest.hexdigest())


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
        self._sorted: tuple[int, dict[str, list[InstructionPair]]] = (-1, {})

    @classmethod
    def held(cls, pairs: Iterable[InstructionPair]) -> PairStream:
        """Pairs that are in memory: one block, which nobody has to read."""
        every = tuple(pairs)
        return cls([lambda: every])

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Each reads some of these pairs."""
        return tuple(partial(self._read, number) for number in range(len(self._blocks)))

    def only(self, wanted: Wanted) -> PairStream:
        """Some of them."""
        return PairStream(self._blocks, (*self._wanted, wanted))

    def without(self, forms: Collection[str]) -> PairStream:
        """Those of other forms; what is known of all of them is known of these without another walk."""
        left = self.only(lambda pair: pair.form not in forms)
        left.survey = self.survey.without(forms)
        return left

    def about(self, clips: Collection[str]) -> Iterator[InstructionPair]:
        """The pairs about some clips, in order; blocks without one are not read."""
        for number in sorted({block for clip, block in self.survey.where.items() if clip in clips}):
            yield from (pair for pair in self._read(number) if pair.clip in clips)

    def of(self, clip: str) -> Pairs:
        """The pairs about one clip; the block that it is in is kept until one of another block is asked for."""
        number = self.survey.where[clip]
        if self._sorted[0] != number:
            found: dict[str, list[InstructionPair]] = {}
            for pair in self._read(number):
                found.setdefault(pair.clip, []).append(pair)
            self._sorted = number, found
        return tuple(self._sorted[1][clip])

    @cached_property
    def survey(self) -> Survey:
        """What one walk tells.

        Raises:
            ValueError: when the pairs about a clip are in two blocks.
        """
        return survey(block() for block in self.blocks)

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
