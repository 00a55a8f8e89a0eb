"""When it will be over: what is left for each pool, at the pace that was measured, and which of them binds."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, sqrt
from typing import Final, NamedTuple

from dreamgen.bulk.rates import Spread
from dreamgen.core.base import Record

FEW: Final = 5
"""Walks below which their deviation says nothing: half or three times as long is possible then."""
KNOWN: Final = 0.75
"""The same holds while more than the rest of them has never been seen to end."""
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
    return max(load.walks / a_second, each.mean * min(1.0, load.walks)) + _end(load, each)


def _end(load: Load, each: Spread) -> float:
    """What the last walk takes after most workers have nothing left to do.

    When nothing waits any more, every worker is somewhere in a walk, and the longest rest counts. Walks that are all
    alike have rests spread evenly; walks as different as in an exponential distribution, rests as long as walks.
    """
    workers = min(load.slots, round(load.walks))
    if workers < 2:
        return 0.0
    alike = (workers - 1) / (workers + 1) / 2 if load.walks > load.slots else 0.0
    different = sum(1 / number for number in range(2, workers + 1))
    return each.mean * (alike + _unlike(each) ** 2 * max(0.0, different - alike))


def _unlike(each: Spread) -> float:
    return each.deviation / max(each.mean, 1e-6)


def _between(load: Load, each: Spread, seconds: float) -> tuple[float, float]:
    """How well the mean is known goes into it, how the walks that are left differ, and which of them comes last."""
    if each.ended < FEW or each.known < KNOWN:
        return seconds / 2, seconds * 3
    end = _end(load, each)
    of_mean = (seconds - end) * _unlike(each) / sqrt(each.ended)
    of_sum = (seconds - end) * _unlike(each) / sqrt(max(load.walks, 1.0))
    # a few walks tell their deviation badly, as Student's distribution has it
    error = SURE * (1 + 3 / (each.ended - 1)) * hypot(of_mean, of_sum, end / 2)
    return max(seconds / 2, seconds - error), seconds + error
