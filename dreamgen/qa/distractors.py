"""Wrong answers: plausible, of the same sort as the right one, and certainly wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from random import Random

Clash = Callable[[str, str], bool]
"""Whether two answers could both be right."""


def wrong_answers(
    answer: str,
    near: Iterable[str],
    far: Iterable[str],
    clash: Clash,
    lot: Random,
    weigh: Callable[[str], float] = lambda value: 1.0,
    count: int = 3,
) -> tuple[str, ...] | None:
    """`count` wrong answers, or None when so many can't be found.

    Args:
        answer: the right one.
        near: values from the same film, which are taken first since only a look can rule them out.
        far: values of the same sort from the vocabulary; those of a similar length are taken rather.
        clash: tells which values could be right too; no two options may clash.
        lot: decides.
        weigh: how often a value is right elsewhere; those that often are are taken rather, so that an option that is
            never right gives no other away.
        count: how many.
    """
    chosen: list[str] = []

    def suits(value: str) -> float:
        # an option that is much longer or shorter than the rest gives itself away
        return weigh(value) / 4.0 ** (abs(len(value) - len(answer)) // 8)

    for pool in (_drawn(near, weigh, lot), _drawn(far, suits, lot)):
        for value in pool:
            if len(chosen) < count and not any(_same(value, other, clash) for other in (answer, *chosen)):
                chosen.append(value)
    return tuple(chosen) if len(chosen) == count else None


def _same(one: str, other: str, clash: Clash) -> bool:
    return one.casefold() == other.casefold() or clash(one, other)


def _drawn(values: Iterable[str], weigh: Callable[[str], float], lot: Random) -> list[str]:
    # Efraimidis and Spirakis 2006, "Weighted random sampling with a reservoir": keys u^(1/weight) in falling order,
    # here their logarithms, which don't underflow for small weights
    keys = {value: math.log(1.0 - lot.random()) / weigh(value) for value in sorted(set(values))}
    return sorted(keys, key=lambda value: -keys[value])
