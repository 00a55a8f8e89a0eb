"""How fast things happen: counts over the last minutes, and what the last of them took."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

WINDOW: Final = 600.0
"""Seconds that a rate looks back."""
SLICES: Final = 60
"""Parts of the window: what happened is kept by part, so that a hundred thousand things take no more room than one."""
RECENT: Final = 500
"""How many durations are remembered: enough for a mean, few enough to notice when everything gets slower."""
LONGER: Final = 1.5
"""What has gone on longer than anything that ended is taken to be through two thirds of it."""


class Rate:
    """How often something happens.

    Args:
        now: seconds of a steady clock; nothing happened before.
        window: seconds to look back.
    """

    def __init__(self, now: float, window: float = WINDOW) -> None:
        self._began, self._window = now, window
        self._slices: deque[tuple[int, float]] = deque()

    def add(self, now: float, count: float = 1) -> None:
        """It happened, or happened so many times."""
        number = self._number(now)
        if self._slices and self._slices[-1][0] == number:
            count += self._slices.pop()[1]
        self._slices.append((number, count))
        self._forget(now)

    def a_second(self, now: float) -> float:
        """How often in a second, over the window or since the beginning, whichever is shorter."""
        self._forget(now)
        length = self._window / SLICES
        # the oldest slice that is still counted may have begun a little before the window
        since = max(self._began, (self._number(now) - SLICES + 1) * length)
        return sum(count for _, count in self._slices) / max(now - since, length / 10)

    def _number(self, now: float) -> int:
        return int(now // (self._window / SLICES))

    def _forget(self, now: float) -> None:
        oldest = self._number(now) - SLICES + 1
        while self._slices and self._slices[0][0] < oldest:
            self._slices.popleft()


class Spread(NamedTuple):
    """What something takes."""

    ended: int
    """How many durations this rests on."""
    mean: float
    """Seconds."""
    deviation: float
    """Seconds; 0 where there is only one."""
    known: float = 1.0
    """The share of which it is known how long they take; the others go on longer than any that has ended."""


class Durations:
    """What the last few took."""

    def __init__(self, most: int = RECENT) -> None:
        self._last: deque[float] = deque(maxlen=most)

    def add(self, seconds: float) -> None:
        """One more."""
        self._last.append(seconds)

    def spread(self, running: Sequence[float] = ()) -> Spread | None:
        """Mean and deviation; None before the first has ended.

        Those that end first are the short ones, so those that still run are asked, too: each of them stands for all
        that took longer than it has so far (the estimator of Kaplan and Meier, its mass moved to the right).

        Args:
            running: how long others have gone on that have not ended, in seconds.
        """
        if not self._last:
            return None
        seen = sorted([(seconds, False) for seconds in self._last] + [(seconds, True) for seconds in running])
        left, mean, squares = 1.0, 0.0, 0.0
        open_ones: list[float] = []
        for place, (seconds, goes_on) in enumerate(seen):
            if goes_on:
                open_ones.append(seconds)
                continue
            open_ones.clear()
            share = left / (len(seen) - place)
            left -= share
            mean += share * seconds
            squares += share * seconds**2
        known = 1.0 - (left if open_ones else 0.0)
        for seconds in open_ones:
            share = left / len(open_ones)
            mean += share * seconds * LONGER
            squares += share * (seconds * LONGER) ** 2
        count = len(self._last)
        deviation = sqrt(max(0.0, squares - mean**2) * count / (count - 1)) if count > 1 else 0.0
        return Spread(count, mean, deviation, known)
