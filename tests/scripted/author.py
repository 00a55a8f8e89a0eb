"""Writes what a schema asks for: names, places and shots that make sense together, the same for the same question."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from tests.scripted import vocabulary as words
from tests.scripted.acts import outline, scenes
from tests.scripted.desk import Desk
from tests.scripted.plans import plan, step
from tests.scripted.premises import premise
from tests.scripted.schema import Paper, fitted, paper


def write(schema: dict[str, Any], text: str, digest: str) -> Any:
    """A value of this schema, which follows from the digest of the question."""
    return compose(paper(schema, schema), Desk(random.Random(digest), text))


def compose(part: Paper, desk: Desk) -> Any:
    """A value for a part of the schema."""
    if part.kind == "object":
        author = next((author for marks, author in _AUTHORS if marks <= set(part.fields)), None)
        return _whole(fitted(author(part, desk), part) if author else {}, part, desk)
    if part.choices:
        return desk.lot.choice(part.choices)
    if part.nullable:
        return None
    if part.kind == "array" and part.items.kind == "string" and not part.items.choices:
        return [fitted(text, part.items) for text in _texts(part, desk)]
    if part.kind == "array":
        return [compose(part.items, desk) for _ in range(part.count(1))]
    if part.kind == "string":
        return fitted(desk.lot.choice(words.WORDS), part)
    return {"integer": fitted(1, part), "number": 0.5, "boolean": False}.get(part.kind)


def _whole(told: Any, part: Paper, desk: Desk) -> Any:
    """What was told, with whatever of the schema it leaves out."""
    if isinstance(told, dict):
        fields = {name: part.field(name) for name in part.fields}
        return {n: _whole(told[n], field, desk) if n in told else compose(field, desk) for n, field in fields.items()}
    if isinstance(told, list):
        missing = part.count(0) - len(told)
        return [*(_whole(one, part.items, desk) for one in told), *(compose(part.items, desk) for _ in range(missing))]
    return told


def _question(part: Paper, desk: Desk) -> dict[str, Any]:
    question, answer = desk.lot.choice(words.QUESTIONS)
    reason = desk.lot.choice(words.REASONS)
    return {"question": question.format(lead="somebody"), "answer": answer.format(lead="Somebody", reason=reason)}


def _texts(part: Paper, desk: Desk) -> list[str]:
    """As many as there must be, none twice while there are others."""
    count = part.count(3)
    found = desk.lot.sample(words.THEMES, min(count, len(words.THEMES)))
    return found + [f"{found[at % len(found)]}, part {2 + at // len(found)}" for at in range(count - len(found))]


_AUTHORS: Final[tuple[tuple[frozenset[str], Callable[[Paper, Desk], dict[str, Any]]], ...]] = (
    (frozenset({"overview", "cast", "places"}), premise),
    (frozenset({"acts"}), outline),
    (frozenset({"scenes"}), scenes),
    (frozenset({"shots", "dialogue"}), plan),
    (frozenset({"who", "does"}), step),
    (frozenset({"question", "answer"}), _question),
)
"""Who writes an object, by the fields that it has."""
