"""Wrong answers: plausible, of the same sort as the right one, and certainly wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

Clash = Callable[[str, str], bool]
"""Whether two answers could both be right."""


def wrong_answers(
    answer: str, near: Iterable[str], far: Iterable[str], clash: Clash, lot: Random, count: int = 3
) -> tuple[str, ...] | None:
    """`count` wrong answers, or None when so many can't be found.

    Args:
        answer: the right one.
        near: values from the same film, which are taken first since only a look can rule them out.
        far: values of the same sort from the vocabulary; those of a similar length are taken first.
        clash: tells which values could be right too; no two options may clash.
        lot: decides between equals.
        count: how many.
    """
    chosen: list[str] = []
    for pool in (_shuffled(near, lot), _by_length(_shuffled(far, lot), answer)):
        for value in pool:
            if len(chosen) < count and not any(_same(value, other, clash) for other in (answer, *chosen)):
                chosen.append(value)
    return tuple(chosen) if len(chosen) == count else None


def _same(one: str, other: str, clash: Clash) -> bool:
    return one.casefold() == other.casefold() or clash(one, other)


def _shuffled(values: Iterable[str], lot: Random) -> list[str]:
    known = sorted(set(values))
    lot.shuffle(known)
    return known


def _by_length(values: list[str], answer: str) -> list[str]:
    # an option that is much longer or shorter than the rest gives itself away
    return sorted(values, key=lambda value: abs(len(value) - len(answer)) // 8)
