"""However a driver ends, short of being killed outright, its workers end too and others hear of it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

_ASKED_TO_END: Final = 128 + signal.SIGTERM
"""The exit code of a program that was asked to end: what a scheduler of jobs does before it kills."""


@contextmanager
def leaving(tidy: Callable[[], None]) -> Iterator[None]:
    """Calls `tidy` at the end; SIGTERM ends the program in order, as Ctrl-C does.

    What `tidy` complains of never hides the error that ended everything.
    """
    with _asked_in_words():
        try:
            yield
        except BaseException as error:
            try:
                tidy()
            except OSError as another:  # the disk that is full is full for the tidying, too
                error.add_note(f"and then: {another}")
            raise
        tidy()


@contextmanager
def _asked_in_words() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, frame: Any) -> None:
    raise SystemExit(_ASKED_TO_END)
