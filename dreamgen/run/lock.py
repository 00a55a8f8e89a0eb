"""One run at a time in a folder."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dreamgen.errors import DreamgenError

_PAUSE = 0.01
"""Seconds between two tries."""


@contextmanager
def locked(folder: Path, name: str = ".lock", patience: float = 0.0) -> Iterator[None]:
    """Holds `folder` for this process.

    The lock is the operating system's, not the file's existence: it ends with the process, however that ends,
    and worker processes don't inherit it. So a lock file that a killed run left behind holds nobody up.

    Args:
        folder: what to hold.
        name: of the lock; who takes another one in the same folder is not held up.
        patience: seconds to wait for whoever holds it.

    Raises:
        DreamgenError: when a living process holds it.
    """
    path = folder / name
    handle = _take(path, folder, time.monotonic() + patience)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _take(path: Path, folder: Path, until: float) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        if not _try_lock(handle):
            if time.monotonic() < until:
                os.close(handle)
                time.sleep(_PAUSE)
                continue
            holder = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            raise DreamgenError(
                f"another run (process {holder}) is working in {folder}",
                "Wait until it has finished, or give another folder with --out.",
            )
        # whoever held it before may have deleted the file that we just locked: then it protects nothing
        if _is_at(path, handle):
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
            return handle
        os.close(handle)


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":

    def _try_lock(handle: int) -> bool:
        import msvcrt

        try:
            # a byte far behind the process number, which others must be able to read
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

else:

    def _try_lock(handle: int) -> bool:
        import fcntl

        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
