"""Files that are either whole or not there, even when the power fails in between."""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Final

_NO_SYNC: Final = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP)
"""What file systems answer that can't sync a folder, or need not."""

_COUNT: Final = itertools.count()


def write_whole(path: Path, data: bytes | str) -> None:
    """Writes a file in one step; does nothing when it already holds `data`."""
    raw = data.encode() if isinstance(data, str) else data
    if path.is_file() and path.stat().st_size == len(raw) and path.read_bytes() == raw:
        return
    try:
        _write(path, raw)
    except FileNotFoundError:
        # whoever took this process for dead, since it was halted just then, has swept its rough file away
        _write(path, raw)


def _write(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with _rough(path) as rough, rough.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def place(source: Path, target: Path) -> None:
    """Puts a copy of `source` at `target` in one step.

    A copy and not a second name: whoever made `source` may open it again, and `target` must not change with it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _rough(target) as rough:
        _copy(source, rough)


def place_all(files: Iterable[tuple[Path, Path]]) -> None:
    """The same for many files; folders are synced once, when all of them are there.

    A source that is itself a second name of a file is given a third one: it was lent (see `lend`), so that its bytes
    are on the disk already, and nobody writes to them.
    """
    folders: dict[Path, None] = {}
    for source, target in files:
        if target.parent not in folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            folders[target.parent] = None
        with _rough(target, sync=False) as rough:
            lend(source, rough) if source.stat().st_nlink > 1 else _copy(source, rough)
    for folder in folders:
        sync_folder(folder)


@contextmanager
def _rough(target: Path, *, sync: bool = True) -> Iterator[Path]:
    """A name to write to; what is there afterwards takes the place of `target`.

    It is nobody else's, on whatever machine: a run that was thought dead and its heir may write the same file at the
    same time. Its leading dot and its ending mark it for `folder.sweep`.
    """
    rough = target.with_name(f".{target.name}.{os.getpid():x}{_token()}{next(_COUNT):x}.part")
    try:
        yield rough
        rough.replace(target)
    except BaseException:
        # on a full disk, what is half written takes the room of what could be whole
        with suppress(OSError):
            rough.unlink(missing_ok=True)
        raise
    if sync:
        sync_folder(target.parent)


@cache
def _token() -> str:
    return secrets.token_hex(4)


def make_new(path: Path, data: bytes) -> bool:
    """Makes a file that must not exist yet; says whether it was this call that made it.

    The one step that several machines can't do twice: NFS (from version 3 on), Lustre and local disks make a file
    with O_EXCL once, whatever any of them remembers. What is in it comes a moment later.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return make_new(path, data)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)
    return True


def grow(path: Path, data: bytes) -> None:
    """Appends to a file that is there and that nobody else writes to; others see it as soon as they open it anew.

    Raises:
        FileNotFoundError: it is not there.
    """
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)


def read_anew(path: Path) -> bytes | None:
    """What is in a file that others may write to, as the disk has it now; None when it is not there.

    NFS asks the server about a file whenever it is opened.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def look_anew(folder: Path) -> None:
    """Makes this machine forget what it remembers of the names in a folder that others write to.

    NFS keeps names, and that there are none, for up to a minute. A change of our own comes back with what the folder
    was like before it, and what does not fit is forgotten.
    """
    path = folder / f".{os.getpid():x}{_token()}{next(_COUNT):x}.part"
    make_new(path, b"")
    path.unlink(missing_ok=True)


def lend(source: Path, target: Path) -> None:
    """Shows `source` under another name to somebody who only reads it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        _copy(source, target)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as old, target.open("wb") as new:
        shutil.copyfileobj(old, new)
        new.flush()
        os.fsync(new.fileno())


def sync_folder(folder: Path) -> None:
    """Makes new names in `folder` survive a power cut, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows has no handle on a folder
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def drop_if_empty(folder: Path) -> None:
    """Removes a folder in which nothing was made."""
    with suppress(OSError):
        folder.rmdir()
