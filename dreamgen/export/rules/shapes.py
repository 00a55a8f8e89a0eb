"""Types of rows as libraries infer them from the first ones: what changes later stops the loading, or becomes null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_KINDS: Final = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", dict: "an object"}


class Shape:
    """What stands at each place of the rows of a form, as the first row that has it there tells."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}
        self._keys: dict[str, frozenset[str]] = {}
        self._filled: dict[str, dict[str, bool]] = {}

    def changes(self, row: Any, part: str, place: str = "") -> Iterator[str]:
        """How a row differs from those before it.

        Args:
            row: of the form, or a value in it.
            part: the file, or whatever types are inferred from alone.
            place: of the value: `pairs.options`.
        """
        if row is None:
            yield f"{place} is null, which tells no type"
        elif isinstance(row, list):
            yield from self._kind_changes(place, "a list")
            self._filled.setdefault(place, {})[part] = bool(row) or self._filled.get(place, {}).get(part, False)
            for value in row:
                yield from self.changes(value, part, f"{place}[]")
        else:
            yield from self._kind_changes(place, _KINDS.get(type(row), type(row).__name__))
            if isinstance(row, dict):
                yield from self._key_changes(row, part, place)

    def unlike(self) -> Iterator[tuple[str, str]]:
        """Each part in which a list is always empty, so that its type is not that of other parts; and which list."""
        for place, parts in self._filled.items():
            if any(parts.values()):
                yield from ((part, place) for part, filled in parts.items() if not filled)

    def _kind_changes(self, place: str, kind: str) -> Iterator[str]:
        known = self._kinds.setdefault(place, kind)
        if kind != known:
            yield f"{place or 'it'} is {kind}, and {known} before"

    def _key_changes(self, row: Mapping[str, Any], part: str, place: str) -> Iterator[str]:
        keys = frozenset(row)
        known = self._keys.setdefault(place, keys)
        front = f"{place}." if place else ""
        if keys != known:
            lost, new = sorted(known - keys), sorted(keys - known)
            told = [f"lacks {front}{lost[0]}"] if lost else []
            told += [f"has {front}{new[0]}, which those before have not"] if new else []
            yield " and ".join(told)
        for key in sorted(keys & known):
            yield from self.changes(row[key], part, front + key)
