"""When the next call may begin: how many are in flight, how many a minute, and how long to wait after a failure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from threading import BoundedSemaphore, Event, Lock
from typing import Final

from dreamgen.engines.chat.model import ChatModel

FIRST_WAIT: Final = 1.0
"""Seconds that are waited at most after a first failure; after each further one twice as long."""
MOST_WAIT: Final = 60.0
"""Seconds that are waited at most, where the server names no time."""
_POLL: Final = 0.2
"""Seconds after which somebody who waits for a place looks whether all is called off."""


class Stopped(Exception):
    """All is called off; the call is not made."""


class Pace:
    """Lets calls begin. One for an opened model, whoever asks it; for several threads.

    Args:
        model: whose `concurrency` and `requests_per_minute` hold.
    """

    def __init__(self, model: ChatModel) -> None:
        self._places = BoundedSemaphore(model.concurrency)
        self._apart = 60.0 / model.requests_per_minute if model.requests_per_minute else 0.0
        self._lock = Lock()
        self._next = 0.0
        self._held = 0.0

    @contextmanager
    def place(self, stop: Event) -> Iterator[None]:
        """One of the places in flight, as soon as there is one and the time has come.

        Raises:
            Stopped: when `stop` is set before.
        """
        while not self._places.acquire(timeout=_POLL):
            _unless(stop)
        try:
            # whoever has a place waits in it: one that waited before would have slept through a hold meanwhile
            self._await_time(stop)
            yield
        finally:
            self._places.release()

    def hold(self, seconds: float) -> None:
        """No call begins for so long: the server has said that it has too much to do."""
        with self._lock:
            self._held = max(self._held, time.monotonic() + seconds)

    def _await_time(self, stop: Event) -> None:
        _unless(stop)
        while (left := self._left()) > 0:
            stop.wait(left)
            _unless(stop)

    def _left(self) -> float:
        """Seconds until it is worth while to ask again; none when the turn is taken."""
        with self._lock:
            now = time.monotonic()
            # nobody has a turn beforehand: those who had one would all begin at once after a hold
            if (begins := max(self._next, self._held)) > now:
                return begins - now
            self._next = now + self._apart
            return 0.0


def backoff(tries: int, chance: Random) -> float:
    """Seconds to wait after so many failures: anything up to a bound that doubles.

    The wait is drawn from all of the span ("full jitter"), so that callers who failed together don't come back
    together.

    Args:
        tries: failures so far, from 1.
        chance: where the draw comes from.
    """
    return chance.uniform(0.0, min(MOST_WAIT, FIRST_WAIT * 2.0 ** (tries - 1)))


def rest(seconds: float, stop: Event) -> None:
    """Waits.

    Raises:
        Stopped: when `stop` is set before the time is over.
    """
    stop.wait(seconds)
    _unless(stop)


def _unless(stop: Event) -> None:
    if stop.is_set():
        raise Stopped
