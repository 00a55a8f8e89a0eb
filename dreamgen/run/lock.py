"""One run at a time in a folder."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dreamgen.errors import DreamgenError

_PAUSE = 0.01
"""Seconds between two tries."""

_HELD: Final = (errno.EACCES, errno.EAGAIN)
"""What the system answers when somebody else holds a lock."""

_NO_LOCKS: Final = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL)
"""What it answers where there are none: NFS without its lock service, Lustre mounted without `flock`."""


class FolderBusy(DreamgenError):
    """A living process works in the folder."""


@contextmanager
def locked(
    folder: Path, name: str = ".lock", patience: float = 0.0, says: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Holds `folder` for this process.

    The lock is the operating system's, not the file's existence: it ends with the process, however that ends,
    and worker processes don't inherit it. So a lock file that a killed run left behind holds nobody up. On a disk
    without locks everybody goes on: what is made is made in one step there, too, only perhaps twice.

    Args:
        folder: what to hold.
        name: of the lock; who takes another one in the same folder is not held up.
        patience: seconds to wait for whoever holds it.
        says: hears that this disk has no locks, where it has none.

    Raises:
        FolderBusy: when a living process holds it.
    """
    path = folder / name
    handle, real = _take(path, folder, time.monotonic() + patience)
    if not real and says is not None:
        says(f"note: the disk of {folder} has no locks: nothing keeps another run out of it")
    try:
        yield
    finally:
        try:
            path.unlink(missing_ok=True)
        finally:
            os.close(handle)


def _take(path: Path, folder: Path, until: float) -> tuple[int, bool]:
    """The handle, and whether the lock on it is one."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(handle)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return handle, False
            holder = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            if error.errno not in _HELD:
                raise
            if time.monotonic() < until:
                time.sleep(_PAUSE)
                continue
            raise FolderBusy(
                f"another run (process {holder}) is working in {folder}",
                "Wait until it has finished, or give another folder with --out.",
            ) from None
        # whoever held it before may have deleted the file that we just locked: then it protects nothing
        if _is_at(path, handle):
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
            return handle, True
        os.close(handle)


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        import msvcrt

        try:
            # a byte far behind the process number, which others must be able to read
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(handle, 0, os.SEEK_SET)

else:

    def _lock(handle: int) -> None:
        import fcntl

        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
