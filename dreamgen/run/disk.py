"""Files that are either whole or not there, even when the power fails in between."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes | str) -> None:
    """Writes a file in one step; does nothing when it already holds `data`."""
    raw = data.encode() if isinstance(data, str) else data
    if path.is_file() and path.stat().st_size == len(raw) and path.read_bytes() == raw:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # a leading dot and this ending mark it for `folder.sweep`
    rough = path.with_name(f".{path.name}.part")
    with rough.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    rough.replace(path)
    sync_folder(path.parent)


def place(source: Path, target: Path) -> None:
    """Puts a copy of `source` at `target` in one step.

    A copy and not a second name: whoever made `source` may open it again, and `target` must not change with it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    rough = target.with_name(f".{target.name}.part")
    _copy(source, rough)
    rough.replace(target)
    sync_folder(target.parent)


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
