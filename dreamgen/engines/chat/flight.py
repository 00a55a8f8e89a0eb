"""Many questions in flight at once, their answers in order."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from threading import Condition, Event, Thread
from typing import Generic, TypeVar

from dreamgen.engines.chat.pace import Stopped

A = TypeVar("A")
B = TypeVar("B")

_POLL = 0.5
"""Seconds after which whoever waits looks up, so that Ctrl-C is noticed on every system."""
_GRACE = 10.0
"""Seconds in which what has begun may still come to its end, when somebody has pressed Ctrl-C."""


class _Flight(Generic[A, B]):
    """What the threads of one flight share."""

    def __init__(self, work: Callable[[A, Event], B], items: Sequence[A]) -> None:
        self.work, self.items = work, items
        self.stop = Event()
        self.changed = Condition()
        self.begun = 0
        self.done: dict[int, B] = {}
        self.error: BaseException | None = None

    def run(self) -> None:
        """Takes one item after the other, until there are none left or all is called off."""
        while (number := self._take()) is not None:
            try:
                result = self.work(self.items[number], self.stop)
            except Stopped:
                return
            except BaseException as error:
                with self.changed:
                    self.error = self.error or error
                    self.stop.set()
                    self.changed.notify_all()
                return
            with self.changed:
                self.done[number] = result
                self.changed.notify_all()

    def _take(self) -> int | None:
        with self.changed:
            if self.stop.is_set() or self.begun == len(self.items):
                return None
            self.begun += 1
            return self.begun - 1

    def wait(self, number: int) -> B:
        """The result with this number, as soon as it is there."""
        with self.changed:
            while number not in self.done and self.error is None:
                self.changed.wait(_POLL)
            if self.error is not None:
                raise self.error
            return self.done.pop(number)


def in_order(work: Callable[[A, Event], B], items: Sequence[A], most: int) -> Iterator[B]:
    """One result an item, in their order.

    When one of them fails, or whoever takes the results stops, no other is begun, and those that have begun are waited
    for: what they do is paid for. After Ctrl-C they are waited for a few seconds, and after another one not at all.

    Args:
        work: does one item; it gets an event that is set when all is called off, and raises `Stopped` then where
            nothing is lost by it.
        items: what to do.
        most: how many are done at once.
    """
    flight = _Flight(work, items)
    # daemons: whoever presses Ctrl-C need not wait for a server that does not answer
    threads = [Thread(target=copy_context().run, args=(flight.run,), daemon=True) for _ in range(min(most, len(items)))]
    for thread in threads:
        thread.start()
    patience = math.inf
    try:
        for number in range(len(items)):
            yield flight.wait(number)
    except KeyboardInterrupt:
        patience = time.monotonic() + _GRACE
        raise
    finally:
        flight.stop.set()
        while any(thread.is_alive() for thread in threads) and time.monotonic() < patience:
            for thread in threads:
                thread.join(_POLL / len(threads))
