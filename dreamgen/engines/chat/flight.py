"""Many questions in flight at once, their answers in order."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar, copy_context
from threading import Condition, Event, Thread
from typing import Any, Generic, TypeVar

from dreamgen.engines.chat.pace import Stopped
from dreamgen.errors import DreamgenError

A = TypeVar("A")
B = TypeVar("B")

_POLL = 0.5
"""Seconds after which whoever waits looks up, so that Ctrl-C is noticed on every system."""
_GRACE = 10.0
"""Seconds in which what has begun may still come to its end, when somebody has pressed Ctrl-C."""


class CalledOff(Stopped, DreamgenError):
    """All is called off, and what was begun is given up; nobody is paid for it."""


class _Flight(Generic[A, B]):
    """What the threads of one flight share."""

    def __init__(self, work: Callable[[A, Event], B], items: Sequence[A]) -> None:
        self.work, self.items = work, items
        self.outer = _OURS.get()
        """The flight of whose items one waits for this flight; None for the outermost."""
        self.stop = Event()
        self.changed = Condition()
        self.begun = 0
        self.bound = 0
        self.done: dict[int, B] = {}
        self.error: BaseException | None = None

    @property
    def over(self) -> bool:
        """Whether it is called off, or one that it is a part of."""
        return self.stop.is_set() or (self.outer is not None and self.outer.over)

    def run(self) -> None:
        """Takes one item after the other, until there are none left or all is called off."""
        _OURS.set(self)
        while (number := self._take()) is not None:
            try:
                result = self.work(self.items[number], self.stop)
            except BaseException as error:
                if isinstance(error, Stopped) and self.over:
                    return
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
            if self.over or self.begun == len(self.items):
                return None
            self.begun += 1
            return self.begun - 1

    def wait(self, number: int) -> B:
        """The result with this number, as soon as it is there.

        Raises:
            CalledOff: when a flight around this one is called off before.
        """
        with self.changed:
            while number not in self.done and self.error is None:
                if self.over:
                    raise CalledOff("it was called off with what it is a part of")
                self.changed.wait(_POLL)
            if self.error is not None:
                raise self.error
            return self.done.pop(number)

    @contextmanager
    def binding(self) -> Iterator[None]:
        """See `bound`."""
        with self.changed:
            if self.stop.is_set():
                raise CalledOff("it was called off before it began")
            self.bound += 1
        try:
            yield
        finally:
            with self.changed:
                self.bound -= 1

    def land(self, threads: Sequence[Thread], patience: float) -> None:
        """Begins nothing more, and waits for the threads, for so many seconds; for those that are bound, always."""
        self.stop.set()
        until, told = time.monotonic() + patience, False
        while left := [thread for thread in threads if thread.is_alive()]:
            with self.changed:
                # from here on nobody can be bound any more who is not yet
                if time.monotonic() >= until and not self.bound:
                    return
            for thread in left:
                thread.join(_POLL / len(left))
            waiting = sum(thread.is_alive() for thread in left)
            if waiting and not told and self.outer is None:
                told = True
                _SAY.get()(waiting)


_OURS: ContextVar[_Flight[Any, Any] | None] = ContextVar("flight", default=None)
"""The flight of a thread."""
_SAY: ContextVar[Callable[[int], None]] = ContextVar("say", default=lambda waiting: None)
"""Hears how many calls are waited for."""


def in_order(work: Callable[[A, Event], B], items: Sequence[A], most: int) -> Iterator[B]:
    """One result an item, in their order.

    When one of them fails, no other is begun, and those that have begun are waited for: what they do is paid for.
    After Ctrl-C or SIGTERM, or when whoever takes the results stops, they are waited for a few seconds, those that are
    `bound` for longer, and after another Ctrl-C none at all. Whoever takes them should let nothing else hold the
    iterator: with its end all is called off. A flight inside an item of another one is called off with it.

    Args:
        work: does one item; it gets an event that is set when all is called off, and raises `Stopped` then where
            nothing is lost by it.
        items: what to do.
        most: how many are done at once.
    """
    flight = _Flight(work, items)
    # daemons: whoever presses Ctrl-C need not wait for a server that does not answer
    threads = [Thread(target=copy_context().run, args=(flight.run,), daemon=True) for _ in range(min(most, len(items)))]
    patience = math.inf
    try:
        for thread in threads:
            thread.start()
        for number in range(len(items)):
            yield flight.wait(number)
    except BaseException as error:
        # Ctrl-C, SIGTERM, or nobody who takes the results
        if not isinstance(error, Exception):
            patience = _GRACE
        raise
    finally:
        flight.land(threads, patience)


@contextmanager
def waiting_told(say: Callable[[int], None]) -> Iterator[None]:
    """While this is open, `say` hears how many calls are still waited for, when a flight has been called off."""
    before = _SAY.set(say)
    try:
        yield
    finally:
        _SAY.reset(before)


@contextmanager
def bound() -> Iterator[None]:
    """While this is open, the flight of this thread is not over without it, nor any that it is a part of.

    Only another Ctrl-C leaves it behind. It is for what computes in this process: Python must not end while a thread is
    inside a library that would then tear the process down. It should look at `called_off` now and then.

    Raises:
        CalledOff: when all is called off already; whoever waited for the flight may be gone.
    """
    with ExitStack() as held:
        flight = _OURS.get()
        while flight is not None:
            held.enter_context(flight.binding())
            flight = flight.outer
        yield


def called_off() -> Event:
    """Set when the flight of this thread is called off; one that is never set, where there is no flight.

    When one around it is called off, that takes half a second, until whoever waits for a result has looked up.
    """
    flight = _OURS.get()
    return Event() if flight is None else flight.stop
