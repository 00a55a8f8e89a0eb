"""Croissant files as `mlcroissant` reads them: whether they are valid, and their records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dreamgen.errors import DreamgenError, MissingExtra, first_line


class Issues(NamedTuple):
    """What the library finds wrong."""

    errors: tuple[str, ...]
    """What makes it no Croissant file."""
    warnings: tuple[str, ...]
    """What it should say, and does not."""


def issues_of(path: Path) -> Issues:
    """Reads a Croissant file and says what is wrong with it.

    Raises:
        MissingExtra: without mlcroissant.
        DreamgenError: when it can't be read at all.
    """
    mlcroissant = _library()
    try:
        found = mlcroissant.Dataset(jsonld=str(path)).metadata.ctx.issues
    except mlcroissant.ValidationError as error:
        return Issues((str(error),), ())
    except (OSError, ValueError) as error:
        raise DreamgenError(f"{path} can't be read as Croissant: {first_line(error)}") from error
    return Issues(tuple(sorted(map(str, found.errors))), tuple(sorted(map(str, found.warnings))))


def records(path: Path, record_set: str) -> Iterator[dict[str, Any]]:
    """The records of one set, with the names of fields as keys, read from the files beside the Croissant file.

    Raises:
        MissingExtra: without mlcroissant.
    """
    for record in _library().Dataset(jsonld=str(path)).records(record_set):
        yield {name.removeprefix(f"{record_set}/"): value for name, value in record.items()}


def _library() -> Any:
    try:
        import mlcroissant
    except ImportError as error:
        raise MissingExtra("mlcroissant", "croissant", "reading Croissant files") from error
    return mlcroissant
