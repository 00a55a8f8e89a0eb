"""Guessing without a look, by length and by what was right elsewhere."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from dreamgen.verify.screeners.guessable import Guessable, words

Scores = tuple[float, ...]
"""One an option; the highest is guessed."""

Rule = Callable[[Sequence[Guessable]], list[Scores]]
"""From pairs to scores of the options of each."""

_DRAWN = 2.0
"""Weight of chance against what was counted, in times that something was seen."""


def longest(pairs: Sequence[Guessable]) -> list[Scores]:
    """The option with the most characters; nothing of yes or no."""
    return [_lengths(one, 1.0) for one in pairs]


def shortest(pairs: Sequence[Guessable]) -> list[Scores]:
    """The option with the fewest characters; nothing of yes or no."""
    return [_lengths(one, -1.0) for one in pairs]


def usual(pairs: Sequence[Guessable]) -> list[Scores]:
    """The option whose words, or question whose words, went with the right answer in other clips (naive Bayes)."""
    right: Counter[tuple[str, ...]] = Counter()
    seen: Counter[tuple[str, ...]] = Counter()
    own: dict[str, tuple[Counter[tuple[str, ...]], Counter[tuple[str, ...]]]] = {}
    told = [[tuple(dict.fromkeys(_marks(one, place))) for place in _places(one)] for one in pairs]
    for one, marks in zip(pairs, told, strict=True):
        mine = own.setdefault(one.pair.clip, (Counter(), Counter()))
        for place, some in zip(_places(one), marks, strict=True):
            for counts in (seen, mine[1]):
                counts.update(some)
            if place == one.right:
                for counts in (right, mine[0]):
                    counts.update(some)

    def score(one: Guessable, some: Sequence[tuple[str, ...]]) -> float:
        # its own clip does not count: nobody who is asked about a clip has been told of it
        hits, times = own[one.pair.clip]
        rates = (
            ((right[mark] - hits[mark]) + _DRAWN * one.chance) / (seen[mark] - times[mark] + _DRAWN) for mark in some
        )
        return sum(_logit(rate) - _logit(one.chance) for rate in rates)

    return [
        tuple(score(one, some) for some in marks) if one.pair.options else (score(one, marks[0]), 0.0)
        for one, marks in zip(pairs, told, strict=True)
    ]


RULES: Final[Mapping[str, Rule]] = MappingProxyType({"longest": longest, "shortest": shortest, "usual": usual})
"""Name to rule."""


def hit(one: Guessable, scores: Scores) -> float:
    """1 where the highest score is that of the right option, 0 where it is not, 1/k for a tie of k."""
    best = [place for place, score in enumerate(scores) if score >= max(scores) - 1e-9]
    return (one.right in best) / len(best)


def margin(one: Guessable, scores: Scores) -> float:
    """How far the right option is above the best of the others."""
    return scores[one.right] - max(score for place, score in enumerate(scores) if place != one.right)


def _lengths(one: Guessable, sign: float) -> Scores:
    return tuple(sign * len(option) if one.pair.options else 0.0 for option in one.options)


def _places(one: Guessable) -> range:
    """What has words of its own: every option; of yes or no the question, which goes with yes or not."""
    return range(len(one.options) if one.pair.options else 1)


def _marks(one: Guessable, place: int) -> Iterator[tuple[str, ...]]:
    told = words(one.options[place] if one.pair.options else one.pair.turns[0].text)
    task = one.pair.task
    yield task, "whole", *told
    yield from ((task, word) for word in told)
    yield from ((task, *two) for two in pairwise(told))


def _logit(rate: float) -> float:
    held = min(max(rate, 1e-3), 1 - 1e-3)
    return math.log(held / (1 - held))
