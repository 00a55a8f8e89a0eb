"""Whether the files of a story are still there: at a glance by their sizes, since a bulk run has many, or by reading.

A glance finds what was deleted, cut off or never reached the disk. Bytes that changed in place are found where they
are read: when a shard is made of them, and by `dreamgen verify-run`. The sums of most are in the store; a story's mark
has those of the others.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

from dreamgen.run import disk
from dreamgen.run.books import CALIBRATION, RECEIPT
from dreamgen.run.filming import ANSWERS

_SUMMED: Final = ("claims.jsonl", "verdicts.jsonl", "pairs.jsonl", "rejects.jsonl", CALIBRATION)
"""Files that follow from the store's, and that none of its entries vouches for."""


class Held(NamedTuple):
    """A file of a story that is whole."""

    name: str
    """Its path in the story's folder."""
    bytes: int
    """Its size; 0 for what need only be there."""
    sha256: str = ""
    """Of its bytes, in hex; empty where the store knows it."""


def files_in(place: Path) -> tuple[Held, ...]:
    """The files of a story that is whole. What only serves to make it again, entries and answers, is not among them."""
    found = []
    for folder, inner, names in os.walk(place):
        inner[:] = [name for name in inner if not name.startswith(".") and name != ANSWERS]
        found += [_held(Path(folder, name), place) for name in names if not name.startswith(".")]
    return tuple(sorted(found))


def _held(path: Path, place: Path) -> Held:
    name = path.relative_to(place).as_posix()
    if path.name == RECEIPT:
        # the seconds in it have as many digits as they like, and marks are the same whatever a story took
        return Held(name, 0)
    return Held(name, path.stat().st_size, disk.sha256(path) if path.name in _SUMMED else "")


def amiss(place: Path, files: tuple[Held, ...], *, read: bool = False) -> str:
    """What is wrong with the files of a story that was whole once; empty when nothing is.

    Args:
        place: its folder.
        files: what it had.
        read: whether those are read of which no other sum is known.
    """
    if files and not place.is_dir():
        return "its folder is gone"
    for file in files:
        path = f"{place}/{file.name}"  # a hundred thousand stories have millions of them
        try:
            found = os.stat(path).st_size
        except FileNotFoundError:
            return f"{file.name} is gone"
        if file.bytes and found != file.bytes:
            return f"{file.name} has {found} bytes instead of {file.bytes}"
        if read and file.sha256 and disk.sha256(Path(path)) != file.sha256:
            return f"{file.name} has other bytes than it had"
    return ""
