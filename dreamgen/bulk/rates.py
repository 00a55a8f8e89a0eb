"""How fast things happen: counts over the last minutes, and what the last of them took."""

from __future__ import annotations

from collections import deque
from math import sqrt
from typing import Final, NamedTuple

WINDOW: Final = 600.0
"""Seconds that a rate looks back."""
SLICES: Final = 60
"""Parts of the window: what happened is kept by part, so that a hundred thousand things take no more room than one."""
RECENT: Final = 500
"""How many durations are remembered: enough for a mean, few enough to notice when everything gets slower."""


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

    count: int
    """How many durations this rests on."""
    mean: float
    """Seconds."""
    deviation: float
    """Seconds; 0 where there is only one."""


class Durations:
    """What the last few took."""

    def __init__(self, most: int = RECENT) -> None:
        self._last: deque[float] = deque(maxlen=most)

    def add(self, seconds: float) -> None:
        """One more."""
        self._last.append(seconds)

    @property
    def spread(self) -> Spread | None:
        """Mean and deviation; None before the first."""
        count = len(self._last)
        if not count:
            return None
        mean = sum(self._last) / count
        squares = sum((one - mean) ** 2 for one in self._last)
        return Spread(count, mean, sqrt(squares / (count - 1)) if count > 1 else 0.0)
