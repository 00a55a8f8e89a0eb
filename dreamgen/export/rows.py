"""Files of rows, written row by row, so that a hundred thousand of them are never in memory at once.

Pydantic writes JSON three times as fast as the standard library does.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic_core import to_json


def write_lines(path: Path, rows: Iterable[Any]) -> Path:
    """A file with one row a line; returns its path."""
    with path.open("wb") as file:
        for row in rows:
            file.write(to_json(row) + b"\n")
    return path


def write_list(path: Path, rows: Iterable[Any]) -> Path:
    """A JSON list with one row a line; returns its path."""
    with path.open("wb") as file:
        mark = b"[\n"
        for row in rows:
            file.write(mark + to_json(row))
            mark = b",\n"
        file.write(b"[]\n" if mark == b"[\n" else b"\n]\n")
    return path
