"""Rows of JSON files as loaders read them; what is no JSON is a defect, and not the end of the reading."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dreamgen.core.dataset import SPLITS
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.one_by_one import values

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


def is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to the same folder, and to any."""
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return False


def parsed(path: Path, found: Findings) -> Any:
    """What a file of JSON holds; None where it is none, which is a defect.

    Trainers open files as UTF-8 without a mark at the beginning; Python's reader of bytes would forgive both.
    """
    try:
        return json.loads(path.read_bytes().decode())
    except (OSError, ValueError, RecursionError) as error:
        found.wrong(path.name, f"is no JSON: {error}")
        return None


def keyed(path: Path, found: Findings) -> dict[str, Any]:
    """What a file with one JSON object holds; empty, and a defect, where it is not there or holds none."""
    if not path.is_file():
        found.wrong(path.parent.name, f"has no {path.name}")
        return {}
    before = len(found.defects)
    known = parsed(path, found)
    if isinstance(known, dict) and known:
        return known
    if len(found.defects) == before:
        found.wrong(path.name, "is no object with something in it")
    return {}


def listed(path: Path, found: Findings) -> Iterator[tuple[str, Row]]:
    """The rows of a file with one JSON list, each with what it is called in a defect."""

    def each() -> Iterator[tuple[int, Any]]:
        try:
            yield from enumerate(values(path), start=1)
        except (OSError, ValueError, RecursionError):
            before = len(found.defects)
            parsed(path, found)  # tells what a trainer is told that reads all of it at once
            if len(found.defects) == before:
                found.wrong(path.name, "is no list of rows")

    yield from _rows(path, each(), found)


def lined(path: Path, found: Findings) -> Iterator[tuple[str, Row]]:
    """The rows of a file with one row a line, likewise."""

    def each() -> Iterator[tuple[int, Any]]:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    yield number, json.loads(line.decode())
                except (ValueError, RecursionError) as error:
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
