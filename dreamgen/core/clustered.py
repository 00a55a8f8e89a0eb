"""Shares of things that come in clusters: what fools a verifier in a film fools it all through."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dreamgen.core.binomial import wilson
from dreamgen.core.calibration import Rate

_ENOUGH = 10
"""Clusters with hits, and with misses, from which on a share's own variance between clusters is known."""


def clustered_rates(
    rows: Sequence[tuple[Sequence[int], Sequence[int]]], z: float = 1.959964
) -> tuple[Rate | None, ...]:
    """Shares with intervals that know of clusters; None of nothing.

    The variance between clusters (the ratio estimator's, Cochran 1977, section 6.3) says how many independent things
    would tell as much as these, a quantile of Student's distribution makes up for there being few clusters, and the
    score interval of so many things is taken (as Korn & Graubard 1998, "Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data", do with that of Clopper & Pearson). Where few
    clusters have misses, or few have hits, these say little of how alike a cluster's things are, and they are taken to
    be at least as alike as in all rows together.

    Args:
        rows: hits and sizes of each cluster; clusters of nothing don't count.
        z: quantile of the normal distribution; 95 % by default.
    """
    samples = [_Sample.of(*row) for row in rows]
    known = [one for one in samples if one is not None]
    chance = sum(one.chance * (one.alike - 1) for one in known)
    shared = sum(one.spread - one.chance for one in known) / chance if chance else 1.0
    return tuple(one.rate(min(max(shared, 0.0), 1.0), z) if one else None for one in samples)


@dataclass(frozen=True)
class _Sample:
    """Things in clusters, some of which are hits."""

    n: int
    """Things."""
    clusters: int
    """In so many clusters."""
    share: float
    """Of hits."""
    spread: float
    """Variance of the number of hits."""
    alike: float
    """Size of the cluster of a thing, on the mean."""
    enough: bool
    """Whether its own spread says how alike a cluster's things are."""

    @classmethod
    def of(cls, hits: Sequence[int], sizes: Sequence[int]) -> _Sample | None:
        some = [(hit, size) for hit, size in zip(hits, sizes, strict=True) if size]
        n, count = sum(size for _, size in some), len(some)
        if not n:
            return None
        share = sum(hit for hit, _ in some) / n
        spread = sum((hit - share * size) ** 2 for hit, size in some) * count / max(count - 1, 1)
        enough = min(sum(hit > 0 for hit, _ in some), sum(hit < size for hit, size in some)) >= _ENOUGH
        return cls(n, count, share, spread, sum(size**2 for _, size in some) / n, enough)

    @property
    def chance(self) -> float:
        """Variance of the number of hits if a cluster's things were no more alike than others."""
        return self.n * self.share * (1 - self.share)

    def rate(self, shared: float, z: float) -> Rate:
        """The share with its interval; `shared` is the correlation of a cluster's things in all rows together."""
        effect = self.spread / self.chance if self.chance else 1.0
        if not self.enough:
            effect = max(effect, 1 + (self.alike - 1) * shared)
        worth = self.n / max(effect, 1.0) * (z / _student(z, self.clusters - 1)) ** 2
        low, high = wilson(self.share * worth, worth, z)
        # a share of 1 has its own end exactly, which rounding of the product would miss by a hair
        return Rate(value=self.share, low=low, high=1.0 if self.share == 1 else high, n=self.n)


def _student(z: float, freedom: int) -> float:
    """The quantile of Student's distribution that is as far out as `z` is of the normal one.

    Abramowitz & Stegun 1964, 26.7.5: good to 1 % from three degrees of freedom on; infinite below two.
    """
    if freedom < 2:
        return math.inf
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, start=1))


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
