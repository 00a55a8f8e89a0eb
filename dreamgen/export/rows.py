"""Files of rows, written row by row, so that a hundred thousand of them are never in memory at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def write_lines(path: Path, rows: Iterable[Any]) -> Path:
    """A file with one row a line; returns its path."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def write_list(path: Path, rows: Iterable[Any]) -> Path:
    """A JSON list with one row a line; returns its path."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        mark = "[\n"
        for row in rows:
            file.write(mark + json.dumps(row, ensure_ascii=False))
            mark = ",\n"
        file.write("[]\n" if mark == "[\n" else "\n]\n")
    return path
