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
    """The records of one set by the names of their fields, read from the files beside the Croissant file.

    Raises:
        MissingExtra: without mlcroissant.
    """
    for record in _library().Dataset(jsonld=str(path)).records(record_set):
        yield _plain(record)


def _plain(value: Any) -> Any:
    """The library gives texts as bytes, and names fields by the whole way to them."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, dict):
        return {name.rpartition("/")[2]: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _library() -> Any:
    try:
        import mlcroissant
    except ImportError as error:
        raise MissingExtra("mlcroissant", "croissant", "reading Croissant files") from error
    return mlcroissant
