"""What a text shows of its answer without the video: words, lengths, ranks, and how often what was right elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.guessing import Rows
from dreamgen.metrics.shortcuts.items import Item

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

Tell = tuple[str, ...]
"""What is counted: a task with an answer, or with a word."""


@dataclass
class Priors:
    """How often answers and words were right, in items whose key is known."""

    _right: Counter[Tell] = field(default_factory=Counter)
    _seen: Counter[Tell] = field(default_factory=Counter)
    _own: dict[str, tuple[Counter[Tell], Counter[Tell]]] = field(default_factory=dict)

    @classmethod
    def of(cls, items: Iterable[Item]) -> Priors:
        """Counted over these."""
        priors = cls()
        for item in items:
            right, seen = priors._own.setdefault(item.group, (Counter(), Counter()))
            for place in range(len(item.options)):
                told = set(_tells(item, place))
                for counts in (priors._seen, seen):
                    counts.update(told)
                if place == item.right:
                    for counts in (priors._right, right):
                        counts.update(told)
        return priors

    def rate(self, tell: Tell, chance: float, without: str) -> float:
        """How often what bears this mark was right, drawn to chance where it was seen seldom.

        Args:
            tell: the mark.
            chance: of a guess.
            without: a group whose own items do not count, so that no item tells its own answer.
        """
        right, seen = self._own.get(without, (_NONE, _NONE))
        return (self._right[tell] - right[tell] + 2 * chance) / (self._seen[tell] - seen[tell] + 2)


_NONE: Counter[Tell] = Counter()


def words(text: str) -> list[str]:
    """The words of a text in small letters, without marks."""
    return _WORD.findall(text.casefold())


def rows_of(items: Sequence[Item], priors: Priors) -> Rows:
    """A row for every option of a choice, and one for every question with yes or no, which asks whether it is yes."""
    texts, numbers = [], []
    for item in items:
        for place in places(item):
            texts.append(_text(item, place))
            numbers.append((*_numbers(item, place), *_learnt(item, place, priors)))
    table = np.asarray(numbers, dtype=np.float32) if numbers else np.zeros((0, 0), dtype=np.float32)
    return Rows(tuple(texts), table)


def places(item: Item) -> range:
    """The options that get a row of their own."""
    return range(len(item.options) if item.form == "choice" else 1)


def _text(item: Item, place: int) -> str:
    asked = " ".join(f"q:{word}" for word in words(item.question))
    told = " ".join(f"o:{word}" for word in words(item.options[place])) if item.form == "choice" else ""
    return f"t:{item.task} {asked} {told}".strip()


def _numbers(item: Item, place: int) -> tuple[float, ...]:
    """Lengths and ranks, and how an option stands among the others."""
    asked = words(item.question)
    if item.form == "yes_no":
        return float(len(item.question)), float(len(asked))
    option = item.options[place]
    lengths = np.asarray([len(text) for text in item.options], dtype=np.float64)
    own = words(option)
    others = [set(words(text)) for number, text in enumerate(item.options) if number != place]
    shared = [len(set(own) & other) / max(1, len(set(own) | other)) for other in others]
    return (
        float(len(option)), float(len(own)), float(place), len(item.question) / 10.0,
        lengths[place] - (lengths.sum() - lengths[place]) / max(1, len(lengths) - 1),
        float((lengths < lengths[place]).sum()), float((lengths > lengths[place]).sum()),
        float(np.mean(shared)), float(max(shared)), len(set(own) & set(asked)) / max(1, len(own)),
        *_value(item, place),
    )  # fmt: skip


def _value(item: Item, place: int) -> tuple[float, float]:
    """The first number in an option, and how many others are smaller; -1 where there is none."""
    found = [_NUMBER.search(text) for text in item.options]
    values = [float(one.group()) if one else -1.0 for one in found]
    if values[place] < 0:
        return -1.0, -1.0
    return values[place], float(sum(0 <= value < values[place] for value in values))


def _tells(item: Item, place: int) -> Iterable[Tell]:
    """The marks of an option by which it could be known elsewhere."""
    if item.form == "choice":
        text = " ".join(words(item.options[place]))
        yield item.task, text
        yield "", text
        yield from ((item.task, "o", word) for word in words(item.options[place]))
    elif place == 0:
        asked = words(item.question)
        yield (item.task, "asked")
        yield from ((item.task, "q", word) for word in asked)
        yield from ((item.task, "q", *pair) for pair in pairwise(asked))


def _learnt(item: Item, place: int, priors: Priors) -> tuple[float, ...]:
    """How often this answer was right elsewhere, against the others' share; and what its words were."""
    chance = item.chance
    own = _rates(item, place, priors)
    if item.form == "yes_no":
        return own
    rest = [_rates(item, number, priors)[0] for number in range(len(item.options)) if number != place]
    return (*own, own[0] - max(rest, default=chance))


def _rates(item: Item, place: int, priors: Priors) -> tuple[float, ...]:
    rates = [priors.rate(tell, item.chance, item.group) for tell in _tells(item, place)]
    head, marks = (rates[:2], rates[2:]) if item.form == "choice" else (rates[:1], rates[1:])
    odds = _odds(marks)
    told: NDArray[np.float64] = odds if len(odds) else np.zeros(1)
    return (*head, float(told.mean()), float(told.max()), float(told.min()))


def _odds(rates: Sequence[float]) -> NDArray[np.float64]:
    shares = np.clip(np.asarray(rates, dtype=np.float64), 1e-3, 1 - 1e-3)
    return np.log(shares / (1 - shares))
