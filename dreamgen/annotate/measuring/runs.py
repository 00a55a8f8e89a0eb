"""Stretches of time in which something holds at every measured moment."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

V = TypeVar("V")


class Run(NamedTuple):
    """A stretch of a clip, in seconds."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Length."""
        return self.end - self.start


def runs(times: Sequence[float], values: Sequence[V], end: float) -> list[tuple[V, Run]]:
    """Stretches of equal values; each value holds from its own time to the next one's.

    Args:
        times: when each value begins, in order.
        values: as many.
        end: when the last one ends.
    """
    found = []
    for value, some in groupby(range(len(values)), key=lambda at: values[at]):
        at = list(some)
        stop = times[at[-1] + 1] if at[-1] + 1 < len(times) else end
        found.append((value, Run(float(times[at[0]]), float(stop))))
    return found


def smoothed(rows: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Rows (n, columns), each the mean of itself and its `count` neighbours on either side, as far as there are."""
    total = np.vstack([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)])
    at = np.arange(len(rows))
    low, high = np.maximum(at - count, 0), np.minimum(at + count + 1, len(rows))
    mean: NDArray[np.float64] = (total[high] - total[low]) / (high - low)[:, None]
    return mean


def snapped(run: Run, bounds: Sequence[float], slack: float) -> Run:
    """A run whose ends lie on bounds that are within `slack` seconds of them."""
    start, end = (min(bounds, key=lambda one: abs(one - time), default=time) for time in run)
    return Run(start if abs(start - run.start) <= slack else run.start, end if abs(end - run.end) <= slack else run.end)
