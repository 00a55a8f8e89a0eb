"""Lists of benchmark questions from files of several kinds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dreamgen.errors import UsageError

FIELDS = ("question", "query", "problem", "prompt", "text", "instruction", "caption", "q")
"""Names that a question goes by, in the order in which they are looked for."""

_KINDS = (".json", ".jsonl", ".csv", ".tsv", ".txt")
_FORMS = "Give a .txt file with one question a line, a .csv or .tsv with a column `question`, or .json or .jsonl."


@dataclass(frozen=True)
class Listed:
    """A question of a list."""

    text: str
    file: str
    """The file's name."""
    line: int
    """Where it stands, from 1; of a JSON array, which of its items."""


def read_lists(paths: Iterable[str]) -> tuple[Listed, ...]:
    """Every question of these files.

    Raises:
        UsageError: for a file that is not there, can't be read, is of another kind, or holds no question.
    """
    return tuple(listed for path in paths for listed in _read(Path(path).expanduser()))


def _read(path: Path) -> list[Listed]:
    if path.suffix.lower() not in _KINDS:
        raise UsageError(f"{path} is no list of questions", _FORMS)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"there is no list of questions at {path}", "Check screen.lists in the recipe.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {error}", _FORMS) from None
    try:
        found = [Listed(said, path.name, line) for line, said in _questions(path, text) if said]
    except (ValueError, csv.Error, RecursionError) as error:
        raise UsageError(f"{path} can't be read: {error}", _FORMS) from None
    if not found:
        raise UsageError(f"{path} holds no question", f"{_FORMS} A question goes by: {', '.join(FIELDS)}.")
    return found


def _questions(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Line and question."""
    kind = path.suffix.lower()
    if kind == ".txt":
        yield from ((number, line.strip()) for number, line in enumerate(text.split("\n"), start=1))
    elif kind == ".jsonl":
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield from ((number, said) for said in _of(json.loads(line)))
    elif kind == ".json":
        whole = json.loads(text)
        items = whole if isinstance(whole, list) else [whole]
        yield from ((number, said) for number, item in enumerate(items, start=1) for said in _of(item))
    else:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if kind == ".tsv" else ",")
        for row in rows:
            yield from ((rows.line_num, said) for said in _of(row))


def _of(item: Any) -> Iterator[str]:
    """The questions in one value of a file: itself, one of its fields, or those of the records inside it."""
    if isinstance(item, str):
        yield item.strip()
    elif isinstance(item, list):
        for part in item:
            yield from _of(part)
    elif isinstance(item, dict):
        lower = {str(key).strip().casefold(): value for key, value in item.items()}
        own = next((lower[name] for name in FIELDS if isinstance(lower.get(name), str)), None)
        if own is not None:
            yield own.strip()
        else:
            for value in lower.values():
                if isinstance(value, list | dict):
                    yield from _of(value)
