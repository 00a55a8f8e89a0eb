"""Guessing by one simple rule: the letter, the length or the answer that is right most often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from dreamgen.core.base import derive_seed
from dreamgen.metrics.shortcuts.baseline import Chances
from dreamgen.metrics.shortcuts.features import words
from dreamgen.metrics.shortcuts.folds import folds
from dreamgen.metrics.shortcuts.items import Guessable, Item

Rule = Callable[[Sequence[Item], Item], Sequence[float]]
"""From items of other clips and one item to a score for each of its options; the highest is taken."""


def _letter(known: Sequence[Item], item: Item) -> list[float]:
    """The letter that is right most often in its task, among items with as many options."""
    alike = [one for one in known if one.task == item.task and len(one.options) == len(item.options)]
    counts = Counter(one.right for one in alike)
    return [float(counts[place]) for place in range(len(item.options))]


def _longest(known: Sequence[Item], item: Item) -> list[float]:
    """The option with the most characters."""
    return [float(len(option)) for option in item.options]


def _shortest(known: Sequence[Item], item: Item) -> list[float]:
    """The option with the fewest characters."""
    return [-float(len(option)) for option in item.options]


def _answer(known: Sequence[Item], item: Item) -> list[float]:
    """The answer that is right most often in its task, where it was offered."""
    told = [" ".join(words(option)) for option in item.options]
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for one in known:
        if one.task == item.task:
            texts = [" ".join(words(option)) for option in one.options]
            right[texts[one.right]] += 1
            seen.update(texts)
    return [(right[text] + 2 * item.chance) / (seen[text] + 2) for text in told]


def _task(known: Sequence[Item], item: Item) -> list[float]:
    """Yes where yes is the more frequent answer in its task, else no."""
    counts = Counter(one.right for one in known if one.task == item.task)
    return [float(counts[place]) for place in range(len(item.options))]


RULES: Final[Mapping[str, tuple[Guessable, Rule]]] = MappingProxyType(
    {
        "letter": ("choice", _letter),
        "longest": ("choice", _longest),
        "shortest": ("choice", _shortest),
        "answer": ("choice", _answer),
        "yes": ("yes_no", _task),
    }
)
"""Name to the form it guesses, and the rule."""


def by_rule(name: str, items: Sequence[Item], seed: int) -> tuple[Chances, ...]:
    """What a rule takes of every item of its form, learnt from the items of other clips; ties share alike.

    Args:
        name: of `RULES`.
        items: of the rule's form alone.
        seed: of the folds.
    """
    _, rule = RULES[name]
    found: list[Chances] = [()] * len(items)
    for part in folds(items, derive_seed(seed, name)):
        tried = set(part)
        known = [item for number, item in enumerate(items) if number not in tried]
        for number in part:
            found[number] = _taken(rule(known, items[number]))
    return tuple(found)


def _taken(scores: Sequence[float]) -> Chances:
    best = [score >= max(scores) for score in scores]
    return tuple(one / sum(best) for one in best)
