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
"""Standard errors to both sides."""


class Load(NamedTuple):
    """What is left for one pool."""

    pool: str
    """Its name."""
    slots: int
    """Stories that it has in hand at once."""
    each: Spread | None
    """Seconds of a walk; None where none has ended yet."""
    new: int
    """Stories that have not come to it yet."""
    inside: int = 0
    """Stories that have, and are not whole yet, wherever they are now."""
    often: float = 1.0
    """Walks that a story takes here in all: more than one where it comes back for another take or try."""
    through: Spread | None = None
    """Seconds from a story's first walk here until it is whole; None where none is whole yet."""
    others: float = 0.0
    """Stories a second that other drivers bring to their end."""


class Eta(Record):
    """When it will be over."""

    seconds: float
    """From now on."""
    low: float
    """It hardly ever takes less."""
    high: float
    """Nor more: nine times in ten the truth lies between the two."""
    binds: str
    """The pool that everything waits for: more workers there would help, elsewhere they would not. Empty if unknown."""
    unmeasured: tuple[str, ...] = ()
    """Pools that no story has passed yet: what they take comes on top."""


def forecast(loads: Sequence[Load]) -> Eta | None:
    """When it will be over; None before anything was measured, or where nothing is left.

    All pools work at the same time, so the one that needs longest until it has begun with every story decides. The
    last story then still has its way to go, and of those that are on it, the slowest counts.

    Args:
        loads: of all pools, in the order in which a story passes them.
    """
    left = [load for load in loads if load.new + load.inside]
    known = [(load, load.each) for load in left if load.each is not None]
    if not known:
        return None
    slowest, each = max(known, key=lambda one: _until_begun(one[0], one[1], one[0].new + one[0].inside / 2))
    way = slowest.through or _way(loads[loads.index(slowest) :], each)
    idle = max(0, slowest.slots - slowest.inside)
    until_begun, end = _until_begun(slowest, each, max(0, slowest.new - idle)), _end(slowest, way)
    low, high = _between(slowest, each, until_begun, end)
    return Eta(
        seconds=round(until_begun + end, 1), low=round(low, 1), high=round(high, 1), binds=slowest.pool,
        unmeasured=tuple(load.pool for load in left if load.each is None),
    )  # fmt: skip


def _until_begun(load: Load, each: Spread, stories: float) -> float:
    return stories / (load.slots / (load.often * max(each.mean, 1e-6)) + load.others)


def _way(loads: Sequence[Load], each: Spread) -> Spread:
    """How long a story is under way from a pool on, before one has been: a walk of each, and no waiting."""
    mean = sum(load.often * load.each.mean for load in loads if load.each)
    return Spread(each.ended, mean, each.deviation, each.known)


def _end(load: Load, way: Spread) -> float:
    """What the last stories take when nothing is left to begin with.

    They began one after the other, so the last one decides if all take the same time. If they differ, it is the one
    that takes longest: of ways as different as in an exponential distribution, the sum of 1/2, 1/3, ... longer.
    """
    last = min(load.slots, load.new + load.inside)
    start = 1.0 if load.new or load.inside >= load.slots else 0.5  # they are on their way already
    longer = sum(1 / number for number in range(2, last + 1))
    return way.mean * (start + _unlike(way) ** 2 * longer)


def _unlike(each: Spread) -> float:
    return each.deviation / max(each.mean, 1e-6)


def _between(load: Load, each: Spread, until_begun: float, end: float) -> tuple[float, float]:
    """How well the mean is known goes into it, how the walks that are left differ, and which story comes last."""
    seconds = until_begun + end
    if each.ended < FEW or each.known < KNOWN:
        return seconds / 2, seconds * 3
    # how often a story comes back differs, too: with an even chance every time, as it is in a geometric distribution
    back = (load.often - 1) / load.often
    whole = load.through.ended if load.through else 1
    of_mean = hypot(_unlike(each) / sqrt(each.ended), sqrt(back / whole))
    of_sum = sqrt((_unlike(each) ** 2 / load.often + back) / max(load.new, 1))
    # a few walks tell their deviation badly, as Student's distribution has it
    error = SURE * (1 + 3 / (each.ended - 1)) * hypot(until_begun * of_mean, until_begun * of_sum, end / 3)
    return max(seconds / 2, seconds - error), seconds + error
