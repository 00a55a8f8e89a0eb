"""However a driver ends, short of being killed outright, its workers end too and others hear of it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

ASKED_TO_END: Final = 128 + signal.SIGTERM
"""The exit code of a program that was asked to end: what a scheduler of jobs does before it kills."""


class AskedToEnd(SystemExit):
    """SIGTERM came."""

    def __init__(self) -> None:
        super().__init__(ASKED_TO_END)


@contextmanager
def leaving(tidy: Callable[[], None]) -> Iterator[None]:
    """Calls `tidy` at the end; SIGTERM ends the program in order, as Ctrl-C does.

    What `tidy` complains of never hides the error that ended everything.
    """
    with asked_in_words() as ears:
        try:
            yield
        except BaseException as error:
            ears.deaf = True
            try:
                tidy()
            except OSError as another:  # the disk that is full is full for the tidying, too
                error.add_note(f"and then: {another}")
            if ears.asked and not isinstance(error, AskedToEnd):  # a library made something else of it on its way
                raise AskedToEnd from error
            raise
        ears.deaf = True
        tidy()


class Ears:
    """What has been heard of SIGTERM."""

    def __init__(self) -> None:
        self.asked = False
        """Whether it came in time to be why the program ends; later, the program has its own reason."""
        self.deaf = False
        """Whether it changes nothing any more: who is leaving can't leave sooner."""

    def hear(self, number: int, frame: Any) -> None:
        """Ends the program in order."""
        if not self.deaf:
            self.asked = True
            raise AskedToEnd


@contextmanager
def asked_in_words() -> Iterator[Ears]:
    """SIGTERM is an error that everybody on the way up hears of, until the end of the block."""
    ears = Ears()
    if threading.current_thread() is not threading.main_thread():
        yield ears
        return
    before = signal.signal(signal.SIGTERM, ears.hear)
    try:
        yield ears
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def unmoved() -> Iterator[None]:
    """Whatever a library sets in its place, SIGTERM means afterwards what it meant before."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    except SystemExit:  # it came meanwhile, and was answered in the library's way
        if callable(before):
            before(signal.SIGTERM, None)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
