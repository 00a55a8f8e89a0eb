"""What a walk used up besides time: GPUs, tokens, and the disk."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TypedDict

from dreamgen.bulk.spending import asked_in, since
from dreamgen.core.receipts import Usage
from dreamgen.engines.gpu_use import Watching
from dreamgen.errors import DreamgenError


class Reading(TypedDict, total=False):
    """What is known of it, as fields of an outcome."""

    gpu_use: float | None
    usage: tuple[Usage, ...]
    disk_bytes: int


class Meter:
    """Measures a walk while it is open.

    Args:
        story: the folder of the story.
    """

    def __init__(self, story: Path) -> None:
        self._story, self._open = story, ExitStack()
        self._watching = Watching()
        self._before: tuple[Usage, ...] = ()

    def __enter__(self) -> Meter:
        self._before = _asked(self._story)
        self._open.enter_context(self._watching)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def reading(self, *, whole: bool) -> Reading:
        """What was used up.

        Args:
            whole: whether the story is; only then its folder is measured.
        """
        told = Reading(gpu_use=self._watching.use, usage=since(self._before, _asked(self._story)))
        if whole:
            told["disk_bytes"] = weigh(self._story)
        return told


def weigh(folder: Path) -> int:
    """Bytes of all files in a folder; one with several names counts once."""
    found: dict[tuple[int, int], int] = {}
    for path in folder.rglob("*"):
        with suppress(OSError):
            about = path.lstat()
            if path.is_file():
                found[about.st_dev, about.st_ino] = about.st_size
    return sum(found.values())


def _asked(story: Path) -> tuple[Usage, ...]:
    try:
        return asked_in(story)
    except (DreamgenError, OSError):  # the walk says what is wrong with the ledger, where it matters
        return ()
