"""Files that are either whole or absent."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dreamgen.core.media import MediaRef
from dreamgen.errors import DreamgenError


@contextmanager
def whole(path: Path, *, sure: bool = True) -> Iterator[Path]:
    """Gives a temporary path beside `path`; what the block wrote there takes the place of `path` at its end.

    A block that fails, or a process that is killed, leaves `path` as it was.

    Args:
        path: the file.
        sure: whether it must outlive a machine that loses its power at the end of the block. It takes the disk's time;
            without it such a machine may be left with an empty file.

    Raises:
        DreamgenError: when the folder can't be written to, or the disk is full.
    """
    unfinished = path.with_name(f".{path.name}.unfinished{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        if sure:
            with unfinished.open("rb+") as file:
                os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise DreamgenError(f"{path} can't be written: {why}", "Free some space, or choose another folder.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def refer(path: Path, folder: Path) -> MediaRef:
    """The record that names the file `path` of the story's folder `folder`."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return MediaRef(path=path.relative_to(folder).as_posix(), sha256=digest.hexdigest())
