"""The values of a JSON list one after the other: a list of a hundred thousand rows is never in memory at once."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_BLOCK: Final = 1 << 20
"""Bytes that are read at once, at least."""
_SPACE: Final = re.compile(r"[ \t\n\r]*")
"""What JSON takes for nothing."""
_AFTER: Final = frozenset(" \t\n\r,:]}")
"""What follows a value."""
_DECODER: Final = json.JSONDecoder()


def values(path: Path, key: str = "") -> Iterator[Any]:
    """The values of a file that holds one list, or one object with nothing in it but a list.

    Args:
        path: of the file.
        key: of the list in the object; empty where the list is all that there is.

    Raises:
        ValueError: where the file is no such JSON; values before that place have been told already.
    """
    with _Text(path) as text:
        if key:
            text.take("{")
            if text.value() != key:
                raise ValueError(f"{key} is not all that there is")
            text.take(":")
        text.take("[")
        more = not text.took("]")
        while more:
            yield text.value()
            more = text.took(",")
            if not more:
                text.take("]")
        if key:
            text.take("}")
        text.end()


class _Text:
    """A file of which a part is in memory, from the place on that is read next.

    Args:
        path: of the file, which is UTF-8.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._part, self._at, self._whole = "", 0, False

    def __enter__(self) -> _Text:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def value(self) -> Any:
        """The next value."""
        self._skip()
        while True:
            try:
                found, stop = _DECODER.raw_decode(self._part, self._at)
            except json.JSONDecodeError:
                if self._whole:
                    raise
            else:
                # a number may go on in what is not read yet
                if self._whole or self._part[stop : stop + 1] in _AFTER:
                    self._at = stop
                    return found
            self._read()

    def took(self, mark: str) -> bool:
        """Whether a mark comes next; it is passed over then."""
        self._skip()
        there = self._part.startswith(mark, self._at)
        self._at += len(mark) if there else 0
        return there

    def take(self, mark: str) -> None:
        """Passes over a mark that has to come next."""
        if not self.took(mark):
            raise ValueError(f"{mark} is missing")

    def end(self) -> None:
        """Makes sure that nothing is left."""
        self._skip()
        if self._at < len(self._part):
            raise ValueError("more follows than one value")

    def _skip(self) -> None:
        """Goes to the next character that is more than space; to the end where there is none."""
        while True:
            found = _SPACE.match(self._part, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._part) or self._whole:
                return
            self._read()

    def _read(self) -> None:
        """Reads on; twice as much each time where a value needs more, so that a long one is not begun too often."""
        rest = self._part[self._at :]
        block = self._file.read(max(_BLOCK, len(rest)))
        self._whole = not block
        self._part, self._at = rest + self._decoder.decode(block, final=self._whole), 0
