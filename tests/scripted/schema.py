"""A JSON schema as something to fill in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Paper:
    """One part of a schema."""

    part: dict[str, Any]
    """What it says, with nothing left to look up at this level."""
    root: dict[str, Any]
    """The whole, for what it refers to."""

    @property
    def choices(self) -> tuple[Any, ...]:
        """The only values that are allowed; none where all are."""
        return (self.part["const"],) if "const" in self.part else tuple(self.part.get("enum", ()))

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of an object's fields, in order."""
        return tuple(self.part.get("properties", ()))

    @property
    def kind(self) -> str:
        """object, array, string, integer, number, boolean, null."""
        if "type" in self.part:
            return str(self.part["type"])
        if self.choices:
            return {str: "string", bool: "boolean", int: "integer"}.get(type(self.choices[0]), "null")
        return "object" if self.fields else "array" if "items" in self.part else "string"

    @property
    def nullable(self) -> bool:
        """Whether it may be null."""
        return bool(self.part.get("nullable"))

    def field(self, name: str) -> Paper:
        """The part for one field; an empty one where there is no such field."""
        return self._fields[name] if name in self._fields else Paper({"type": "null"}, self.root)

    @cached_property
    def _fields(self) -> dict[str, Paper]:
        return {name: paper(part, self.root) for name, part in self.part.get("properties", {}).items()}

    @cached_property
    def items(self) -> Paper:
        """The part for what is in an array."""
        return paper(self.part.get("items", {}), self.root)

    def count(self, usual: int) -> int:
        """How many items an array gets: as many as usual, if it may."""
        least, most = int(self.part.get("minItems", 0)), int(self.part.get("maxItems", 1000))
        return min(max(usual, least), most)


def paper(part: Any, root: dict[str, Any]) -> Paper:
    """A part of `root` with its references looked up and its alternatives settled."""
    found: dict[str, Any] = {}
    for one in _merged(part if isinstance(part, dict) else {}, root):
        found.update({key: value for key, value in one.items() if key not in found})
    types = found.get("type")
    if isinstance(types, list):
        found["nullable"] = found.get("nullable") or "null" in types
        found["type"] = next((one for one in types if one != "null"), "null")
    if None in found.get("enum", ()):
        found["nullable"] = True
        found["enum"] = [one for one in found["enum"] if one is not None]
    return Paper(found, root)


def _merged(part: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The part itself, and what it refers to; the first of several alternatives."""
    yield {key: value for key, value in part.items() if key not in ("$ref", "anyOf", "oneOf", "allOf")}
    if "$ref" in part:
        target: Any = root
        for step in str(part["$ref"]).removeprefix("#/").split("/"):
            target = target.get(step, {}) if step != "#" else target
        yield from _merged(target, root)
    for one in part.get("allOf", ()):
        yield from _merged(one, root)
    others = [*part.get("anyOf", ()), *part.get("oneOf", ())]
    real = [one for one in others if one.get("type") != "null"]
    if len(real) < len(others):
        yield {"nullable": True}
    if real:
        yield from _merged(real[0], root)


def fitted(told: Any, part: Paper) -> Any:
    """What was told, cut to the bounds of the schema. What is not of its kind at all stays as it is."""
    if told is None:
        return None
    if part.choices:
        return told if told in part.choices else part.choices[len(str(told)) % len(part.choices)]
    if isinstance(told, str):
        return _cut(told, part)
    if isinstance(told, bool):
        return told
    if isinstance(told, int):
        return min(max(told, part.part.get("minimum", told)), part.part.get("maximum", told))
    if isinstance(told, list):
        return [fitted(one, part.items) for one in told[: part.part.get("maxItems", len(told))]]
    if isinstance(told, dict):
        return {name: fitted(told[name], part.field(name)) for name in part.fields if name in told}
    return told


def _cut(text: str, part: Paper) -> str:
    most, least = part.part.get("maxLength", len(text)), part.part.get("minLength", 0)
    return text[:most].rstrip().ljust(least, ".") if len(text) > most or len(text) < least else text
