"""Shares and chance: how sure a share is, and how often luck alone would give it."""

from __future__ import annotations

import math


def wilson(hits: float, n: float, z: float = 1.959964) -> tuple[float, float]:
    """The interval in which a true share lies with 95 % confidence; (0, 1) of nothing.

    Wilson 1927, "Probable inference, the law of succession, and statistical inference": it holds for few and
    for extreme counts, where the textbook's normal interval collapses to a point.

    Args:
        hits: how many of `n`; parts of one where a tie counts in part.
        n: how many there were, or how many independent ones would tell as much.
        z: quantile of the normal distribution, both sides.
    """
    if not n:
        return 0.0, 1.0
    share, square = hits / n, z * z / n
    middle = share + square / 2
    reach = z * math.sqrt(max(0.0, share * (1 - share) / n + square / (4 * n)))
    # an all-or-nothing count has its own end exactly, which rounding would miss by a hair
    low = 0.0 if hits == 0 else max(0.0, (middle - reach) / (1 + square))
    return low, 1.0 if hits == n else min(1.0, (middle + reach) / (1 + square))


def at_least(hits: float, n: int, chance: float) -> float:
    """How often luck alone gives so many hits or more: the upper tail of the binomial distribution.

    Args:
        hits: how many of `n`, rounded down where ties count in part.
        n: how many there were.
        chance: of one hit, 0-1. Where it differs from one to the next, their mean errs on the safe side.
    """
    least = math.floor(hits + 1e-9)
    if least <= 0 or chance >= 1.0:
        return 1.0
    if least > n or chance <= 0.0:
        return 0.0
    yes, no = math.log(chance), math.log1p(-chance)
    whole = math.lgamma(n + 1)
    terms = (
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * yes + (n - k) * no)
        for k in range(least, n + 1)
    )
    return min(1.0, math.fsum(terms))
