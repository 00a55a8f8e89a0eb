"""What a driver began and saw end, a line each: to count what was done twice, and to look up what happened."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Literal

from pydantic import ValidationError

from dreamgen.bulk.places import Places
from dreamgen.bulk.working import Outcome, Timed
from dreamgen.core.base import Record


class Line(Record):
    """One thing that happened."""

    at: float
    """Seconds since 1970, for people; nothing is decided by it."""
    item: str
    """Which story, or shard."""
    pool: str
    """Whose worker."""
    what: Literal["began", "done", "handed", "failed", "died", "put_aside"]
    """What happened."""
    detail: str = ""
    """To which stage it was handed, or why it failed."""
    timed: tuple[Timed, ...] = ()
    """What the stages took."""
    made_again: int = 0
    """Artefacts that were there and were made once more; see `Outcome`."""
    memory_mib: float = 0.0
    """The most that the worker had in memory."""


class Journal:
    """Appends to a file of its own, which nobody else writes to; it is there once there is something to tell.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def began(self, items: Sequence[str], pool: str) -> None:
        """A worker takes stories in hand."""
        self._write(*(Line(at=time.time(), item=item, pool=pool, what="began") for item in items))

    def ended(self, outcome: Outcome, pool: str) -> None:
        """A walk ended."""
        self._write(
            Line(
                at=time.time(), item=outcome.item, pool=pool, what=outcome.ended,
                detail=outcome.stage if outcome.ended == "handed" else outcome.reason,
                timed=outcome.timed, made_again=outcome.made_again, memory_mib=outcome.memory_mib,
            )
        )  # fmt: skip

    def died(self, items: Sequence[str], pool: str, why: str) -> None:
        """A worker died with stories in hand."""
        self._write(*(Line(at=time.time(), item=item, pool=pool, what="died", detail=why) for item in items))

    def put_aside(self, item: str, reason: str) -> None:
        """A story is given up."""
        self._write(Line(at=time.time(), item=item, pool="", what="put_aside", detail=reason))

    def _write(self, *lines: Line) -> None:
        """They outlive this process, though not a power cut."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a", encoding="utf-8")
        self._file.write("".join(line.model_dump_json() + "\n" for line in lines))
        self._file.flush()

    def close(self) -> None:
        """Nothing more comes."""
        if self._file:
            self._file.close()


def read_journals(places: Places) -> Iterator[Line]:
    """What all drivers wrote, one after the other; half a line at the end of one is that of a driver that died."""
    for path in sorted(places.journal("x").parent.glob("*.jsonl")):
        with path.open("rb") as file:
            for text in file:
                with suppress(ValidationError):
                    yield Line.model_validate_json(text)


def walks(places: Places) -> Counter[str]:
    """What became of all walks that began, and what was done twice.

    Returns:
        How many `began`, and were `done`, `handed`, `failed` or `died` with their worker; those of which no end was
        seen, because their driver died, are `lost`. A walk that died or was lost takes along what was in flight, one
        artefact or one batch of them. Those that had landed and were made again all the same are `made_again`.
    """
    counts = Counter[str]()
    for line in read_journals(places):
        counts[line.what] += 1
        counts["made_again"] += line.made_again
    counts["lost"] = counts["began"] - sum(counts[what] for what in ("done", "handed", "failed", "died"))
    return counts
