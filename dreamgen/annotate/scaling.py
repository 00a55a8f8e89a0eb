"""What a scaling run trains on: how many clips of which length there are in core-sets of growing size (ShareGemini)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import Record


class Portion(Record):
    """One core-set, by how long its clips are."""

    size: int
    """Clips."""
    short: int
    """Shorter than the first bound."""
    medium: int
    """Between the two."""
    long: int
    """From the second bound on."""
    unknown: int
    """Of which nobody says how long they are."""
    hours: float
    """Of all of which it is known."""


def portions(seconds: Sequence[float], sizes: Sequence[int], bounds: tuple[float, float]) -> tuple[Portion, ...]:
    """The core-sets of an order, by how long their clips are.

    Args:
        seconds: of each clip in order; 0 where it is not known.
        sizes: of the core-sets; one larger than all there are is all there are.
        bounds: seconds below which a clip is short, and from which it is long.
    """
    known: NDArray[np.float64] = np.asarray(seconds, np.float64)
    return tuple(_portion(known[:size], bounds) for size in sorted({min(size, len(known)) for size in sizes}))


def _portion(seconds: NDArray[np.float64], bounds: tuple[float, float]) -> Portion:
    unknown, long = int((seconds <= 0).sum()), int((seconds >= bounds[1]).sum())
    short = int((seconds < bounds[0]).sum()) - unknown
    return Portion(
        size=len(seconds), short=short, medium=len(seconds) - short - long - unknown, long=long, unknown=unknown,
        hours=round(float(seconds.sum()) / 3600, 3),
    )  # fmt: skip
