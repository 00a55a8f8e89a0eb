"""Rows of JSON files as loaders read them; what is no JSON is a defect, and not the end of the reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dreamgen.core.dataset import SPLITS
from dreamgen.export.rules.findings import Findings

Row = dict[str, Any]


def split_files(folder: Path, suffix: str, found: Findings) -> Iterator[Path]:
    """The file of each split that is there; none at all is a defect.

    Args:
        folder: of the form.
        suffix: .json, .jsonl.
        found: notes it.
    """
    there = [folder / f"{split}{suffix}" for split in SPLITS if (folder / f"{split}{suffix}").is_file()]
    if not there:
        found.wrong(folder.name, f"has no train{suffix}")
    yield from there


def listed(path: Path, found: Findings) -> Iterator[tuple[str, Row]]:
    """The rows of a file with one JSON list, each with what it is called in a defect."""
    try:
        rows = json.loads(path.read_bytes())
    except ValueError as error:
        found.wrong(path.name, f"is no JSON: {error}")
        return
    if not isinstance(rows, list):
        found.wrong(path.name, "is no list of rows")
        return
    yield from _rows(path, enumerate(rows, start=1), found)


def lined(path: Path, found: Findings) -> Iterator[tuple[str, Row]]:
    """The rows of a file with one row a line, likewise."""

    def each() -> Iterator[tuple[int, Any]]:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    yield number, json.loads(line)
                except ValueError as error:
                    found.wrong(f"{path.name}:{number}", f"is no JSON: {error}")

    yield from _rows(path, each(), found)


def _rows(path: Path, rows: Iterator[tuple[int, Any]], found: Findings) -> Iterator[tuple[str, Row]]:
    for number, row in rows:
        where = f"{path.name}:{number}"
        found.rows += 1
        if isinstance(row, dict):
            yield where, row
        else:
            found.wrong(where, f"is a {type(row).__name__} and no object")
