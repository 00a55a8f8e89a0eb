"""The values of a JSON list one after the other: a list of a hundred thousand rows is never in memory at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson

_Event = tuple[str, str, Any]
"""Where in the text, what begins or ends there, and the value."""


def values(path: Path, key: str = "") -> Iterator[Any]:
    """The values of a file that holds one list, or one object with nothing in it but a list.

    Args:
        path: of the file, which is UTF-8.
        key: of the list in the object; empty where the list is all that there is.

    Raises:
        ValueError: where the file is no such JSON, which knows no infinity here and no number from 2^63 on; values
            before that place have been told already.
    """
    with path.open("rb") as file:
        try:
            yield from ijson.items(_only(ijson.parse(file, use_float=True), key), f"{key}.item" if key else "item")
        except ijson.JSONError as error:
            raise ValueError(str(error)) from error


def _only(events: Iterator[_Event], key: str) -> Iterator[_Event]:
    """The same, as long as they are of the list and of nothing beside it."""
    begins = [("", "start_map", None), ("", "map_key", key)] if key else []
    for wanted in (*begins, (key, "start_array", None)):
        event = next(events, None)
        if event != wanted:
            raise ValueError(f"a list {f'called {key} ' if key else ''}is not all that there is")
        yield wanted
    for event in events:
        if event[:2] == ("", "map_key"):
            raise ValueError(f"{event[2]} stands beside {key}")
        yield event
