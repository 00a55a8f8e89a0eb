"""Which videos there are: files are found, probed and described; what can't be used is told with its reason."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple
from unicodedata import normalize

from dreamgen.annotate.remembering import Hashes
from dreamgen.annotate.sidecar import Row, is_table, read_table
from dreamgen.annotate.subtitles import read_subtitles, subtitles_of
from dreamgen.core.found import Source
from dreamgen.core.receipts import Reject
from dreamgen.engines.crashing import SUSPECTS, map_surviving
from dreamgen.engines.probing import FileFacts, Unusable, probe_file
from dreamgen.errors import UsageError

SUFFIXES: Final = frozenset(
    (
        ".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".mpg", ".mpeg", ".ts", ".m2ts", ".mts", ".ogv", ".ogm",
        ".flv", ".f4v", ".wmv", ".asf", ".3gp", ".3g2", ".mxf", ".vob", ".gif", ".y4m", ".nut", ".ivf", ".dv", ".rm",
        ".rmvb", ".divx", ".qt",
    )
)  # fmt: skip
"""Files of a folder with other endings are no videos. A file that is named itself may have any."""

CRASHES: Final = "crashes_decoder"
"""Why a video is left out at which the process that decodes it ends, twice."""
_LIST: Final = ".txt"
_MANY: Final = 64
"""So many files are worth a second process that probes them."""


class Film(NamedTuple):
    """A video that can be used."""

    source: Source
    """What is known of it."""
    path: Path
    """Where it lies."""


class _File(NamedTuple):
    path: Path
    name: str
    """Its path below the folder that was given."""


class _Looked(NamedTuple):
    """What a file said when it was probed."""

    facts: FileFacts | None
    reason: str = ""
    detail: str = ""


def read_videos(
    places: Sequence[Path], about: Sequence[Path] = (), kept: Path | None = None, workers: int = 1
) -> tuple[tuple[Film, ...], tuple[Reject, ...]]:
    """The videos of files, folders and lists, in order, and a line for each that can't be used.

    A list is a .txt file with a path on each line, or a table (.csv, .tsv, .jsonl) with a column `path`; what else a
    table says of its videos is taken over. Paths in lists and tables are relative to them.

    Args:
        places: files, folders and lists.
        about: tables that say more of the videos.
        kept: where hashes of large files are remembered; None for nowhere.
        workers: processes that probe; 0 for one a CPU.

    Raises:
        UsageError: for a place that does not exist, a list or table that can't be read, or no video at all.
    """
    files = _once(_files(places))
    if not files:
        raise UsageError(f"there is no video in {', '.join(map(str, places))}", "Name files or folders with videos.")
    rejects: list[Reject] = []
    films: list[Film] = []
    hashes, by_hash, ids = Hashes(kept), dict[str, str](), set[str]()
    crew = workers if len(files) >= _MANY else 1
    note = kept and kept.with_name(SUSPECTS)
    every = map_surviving(_look, files, crew, lambda one: one.name, _fell, note)
    for file, looked in zip(files, every, strict=True):
        try:
            digest = hashes.of(file.path) if looked.facts else ""
        except OSError as error:
            looked = _Looked(None, "unreadable", os.strerror(error.errno or 0))
        if looked.facts is None:
            rejects.append(_reject(file.name, looked.reason, looked.detail))
        elif digest in by_hash:
            rejects.append(_reject(file.name, "duplicate", f"the same bytes as {by_hash[digest]}"))
        else:
            by_hash[digest] = file.name
            films.append(_film(file, looked.facts, digest, ids))
    hashes.keep()
    tables = [*about, *(place for place in places if _is_list(place) and is_table(place))]
    told = _Telling(films, [file.name for file in files])
    films, notes = told.tell(tables)
    return tuple(films), (*rejects, *notes)


def _reject(name: str, reason: str, detail: str, kind: str = "video") -> Reject:
    return Reject(what=name, kind=kind, stage="ingest", reason=reason, detail=detail)


def _is_list(place: Path) -> bool:
    return place.is_file() and (place.suffix.lower() == _LIST or is_table(place))


def _files(places: Iterable[Path]) -> Iterator[_File]:
    for place in places:
        if _is_list(place):
            yield from _listed(place)
        elif place.is_dir():
            for path in sorted(_below(place), key=os.fsencode):
                if path.suffix.lower() in SUFFIXES or path.is_dir():
                    yield _File(path, _shown(path.relative_to(place.parent if path == place else place).as_posix()))
        elif os.path.lexists(place):
            yield _File(place, _shown(place.name))
        else:
            raise UsageError(f"there is no {place}", "Name video files, folders with videos, or lists of them.")


def _below(folder: Path) -> Iterator[Path]:
    """The files of a folder, and folders in it that can't be read; no link to a folder is followed, so no circle."""
    closed: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith("."):
                yield Path(root) / name
    yield from (Path(error.filename) for error in closed)


def _listed(place: Path) -> Iterator[_File]:
    if is_table(place):
        names: Iterable[str] = (row.path for row in read_table(place))
    else:
        try:
            text = place.read_text("utf-8-sig", errors="surrogateescape")
        except OSError as error:
            raise UsageError(f"{place} can't be read: {error.strerror}", "Name a list with a path on a line.") from None
        names = (line.strip() for line in text.splitlines() if not line.startswith("#"))
    for name in names:
        if name:
            yield _File(place.parent / name, _shown(name))


def _once(files: Iterable[_File]) -> list[_File]:
    """Each file once, though it is named twice."""
    found: dict[str, _File] = {}
    for file in files:
        found.setdefault(os.path.abspath(file.path), file)
    return list(found.values())


def _shown(name: str) -> str:
    """A file's name that can stand in a line of text: odd bytes and control characters become a mark."""
    whole = os.fsencode(name).decode("utf-8", "replace")
    return "".join(one if one.isprintable() else "\ufffd" for one in whole)


def _look(file: _File) -> _Looked:
    try:
        return _Looked(probe_file(file.path))
    except Unusable as error:
        if file.path.is_dir() and not os.access(file.path, os.R_OK | os.X_OK):
            return _Looked(None, "no_permission", "the folder may not be read")
        return _Looked(None, error.reason, error.message)
    except OSError as error:
        return _Looked(None, "unreadable", error.strerror or str(error))


def _fell(file: _File, why: str) -> _Looked:
    return _Looked(None, CRASHES, why)


def _film(file: _File, facts: FileFacts, digest: str, ids: set[str]) -> Film:
    stem, length = _plain(file.path.stem), 6
    while f"{stem}-{digest[:length]}" in ids:
        length += 2
    ids.add(name := f"{stem}-{digest[:length]}")
    source = Source(
        id=name, name=file.name, sha256=digest, seconds=facts.seconds, size=facts.size, fps=float(facts.fps),
        variable=facts.variable, rotation=facts.rotation, container=facts.container, codec=facts.codec,
        pixels=facts.pixels, hdr=bool(facts.hdr), sound=facts.sound,
    )  # fmt: skip
    return Film(source, file.path)


def _plain(stem: str) -> str:
    """A file's name as part of an id: small letters without accents, figures and hyphens."""
    letters = normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40].strip("-") or "video"


class _Telling:
    """Adds to videos what lies beside them and what tables say of them.

    Args:
        films: the videos.
        names: of all files that were found, used or not.
    """

    def __init__(self, films: Sequence[Film], names: Sequence[str]) -> None:
        self._films, self._known = list(films), set(names)
        self._paths = {os.path.abspath(film.path): n for n, film in enumerate(films)}
        self._names = {film.source.name: n for n, film in enumerate(films)}
        stems: dict[str, list[int]] = {}
        for n, film in enumerate(films):
            for name in {film.path.name, film.path.stem}:
                stems.setdefault(name, []).append(n)
        self._stems = {name: some[0] for name, some in stems.items() if len(some) == 1}

    def tell(self, tables: Sequence[Path]) -> tuple[list[Film], list[Reject]]:
        """The videos with all that is known of them, and what of the tables could not be used."""
        notes: list[Reject] = []
        rows: dict[int, dict[str, Any]] = {}
        for table in tables:
            seen: dict[int, int] = {}
            for row in read_table(table):
                notes += self._take(table, row, seen, rows)
        for n, film in enumerate(self._films):
            fields = rows.get(n, {})
            if not fields.get("speech"):
                notes += _beside(film, fields)
            self._films[n] = film._replace(source=film.source.model_copy(update=fields)) if fields else film
        return self._films, notes

    def _take(self, table: Path, row: Row, seen: dict[int, int], rows: dict[int, dict[str, Any]]) -> Iterator[Reject]:
        where = f"line {row.number} of {_shown(table.name)}"
        name = _shown(row.path) or where
        n = self._find(table, row.path)
        if n is None:
            if not row.path or not self._was_found(row.path):
                yield _reject(name, "unknown_file", f"{where} is about no video that was given", "row")
            return
        if n in seen:
            told = f"{where} is about the same video as line {seen[n]}, which holds"
            yield _reject(name, "duplicate_row", told, "row")
            return
        seen[n] = row.number
        if row.wrong:
            yield _reject(name, "bad_value", f"{where}: {row.wrong}", "row")
        rows.setdefault(n, {}).update(row.fields)

    def _find(self, table: Path, path: str) -> int | None:
        if not path or "\0" in path:
            return None
        exact = self._paths.get(os.path.abspath(table.parent / path))
        if exact is not None:
            return exact
        return self._names.get(_shown(path), self._stems.get(path))

    def _was_found(self, path: str) -> bool:
        """Whether a file was given that could not be used: then that is told already."""
        return _shown(path) in self._known or any(name.endswith(f"/{_shown(path)}") for name in self._known)


def _beside(film: Film, fields: dict[str, Any]) -> Iterator[Reject]:
    """Takes over the subtitles that lie beside a video."""
    path = subtitles_of(film.path)
    if path is None:
        return
    try:
        fields["speech"] = read_subtitles(path)
    except (OSError, ValueError) as error:
        yield _reject(film.source.name, "bad_subtitles", str(error), "row")
