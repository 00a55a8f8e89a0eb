"""Shares of things that come in clusters: what fools a verifier in a film fools it all through."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dreamgen.core.calibration import Rate, wilson


def clustered_rate(hits: Sequence[int], sizes: Sequence[int], z: float = 1.959964) -> Rate | None:
    """A share with an interval that knows of clusters; None of nothing.

    The variance between clusters (the ratio estimator's, Cochran 1977, section 6.3) says how many independent things
    are worth as much as all of these, and the score interval of so many is taken (Korn & Graubard 1998, "Confidence
    intervals for proportions with small expected number of positive counts estimated from survey data"). Where nothing
    varies, since all or none were hit, a cluster counts as one thing.

    Args:
        hits: of each cluster.
        sizes: of each cluster; those of nothing don't count.
        z: quantile of the normal distribution; 95 % by default.
    """
    clusters = [(hit, size) for hit, size in zip(hits, sizes, strict=True) if size]
    n, count = sum(size for _, size in clusters), len(clusters)
    if not n:
        return None
    share = sum(hit for hit, _ in clusters) / n
    spread = sum((hit - share * size) ** 2 for hit, size in clusters) / n**2
    worth = float(count)
    if spread and count > 1:
        worth = min(max(share * (1 - share) / (spread * count / (count - 1)), 1.0), float(n))
    low, high = wilson(share, worth, z)
    return Rate(value=share, low=low, high=high, n=n)


def difference(one: Rate, other: Rate) -> tuple[float, float]:
    """How much more `one` is than `other`, both ends of the interval, where they were measured on different things.

    Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10, which holds for
    any intervals of the two (Zou & Donner 2008).
    """
    more = one.value - other.value
    return (
        more - math.hypot(one.value - one.low, other.high - other.value),
        more + math.hypot(one.high - one.value, other.value - other.low),
    )
