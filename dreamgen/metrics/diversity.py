"""How different a dataset's texts and pictures are from each other.

- distinct-n (Li et al. 2016): the share of runs of n words that are no repetition. It falls with every text that is
  added, so only datasets of the same size compare.
- Vendi score (Friedman and Dieng 2023): the exponential of the entropy of the eigenvalues of the likenesses, divided
  by how many things there are. It is the number of things that would be as diverse if all were wholly different: n for
  n of these, 1 for n that are alike.
- evenness (Pielou 1966): the entropy of shares, as a part of what it would be if all were alike.
- distance: 1 less the cosine, the mean over all pairs of different things.

Only the mean distance has an interval. What resampling draws twice is a repetition, which the others count.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from dreamgen.core.base import Record, derived_random
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.question_types import histogram
from dreamgen.metrics.resampling import Mean, mean_of_pairs
from dreamgen.metrics.rouge import words_of

MOST: Final = 400
"""Things that are compared with each other; of more, so many are drawn by lot."""

T = TypeVar("T")
Vectors = NDArray[np.float32] | NDArray[np.float64]


class Spread(Record):
    """How different things are from each other."""

    by: str
    """What compared them: words, colours, clip, dino."""
    model: str = ""
    """The weights; empty where there are none."""
    things: int = Field(ge=0)
    """How many were compared."""
    of: int = Field(ge=0)
    """How many there are."""
    distance: Mean | None = None
    """Mean over all pairs; None of fewer than two."""
    vendi: float = Field(ge=0.0)
    """Vendi score: from 1 to `things`, 0 of none."""


class Texts(Record):
    """Questions, or answers."""

    what: str
    """questions or answers."""
    texts: int = Field(ge=0)
    """How many."""
    words: int = Field(ge=0)
    """In all of them."""
    different: int = Field(ge=0)
    """Texts that are no repetition of another one."""
    distinct_1: float = Field(ge=0.0, le=1.0)
    """Share of words that are no repetition."""
    distinct_2: float = Field(ge=0.0, le=1.0)
    """Share of pairs of neighbouring words that are no repetition."""
    spread: Spread
    """By the words and pairs of words that they share."""


class Evenness(Record):
    """How evenly pairs are shared out."""

    what: str
    """tasks, forms, PLM's types of questions."""
    kinds: int = Field(ge=0)
    """How many sorts there are."""
    entropy: float = Field(ge=0.0)
    """Of the shares, in bits."""
    evenness: float | None = None
    """Of the most that so many sorts can have, 0-1; None of fewer than two."""


class Diversity(Record):
    """All of it."""

    texts: tuple[Texts, ...]
    """Questions and answers."""
    shares: tuple[Evenness, ...]
    """Tasks, forms and types."""
    pictures: tuple[Spread, ...]
    """The middle picture of every clip, once for each that compares."""


def texts_of(what: str, texts: Sequence[str], seed: int) -> Texts:
    """What there is to tell of texts, in any order."""
    told = [words_of(text) for text in texts]
    ones = [word for words in told for word in words]
    twos = [two for words in told for two in pairwise(words)]
    drawn = drawn_of(sorted(told), seed, "texts", what)
    return Texts(
        what=what, texts=len(texts), words=len(ones), different=len(set(told)), distinct_1=_distinct(ones),
        distinct_2=_distinct(twos), spread=spread_of(_counted(drawn), "words", len(texts), seed),
    )  # fmt: skip


def shares_of(pairs: Sequence[InstructionPair]) -> tuple[Evenness, ...]:
    """How evenly pairs are shared out over tasks, forms and types of questions."""
    return (
        evenness_of("tasks", Counter(pair.task for pair in pairs).values()),
        evenness_of("forms", Counter(pair.form for pair in pairs).values()),
        evenness_of("types of questions", (count for _, count in histogram(pairs))),
    )


def evenness_of(what: str, counts: Iterable[int]) -> Evenness:
    """Entropy and evenness of sorts with so many each; a sort without any counts as one."""
    known = list(counts)
    total = sum(known)
    entropy = math.fsum(-count / total * math.log2(count / total) for count in known if count)
    even = round(entropy / math.log2(len(known)), 6) if len(known) > 1 and total else None
    return Evenness(what=what, kinds=len(known), entropy=round(abs(entropy), 6), evenness=even)


def spread_of(vectors: Vectors, by: str, of: int, seed: int, model: str = "") -> Spread:
    """How different things are.

    Args:
        vectors: float (things, channels), each of length 1, with cosines of 0 and more.
        by: what made them.
        of: how many things there are, of which these are some.
        seed: of the dataset, for the interval.
        model: the weights.
    """
    if not len(vectors):
        return Spread(by=by, model=model, things=0, of=of, vendi=0.0)
    likeness = vectors.astype(np.float64) @ vectors.astype(np.float64).T
    distance = mean_of_pairs(1 - likeness, seed, "distance", by) if len(vectors) > 1 else None
    return Spread(by=by, model=model, things=len(vectors), of=of, distance=distance, vendi=vendi_score(likeness))


def vendi_score(likeness: NDArray[np.float64]) -> float:
    """The effective number of different things, from 1 to n.

    Args:
        likeness: float64 (n, n), symmetric and positive semidefinite, with ones on its diagonal.
    """
    shares = np.linalg.eigvalsh(likeness / len(likeness))
    held = shares[shares > 1e-12]
    return round(float(np.exp(-np.sum(held * np.log(held)))), 4)


def drawn_of(things: Sequence[T], seed: int, *where: str) -> Sequence[T]:
    """As many as are compared, by lot, in their order."""
    if len(things) <= MOST:
        return things
    places = derived_random(seed, "diversity", *where).sample(range(len(things)), MOST)
    return [things[place] for place in sorted(places)]


def _distinct(runs: Sequence[object]) -> float:
    return round(len(set(runs)) / len(runs), 6) if runs else 0.0


def _counted(texts: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
    """Each text as the counts of its words and pairs of neighbouring words, of length 1; texts without words go."""
    runs = [Counter((*words, *pairwise(words))) for words in texts if words]
    places = {run: place for place, run in enumerate(dict.fromkeys(run for counts in runs for run in counts))}
    table = np.zeros((len(runs), len(places)))
    for row, counts in enumerate(runs):
        table[row, [places[run] for run in counts]] = list(counts.values())
    unit: NDArray[np.float64] = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
    return unit
