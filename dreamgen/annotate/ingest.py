"""Which videos there are: files are found, probed and described; what can't be used is told with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from dreamgen.core.found import Source
from dreamgen.core.receipts import Reject
from dreamgen.engines.files import refer
from dreamgen.engines.video import probe
from dreamgen.errors import DreamgenError, UsageError

SUFFIXES: Final = frozenset({".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".mpg", ".mpeg", ".ts", ".ogv"})
"""Files of a folder with other endings are no videos."""


class Film(NamedTuple):
    """A video that can be used."""

    source: Source
    """What is known of it."""
    path: Path
    """Where it lies."""


def read_videos(places: Sequence[Path]) -> tuple[tuple[Film, ...], tuple[Reject, ...]]:
    """The videos of files and folders, in order, and a line for each that can't be used.

    Raises:
        UsageError: for a place that does not exist, or when there is no video at all.
    """
    films, rejects = [], []
    for path, name in _files(places):
        try:
            films.append(Film(_source(path, name), path))
        except DreamgenError as error:
            rejects.append(
                Reject(what=name, kind="video", stage="ingest", reason="unreadable", detail=error.message)
            )  # fmt: skip
    if not films and not rejects:
        raise UsageError(f"there is no video in {', '.join(map(str, places))}", "Name files or folders with videos.")
    return tuple(films), tuple(rejects)


def _files(places: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for place in places:
        if place.is_dir():
            for path in sorted(place.rglob("*")):
                if path.is_file() and path.suffix.lower() in SUFFIXES:
                    yield path, path.relative_to(place).as_posix()
        elif place.is_file():
            yield place, place.name
        else:
            raise UsageError(f"there is no {place}", "Name video files, or folders with videos in them.")


def _source(path: Path, name: str) -> Source:
    facts, ref = probe(path), refer(path, path.parent)
    return Source(
        id=f"{_plain(path.stem)}-{ref.sha256[:6]}", name=name, sha256=ref.sha256, seconds=facts.seconds,
        size=facts.size, fps=float(facts.fps),
    )  # fmt: skip


def _plain(stem: str) -> str:
    """A file's name as part of an id: small letters, figures and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:40] or "video"
