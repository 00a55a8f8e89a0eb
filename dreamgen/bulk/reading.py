"""Reads what stories are to be made of: lines of JSON, tables, folders of plots and planned stories."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ValidationError

from dreamgen.core.brief import Brief
from dreamgen.core.receipts import Reject
from dreamgen.core.story import Story
from dreamgen.errors import UsageError, unknown_name
from dreamgen.story.plots import LARGEST, UnreadablePlot, read_source, read_text
from dreamgen.style.book import style_names

LARGEST_LIST: Final = 2_000_000_000
"""Bytes of a file of many plots; it is read whole."""
TEXTS: Final = ("plot", "text", "theme")
"""What a line is about, under one of these names."""
FIELDS: Final = (*TEXTS, "genre", "title", "id", "seed", "look", "style")
"""What a line may say."""
TABLES: Final = {".csv": ",", ".tsv": "\t"}
"""Endings of tables, and what stands between their cells."""
Sort = Literal["plot", "theme"]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to make stories of."""

    words: str
    """What it is called, for people."""
    source: Brief | Story
    """The thing."""
    seed: int | None = None
    """Its own, where it says one."""
    look: str = ""
    """Its own, where it says one."""


Read = Row | Reject
"""What can be used, or why it can't."""


class BadLine(Exception):
    """A line that can't be used.

    Args:
        reason: machine-readable.
        detail: for people.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def read(path: Path, sort: Sort = "plot") -> Iterator[Read]:
    """What stands in a file or folder, in order: .jsonl, .csv and .tsv have many, any other file is one plot.

    Args:
        path: the file, or a folder with .txt plots and .json planned stories.
        sort: what a line's `text` is; a .txt file of themes has one a line.

    Raises:
        UnreadablePlot: for a file that is named and can't be read.
        UsageError: for a key that no line may have.
    """
    ending = path.suffix.lower()
    if path.is_dir():
        if sort == "theme":
            raise UnreadablePlot(
                f"{path} is a folder, and themes stand in a file",
                "Name a list of `dreamgen themes`, or a text file with a theme a line.",
            )
        yield from _folder(path)
    elif ending == ".jsonl":
        yield from _checked(path, _json_lines(read_text(path, LARGEST_LIST)), sort)
    elif ending in TABLES:
        yield from _checked(path, _table(path, TABLES[ending]), sort)
    elif sort == "theme":
        lines = enumerate(read_text(path, LARGEST_LIST).split("\n"), 1)
        yield from _checked(path, ((number, {"theme": line}) for number, line in lines if line.strip()), sort)
    else:
        yield Row(path.stem, read_source(path))


def _folder(folder: Path) -> Iterator[Read]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    if not found:
        raise UnreadablePlot(f"{folder} is empty", "Put plots (.txt) or planned stories (.json) into it.")
    for path in found:
        what = path.relative_to(folder).as_posix()
        if path.suffix.lower() not in (".txt", ".json"):
            yield _reject(what, BadLine("not_a_plot", "a folder's plots are .txt, its planned stories .json"))
            continue
        try:
            yield Row(path.stem, read_source(path))
        except UnreadablePlot as error:
            yield _reject(what, BadLine("unreadable", error.message))


def _json_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any] | BadLine]]:
    # not splitlines(): a line separator of Unicode may stand inside a text
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, BadLine("not_json", str(error))
            continue
        yield number, said if isinstance(said, dict) else BadLine("not_an_object", "a line is {...}")


def _table(path: Path, between: str) -> Iterator[tuple[int, Mapping[str, Any] | BadLine]]:
    before = csv.field_size_limit(LARGEST)
    try:
        text = read_text(path, LARGEST_LIST)
        first = text.partition("\n")[0]
        # where a comma stands in numbers, tables are written with semicolons
        between = ";" if between == "," and ";" in first and "," not in first else between
        rows = csv.reader(StringIO(text, newline=""), delimiter=between)
        head = [name.strip().lower() for name in next(rows, [])]
        _known(head, f"{path}, line 1: column")
        if len(set(head)) < len(head):
            raise UsageError(f"{path}, line 1, names a column twice", f"Columns: {', '.join(FIELDS)}")
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(head):
                yield rows.line_num, BadLine("too_many_cells", f"{len(cells)}, and there are {len(head)} columns")
                continue
            yield rows.line_num, {name: cell for name, cell in zip(head, cells, strict=False) if cell.strip()}
    except csv.Error as error:
        raise UnreadablePlot(f"{path} is no table: {error}", "Save it as CSV with quotes around its texts.") from None
    finally:
        csv.field_size_limit(before)


def _checked(path: Path, lines: Iterable[tuple[int, Mapping[str, Any] | BadLine]], sort: Sort) -> Iterator[Read]:
    looks = frozenset(style_names())
    for number, line in lines:
        where = f"{path.name}:{number}"
        if isinstance(line, BadLine):
            yield _reject(where, line)
            continue
        _known(line, f"{path}, line {number}: key")
        try:
            yield _row(line, sort, looks, where)
        except BadLine as bad:
            yield _reject(where, bad)


def _known(names: Iterable[str], where: str) -> None:
    for name in names:
        if name not in FIELDS:
            error = unknown_name("", name, FIELDS)
            raise UsageError(f"{where} {name!r} is not known", error.hint)


def _row(line: Mapping[str, Any], sort: Sort, looks: frozenset[str], where: str) -> Row:
    texts = [name for name in TEXTS if line.get(name) is not None]
    if len(texts) != 1:
        raise BadLine("no_text" if not texts else "two_texts", f"it has one of {', '.join(TEXTS)}")
    text = _text(line, texts[0])
    if not any(char.isalnum() for char in text):
        raise BadLine("no_text", f"there is no word in its {texts[0]}")
    kind: Sort = "theme" if texts[0] == "theme" else "plot" if texts[0] == "plot" else sort
    genre = " ".join(_text(line, "genre").lower().split())
    try:
        brief = Brief(text=text, sort=kind, genre=genre)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise BadLine("wrong_value", f"{first['loc'][0]}: {first['msg']}") from None
    look = _text(line, "look") or _text(line, "style")
    if look and look not in looks:
        raise BadLine("unknown_look", f"{look!r}; see `dreamgen style list`")
    return Row(_text(line, "id") or _text(line, "title") or text[:40], brief, _seed(line.get("seed")), look)


def _text(line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    if isinstance(value, int) and name == "id":
        return str(value)
    if value is not None and not isinstance(value, str):
        raise BadLine("wrong_value", f"{name} is no text")
    if value and len(value) > LARGEST:
        raise BadLine("too_long", f"{name} has more than {LARGEST} letters")
    return (value or "").strip()


def _seed(value: Any) -> int | None:
    if value is None:
        return None
    try:
        seed = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else None
    except ValueError:
        seed = None
    if seed is None or not -(2**63) <= seed < 2**63:
        raise BadLine("wrong_value", f"seed is no whole number of 64 bits: {value!r}")
    return seed


def _reject(what: str, bad: BadLine) -> Reject:
    return Reject(what=what, kind="item", stage="plan", reason=bad.reason, detail=bad.detail)
