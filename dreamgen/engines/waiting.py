"""One at a time in a folder, whether process or thread; the others wait for their turn."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_THREADS: dict[str, threading.RLock] = {}


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Waits until nobody else is in `folder`, which is made when it is missing.

    The lock is the operating system's: it ends with its process, however that ends. It is one process's as a whole, so
    that threads need one of their own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # in one step, which it is for texts and not for paths: two threads that come first get the same lock
    with _THREADS.setdefault(str(folder.resolve()), threading.RLock()):
        handle = os.open(folder / ".turn", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _wait(handle)
            yield
        finally:
            os.close(handle)


if sys.platform == "win32":

    def _wait(handle: int) -> None:
        import msvcrt
        import time

        while True:
            try:
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
            except OSError:  # it gives up after ten seconds
                time.sleep(0.1)
            else:
                return

else:

    def _wait(handle: int) -> None:
        import fcntl

        fcntl.lockf(handle, fcntl.LOCK_EX)
