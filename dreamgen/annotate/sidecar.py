"""What somebody wrote down about videos: a table (.csv, .tsv, .jsonl) with a row for each."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NamedTuple

from dreamgen.annotate.subtitles import plain_words, read_subtitles
from dreamgen.core.found import Said
from dreamgen.errors import UsageError

PATHS: Final = ("path", "video", "file", "filename", "video_path")
"""Columns that name the video; one of them is needed."""
_ALSO: Final = {"license": "licence", "source_url": "url", "link": "url", "source": "dataset", "name": "title",
                "label": "labels", "subtitles": "speech", "asr": "speech", "ocr": "read"}  # fmt: skip
"""Other words for the columns below."""
_TEXTS: Final = ("licence", "url", "dataset", "title")
_TIMED: Final = ("tags", "speech", "read")
KNOWN: Final = (*_TEXTS, "labels", *_TIMED)
"""Columns that a source has fields for; all others are kept under `more`."""

_LONGEST: Final = 20_000
"""Characters of a text at most."""
_STRETCH: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*[: ](.+)", re.DOTALL)


class Row(NamedTuple):
    """One row of a table."""

    number: int
    """Its line, from 1; the head of a csv is line 1."""
    path: str
    """The video as the table names it."""
    fields: tuple[tuple[str, Any], ...]
    """Fields of a `Source`."""
    wrong: str = ""
    """What could not be used of it, for people; empty where all could."""


def is_table(path: Path) -> bool:
    """Whether a file is such a table, by its name."""
    return path.suffix.lower() in (".csv", ".tsv", ".jsonl")


def read_table(path: Path) -> Iterator[Row]:
    """The rows of a table, one after the other.

    Raises:
        UsageError: when it can't be read, names no videos, or has a column that looks like a slip of the pen.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            rows = _lines(file, path) if path.suffix.lower() == ".jsonl" else _columns(file, path)
            checked: set[str] = set()
            for number, cells in rows:
                _check(cells, checked, path)
                yield _row(number, cells, path.parent)
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}", "Name a .csv or .jsonl file.") from None


def _columns(file: Any, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    table = csv.DictReader(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ",", strict=True)
    try:
        head = table.fieldnames
        _check(dict.fromkeys(head or ()), set(), path)  # now, since a csv may end here
        for cells in table:
            yield table.line_num, {name: value for name, value in cells.items() if name and value}
    except csv.Error as error:
        where = f"line {table.line_num} of {path}"
        raise UsageError(f"{where} is no csv: {error}", "Put cells with quotes or commas into quotes.") from None


def _lines(file: Any, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            cells = json.loads(line)
        except (ValueError, RecursionError):
            cells = None
        if not isinstance(cells, dict):
            raise UsageError(f"line {number} of {path} is no JSON object", 'Write {"path": "film.mp4"} on each line.')
        yield number, {name: value for name, value in cells.items() if value not in (None, "", [], {})}


def _check(cells: Mapping[str, Any], known: set[str], path: Path) -> None:
    """Makes sure that a table names videos and that no column is nearly one that counts."""
    new = {_plain(name) for name in cells} - known
    known |= new
    if not known & set(PATHS):
        raise UsageError(
            f"{path} has no column that names the videos",
            f"Call it path. Its columns: {', '.join(sorted(known)) or 'none'}",
        )
    for name in sorted(new - {*KNOWN, *PATHS, *_ALSO}):
        near = get_close_matches(name, (*KNOWN, *_ALSO), n=1, cutoff=0.85)
        if near:
            raise UsageError(
                f"{path} has a column {name!r}, which is nearly {near[0]!r}",
                f"Rename it. Columns that count: {', '.join((*PATHS[:1], *KNOWN))}; all others are kept as they are.",
            )


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _row(number: int, cells: Mapping[str, Any], folder: Path) -> Row:
    fields: dict[str, Any] = {}
    more: list[tuple[str, str]] = []
    wrong: list[str] = []
    where = ""
    for column, value in cells.items():
        name = _ALSO.get(_plain(column), _plain(column))
        if name in PATHS and not where:
            where = str(value).strip()
        elif name in KNOWN:
            try:
                fields[name] = _field(name, value, folder)
            except OSError as error:  # without the path, which is this machine's affair
                wrong.append(f"{name}: {_text(value)[:60]} can't be read: {error.strerror}")
            except (ValueError, TypeError, KeyError) as error:
                wrong.append(f"{name}: {error}")
        else:
            more.append((plain_words(column), _text(value)))
    if more:
        fields["more"] = tuple(sorted(more))
    return Row(number, where, tuple(fields.items()), "; ".join(wrong))


def _field(name: str, value: Any, folder: Path) -> Any:
    if name in _TEXTS:
        return _text(value)
    value = _opened(value)
    if name == "labels":
        some = value.split(";") if isinstance(value, str) else value
        return tuple(words for one in some if (words := _text(one)))
    if name == "speech" and isinstance(value, str) and value.strip().lower().endswith((".srt", ".vtt")):
        return read_subtitles(folder / value.strip())
    some = [part for part in value.split(";") if part.strip()] if isinstance(value, str) else value
    return tuple(_said(one) for one in some)


def _opened(value: Any) -> Any:
    """A cell of a csv that holds JSON, opened."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise ValueError("it begins like JSON and is none") from None
    return value


def _said(value: Any) -> Said:
    """Words and their times: {"start": 0, "end": 3.5, "text": "walks"}, [0, 3.5, "walks"], or "0-3.5: walks"."""
    if isinstance(value, str):
        found = _STRETCH.match(value)
        if not found:
            raise ValueError(f"{value.strip()[:60]!r} is not of the form 0-3.5: words")
        value = found.groups()
    start, end, text = (value["start"], value["end"], value["text"]) if isinstance(value, Mapping) else value
    if not 0 <= float(start) < float(end) < 1e7:
        raise ValueError(f"{start} to {end} is no stretch of time")
    return Said(start=float(start), end=float(end), text=_text(text))


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return plain_words(text.encode("utf-8", "replace").decode())[:_LONGEST]
