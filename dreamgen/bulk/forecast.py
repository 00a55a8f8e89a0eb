"""When it will be over: what is left for each pool, at the pace that was measured, and which of them binds."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

from dreamgen.bulk.rates import Spread
from dreamgen.core.base import Record

FEW: Final = 5
"""Walks below which their deviation says nothing: half or twice as long is possible then."""
SURE: Final = 2.0
"""Standard errors to both sides: 19 of 20 times the truth lies between."""


class Load(NamedTuple):
    """What is left for one pool."""

    pool: str
    """Its name."""
    walks: float
    """That its workers still have to make, on average; of those under way the half."""
    slots: int
    """Stories that it has in hand at once."""
    each: Spread | None
    """Seconds of a walk; None where none has ended yet."""
    others: float
    """Walks a second that other drivers take off its hands."""


class Eta(Record):
    """When it will be over."""

    seconds: float
    """From now on."""
    low: float
    """19 times in 20 it takes longer, or as long."""
    high: float
    """And no longer than this."""
    binds: str
    """The pool that everything waits for: more workers there would help, elsewhere they would not. Empty if unknown."""
    unmeasured: tuple[str, ...] = ()
    """Pools that no story has passed yet: what they take comes on top."""


def forecast(loads: Sequence[Load]) -> Eta | None:
    """When it will be over; None before anything was measured, or where nothing is left.

    All pools work at the same time, so the one with the most to do decides; what lies behind it comes on top once,
    for the last story.

    Args:
        loads: of all pools, in the order in which a story passes them.
    """
    left = [load for load in loads if load.walks > 0]
    known = [(load, load.each) for load in left if load.each is not None]
    if not known:
        return None
    slowest, each = max(known, key=lambda one: _seconds(*one))
    place = loads.index(slowest)
    tail = sum(load.each.mean for load in loads[place + 1 :] if load.each and load.walks > 0)
    seconds = _seconds(slowest, each)
    low, high = _between(slowest, each, seconds)
    return Eta(
        seconds=round(seconds + tail, 1),
        low=round(low + tail, 1),
        high=round(high + tail, 1),
        binds=slowest.pool,
        unmeasured=tuple(load.pool for load in left if load.each is None),
    )


def _seconds(load: Load, each: Spread) -> float:
    a_second = load.slots / max(each.mean, 1e-6) + load.others
    # fewer stories than workers: no worker can help another with his
    return max(load.walks / a_second, each.mean * min(1.0, load.walks))


def _between(load: Load, each: Spread, seconds: float) -> tuple[float, float]:
    """Both how well the mean is known and how the walks that are left differ go into it."""
    if each.count < FEW:
        return seconds / 2, seconds * 2
    of_mean = each.deviation / sqrt(each.count) / max(each.mean, 1e-6)
    of_sum = each.deviation / sqrt(max(load.walks, 1.0)) / max(each.mean, 1e-6)
    share = SURE * sqrt(of_mean**2 + of_sum**2)
    return seconds * max(0.5, 1 - share), seconds * (1 + share)
