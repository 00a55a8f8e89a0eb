"""How sure a mean is: percentile intervals of the bootstrap (Efron 1979), with drawn lots that anybody can repeat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import Record, derive_seed

ROUNDS = 1000
"""Resamples."""
_LEAST = 3
"""Of fewer, resampling says nothing."""

Floats = NDArray[np.float64]


class Mean(Record):
    """A mean and the interval in which it lies with 95 % confidence."""

    value: float
    """The mean."""
    low: float | None
    """None where there is too little to resample."""
    high: float | None
    """None where there is too little to resample."""
    n: int
    """How many values it is the mean of."""


def mean_of(values: Floats, seed: int, *where: str) -> Mean:
    """The mean of values that are resampled one by one.

    Args:
        values: float64 (n,), at least one.
        seed: of the story.
        where: what is measured, so that every measure has lots of its own.
    """
    means = [float(values[draw].mean()) for draw in _draws(len(values), seed, where)]
    return _mean(float(values.mean()), means, len(values))


def mean_of_pairs(table: Floats, seed: int, *where: str) -> Mean:
    """The mean over all pairs of different things, with the things resampled, not the pairs.

    A thing that is drawn twice makes no pair with itself; it would look like perfect agreement.

    Args:
        table: float64 (things, things), symmetric; the diagonal is not read. At least two things.
        seed: of the story.
        where: what is measured.
    """
    rows, columns = np.triu_indices(len(table), 1)
    means = []
    for draw in _draws(len(table), seed, where):
        one, other = draw[rows], draw[columns]
        different = one != other
        if different.any():
            means.append(float(table[one[different], other[different]].mean()))
    return _mean(float(table[rows, columns].mean()), means, len(rows))


def mean_of_clusters(values: Floats, clusters: Sequence[str], seed: int, *where: str) -> Mean:
    """The mean of values of which those of one cluster share a fate, so that whole clusters are resampled.

    A mean of few clusters is held for surer than it is; Cameron, Gelbach and Miller (2008) warn of fewer than thirty.

    Args:
        values: float64 (n,), at least one.
        clusters: of each value, what it belongs to.
        seed: of the dataset.
        where: what is measured.
    """
    _, belongs = np.unique(np.asarray(clusters), return_inverse=True)
    sums, counts = np.bincount(belongs, values), np.bincount(belongs)
    draws = _draws(len(counts), seed, where)
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    return _mean(float(values.mean()), means.tolist(), len(values))


def _draws(count: int, seed: int, where: tuple[str, ...]) -> NDArray[np.int64]:
    """(rounds, count) indices; no rounds where there are too few things."""
    lots = np.random.default_rng(derive_seed(seed, "bootstrap", *where))
    return lots.integers(0, count, (ROUNDS if count >= _LEAST else 0, count))


def _mean(value: float, means: list[float], n: int) -> Mean:
    low, high = np.percentile(means, (2.5, 97.5)).tolist() if means else (None, None)
    return Mean(value=_rounded(value), low=_rounded(low), high=_rounded(high), n=n)


def _rounded(value: float | None) -> float | None:
    """Six digits: the last bits of a sum differ between machines."""
    return None if value is None else round(value, 6)
