"""Several files of rows that are written in one walk through the pairs, since pairs may be read anew on every walk."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self, TextIO


class Shape(NamedTuple):
    """What stands around the rows of a file."""

    head: str
    """Before the first."""
    between: str
    """Between two."""
    tail: str
    """Behind the last."""


LINES: Final = Shape("", "\n", "\n")
"""One JSON value a line."""
LIST: Final = Shape("[\n", ",\n", "\n]\n")
"""A JSON list."""
MAP: Final = Shape("{\n", ",\n", "\n}\n")
"""A JSON object; each row is a key and its value."""


class ManyFiles:
    """Files in one folder, each begun with its first row and ended when the block is left.

    Args:
        folder: where they are.
        shape: of all of them.
    """

    def __init__(self, folder: Path, shape: Shape) -> None:
        self._folder, self._shape = folder, shape
        self._open: dict[str, TextIO] = {}

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._open.values():
            file.write(self._shape.tail)
            file.close()

    def add(self, name: str, row: str) -> None:
        """Writes a row, as JSON, into the file of this name."""
        if name in self._open:
            self._open[name].write(self._shape.between)
        else:
            self._open[name] = (self._folder / name).open("w", encoding="utf-8", newline="\n")
            self._open[name].write(self._shape.head)
        self._open[name].write(row)
