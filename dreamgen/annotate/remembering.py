"""Hashes of files that were read before: a large file is not read again while nothing about it has changed."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Final

HASHES: Final = ".hashes.json"
"""The file in the run's folder of videos."""
_RACE: Final = 2_000_000_000
"""Nanoseconds: a file that was changed so shortly before it was read may be changed again without a trace."""

SMALL: Final = 16_000_000
"""Bytes below which a file is simply read again."""


class Hashes:
    """What files hashed to, kept in a file of the run.

    A file is known again by its path, size, inode and the times at which its bytes and its entry last changed; the
    last one no ordinary program can set back.

    Args:
        kept: where it is kept; None for nowhere.
        small: bytes below which a file is simply read again.
    """

    def __init__(self, kept: Path | None, small: int = SMALL) -> None:
        self._kept, self._small = kept, small
        self._known: dict[str, str] = _read(kept) if kept else {}
        self._used: dict[str, str] = {}

    def of(self, path: Path) -> str:
        """The SHA-256 of a file's bytes, in hex; it is read in pieces, and only if it has to be.

        Raises:
            OSError: when it can't be read.
        """
        key = _key(path)
        found = self._known.get(key)
        if found is None:
            began = time.time_ns()
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            facts = path.stat()
            fresh = began - max(facts.st_mtime_ns, facts.st_ctime_ns) < _RACE
            if fresh or facts.st_size < self._small or _key(path) != key:
                return found
        self._used[key] = found
        return found

    def keep(self) -> None:
        """Writes down what was used; what is no longer there is forgotten."""
        if self._kept and self._used != self._known:
            unfinished = self._kept.with_name(f".{self._kept.name}.part")
            unfinished.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps(self._used, indent=0, sort_keys=True), "utf-8")
            os.replace(unfinished, self._kept)


def _key(path: Path) -> str:
    """A hash, so that no path of this machine stands in the run's folder."""
    facts = path.stat()
    told = (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, facts.st_dev)
    return hashlib.blake2b(repr((os.fsencode(path.resolve()), told)).encode(), digest_size=16).hexdigest()


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    good = isinstance(found, dict) and all(isinstance(one, str) and len(one) == 64 for one in found.values())
    return found if good else {}
