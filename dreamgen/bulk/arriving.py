"""Whether workers of one machine come up at all. No story is to blame for one that does not: it never began with it."""

from __future__ import annotations

import threading
from typing import Final

from dreamgen.bulk.working import NoWorker

STILLBORN: Final = 10
"""Workers of one pool that may die in a row before one has come up."""
_HUNG: Final = 2
"""Workers that may hang as they start while nobody of the pool is up: each takes minutes until it is ended."""


class Arrivals:
    """What is known of the workers of one pool; their threads may all tell at once.

    Args:
        pool: its name.
    """

    def __init__(self, pool: str) -> None:
        self._pool = pool
        self._up: set[int] = set()
        self._died = self._hung = 0
        self._lock = threading.Lock()

    def came(self, number: int) -> None:
        """A worker is up."""
        with self._lock:
            self._up.add(number)
            self._died = self._hung = 0

    def left(self, number: int) -> None:
        """A worker is gone, or never came."""
        with self._lock:
            self._up.discard(number)

    def failed(self, number: int, why: str, *, hung: bool) -> None:
        """A new worker did not come up; another one may.

        Raises:
            NoWorker: none does.
        """
        with self._lock:
            self._up.discard(number)
            self._died += not hung
            self._hung += hung
            none = self._died >= STILLBORN or (self._hung >= _HUNG and not self._up)
        if none:
            raise NoWorker(f"no worker of the pool {self._pool!r} comes up: {why}", "See its log in logs/.")
