"""Stories that are walked through at once in one process, a thread each, and so can share what one model does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

CHANGED: Final = threading.Condition()
"""Guards who walks and who draws what; told of whenever somebody might go on."""


@dataclass(eq=False)
class Walker:
    """One story on its way, among others of this process."""

    rank: int
    """Its place among them: earlier ones are drawn first."""
    coming: bool = True
    """Whether it may soon want pictures."""
    drawing: int = 0
    """How many draws it has open."""

    def comes(self, coming: bool) -> None:
        """Says whether it may soon want pictures; batches wait a little for those who do."""
        with CHANGED:
            self.coming = coming
            CHANGED.notify_all()


_WALKER: ContextVar[Walker | None] = ContextVar("walker", default=None)
_WALKERS: set[Walker] = set()


@contextmanager
def walking(rank: int) -> Iterator[Walker]:
    """What this thread draws while this is open shares batches with the other threads that are walking.

    Args:
        rank: its place among them.
    """
    walker = Walker(rank)
    token = _WALKER.set(walker)
    with CHANGED:
        _WALKERS.add(walker)
    try:
        yield walker
    finally:
        _WALKER.reset(token)
        with CHANGED:
            _WALKERS.discard(walker)
            CHANGED.notify_all()


def walker() -> Walker | None:
    """This thread's story, where it shares batches with others."""
    return _WALKER.get()


def walkers() -> int:
    """How many stories share this process; 1 where nobody shares anything."""
    with CHANGED:
        return max(1, len(_WALKERS))


def awaited() -> bool:
    """Whether somebody who draws nothing now may soon want pictures; for whoever holds `CHANGED`."""
    return any(one.coming and not one.drawing for one in _WALKERS)
