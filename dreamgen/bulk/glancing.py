"""Whether the files of a story are still there, at a glance: sizes only, since a bulk run has many.

It finds what was deleted, cut off or never reached the disk. Bytes that changed in place are found where they are
read: when a shard is made of them, and by `dreamgen verify-run`.
"""

from __future__ import annotations

import os
from pathlib import Path

from dreamgen.run.books import RECEIPT

Sizes = tuple[tuple[str, int], ...]
"""Paths in a story's folder, and bytes; 0 for what need only be there."""


def sizes(place: Path) -> Sizes:
    """The files of a story that is whole. The store's entries are not among them: they only serve to make it again."""
    found = []
    for folder, inner, names in os.walk(place):
        inner[:] = [name for name in inner if not name.startswith(".")]
        paths = (Path(folder, name) for name in names if not name.startswith("."))
        found += [(path.relative_to(place).as_posix(), _size(path)) for path in paths]
    return tuple(sorted(found))


def _size(path: Path) -> int:
    # the seconds in it have as many digits as they like, and marks are the same whatever a story took
    return 0 if path.name == RECEIPT else path.stat().st_size


def amiss(place: Path, files: Sizes) -> str:
    """What is wrong with the files of a story that was whole once; empty when nothing is."""
    if files and not place.is_dir():
        return "its folder is gone"
    for name, size in files:
        try:
            found = os.stat(place / name).st_size
        except FileNotFoundError:
            return f"{name} is gone"
        if size and found != size:
            return f"{name} has {found} bytes instead of {size}"
    return ""
