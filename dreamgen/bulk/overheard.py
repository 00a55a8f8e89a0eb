"""What the journals of all drivers say, read fast: of each line only what is needed, which stands first."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

from dreamgen.core.base import Record

ENDS: Final = (b"done", b"put_aside")
"""What is said of a story that has ended."""
_LINE: Final = re.compile(rb'\n\{"at":([0-9.e+]+),"item":"([^"]+)","pool":"([^"]*)","what":"([a-z_]+)"')
"""The beginning of a line. Reading all of it would take minutes where there are a hundred thousand stories."""


class Lately(Record):
    """What a pool did in the last minutes."""

    pool: str
    """Its name."""
    a_minute: float
    """Walks that ended a minute, well or badly."""
    seconds: float
    """What they took on average."""


class Last(NamedTuple):
    """The last that was said of a story."""

    at: float
    """Seconds since 1970."""
    what: bytes
    """What happened."""
    driver: str
    """Who said it."""


class Told:
    """What the journals say.

    Args:
        since: seconds since 1970; what happened later counts for rates.
    """

    def __init__(self, since: float) -> None:
        self._since = since
        self.walks = Counter[str]()
        self.last: dict[bytes, Last] = {}
        """The last that was said of each story."""
        self.ends = 0
        """Stories that ended lately."""
        self.first = self.newest = 0.0
        """Of what happened lately."""
        self.lately: dict[bytes, list[float]] = {}
        """By pool, what walks took that ended lately, in seconds."""

    def read(self, path: Path) -> None:
        """One driver's journal."""
        began: dict[bytes, float] = {}
        driver, last = path.stem, self.last
        for text, item, pool, what in _LINE.findall(b"\n" + path.read_bytes()):
            at = float(text)
            self.walks[what.decode()] += 1
            if item not in last or last[item].at <= at:
                last[item] = Last(at, what, driver)
            if what == b"began":
                began[item] = at
            if at < self._since:
                continue
            self.first, self.newest = min(self.first or at, at), max(self.newest, at)
            self.ends += what in ENDS
            if what != b"began" and item in began:
                self.lately.setdefault(pool, []).append(at - began.pop(item))

    def stand(self, working: set[str], left: set[bytes]) -> Counter[str]:
        """How many of the stories that are left run, and how many wait; what a dead driver had in hand does neither."""
        open_ones = (last for item, last in self.last.items() if item in left)
        return Counter(
            "waiting" if last.what != b"began" else "running" if last.driver in working else "dropped"
            for last in open_ones
        )

    def pools(self, minutes: float) -> tuple[Lately, ...]:
        """What the workers of each pool did lately, which was so many minutes."""
        return tuple(
            Lately(pool=pool.decode(), a_minute=round(len(some) / minutes, 3), seconds=round(sum(some) / len(some), 3))
            for pool, some in sorted(self.lately.items())
        )

    def all_walks(self) -> tuple[tuple[str, int], ...]:
        """What became of all walks so far; of those that are `lost` no end was seen."""
        ends = sum(self.walks[what] for what in ("done", "handed", "failed", "died"))
        return (*sorted(self.walks.items()), ("lost", self.walks["began"] - ends))
