"""A model's text is read into the shape that was asked for, or into what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from dreamgen.engines.chat.asking import Failure
from dreamgen.engines.chat.keys import mended_keys
from dreamgen.engines.chat.objects import Unreadable, read_object

T = TypeVar("T", bound=BaseModel)

MOST_WRONG: Final = 12
"""Things that are told of one reply; the next ask is to stay short."""
LONGEST: Final = 400_000
"""Characters of a reply that are looked at."""

_APOLOGY: Final = re.compile(
    r"\bI(?:['’]m| am) (?:very |really )?sorry\b|\bI (?:can(?:no|['’])t|won['’]t|will not) "
    r"(?:help|assist|comply|fulfil|create|write|generate|provide|continue|do|engage)"
    r"|\bI(?:['’]m| am) (?:unable|not able|not comfortable)|\bas an AI\b|\bagainst my (?:guidelines|polic)",
    re.IGNORECASE,
)  # fmt: skip
_LOOSE: Final = frozenset({"int_type", "int_from_float", "float_type", "bool_type"})
"""Kinds of errors that a number or truth value in quotes makes."""


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What a text came to: an answer, or why there is none."""

    answer: T | None = None
    """Of that shape in every part."""
    failure: Failure | None = None
    """Why there is none."""
    wrong: tuple[str, ...] = ()
    """What is wrong, one sentence each."""


def read(text: str, shape: type[T]) -> Reading[T]:
    """Reads a reply that came to its end.

    JSON with faults of writing is repaired where nothing is lost or made up by it, and keys that are misspelt get
    their names. What stops in the middle is never made whole.

    Args:
        text: as the model wrote it.
        shape: what to read it into.
    """
    if not text.strip():
        return Reading(failure="malformed", wrong=("The reply was empty.",))
    if len(text) > LONGEST:
        return Reading(failure="malformed", wrong=("The reply was far too long.",))
    try:
        found = read_object(text)
    except Unreadable as why:
        if "{" not in text and _APOLOGY.search(text):
            return Reading(failure="refused", wrong=("The reply was no JSON but an apology.",))
        return Reading(failure="malformed", wrong=(str(why),))
    found, unknown = mended_keys(found, shape)
    if unknown:
        return Reading(failure="malformed", wrong=_bounded(unknown))
    try:
        return Reading(answer=_validated(found, shape))
    except ValidationError as error:
        return Reading(failure="malformed", wrong=_bounded(plain_words(error)))
    except RecursionError:
        return Reading(failure="malformed", wrong=("The reply was nested too deeply.",))


def knows(text: str, shape: type[BaseModel]) -> bool | None:
    """Whether whoever wrote a reply has seen the shape: some servers leave it out without a word.

    Args:
        text: as the model wrote it.
        shape: what it was asked for.

    Returns:
        None where it can't be told: nothing was written, far too much, an apology, or no more than half of an object.
    """
    if not text.strip() or len(text) > LONGEST:
        return None
    if "{" not in text:
        return None if _APOLOGY.search(text) else False
    try:
        found, _ = mended_keys(read_object(text), shape)
    except Unreadable:
        return None
    return bool(shape.model_fields.keys() & found.keys())


def plain_words(error: ValidationError) -> tuple[str, ...]:
    """What a record refuses, one sentence each, such as: shots[2].text is missing."""
    return tuple(dict.fromkeys(f"{_place(one['loc'])} {_complaint(one)}" for one in _errors(error)))


def _errors(error: ValidationError) -> list[Any]:
    """Every error, but that a list is short because items of it are wrong: pydantic counts the right ones."""
    found = error.errors(include_url=False)
    around = {one["loc"][:depth] for one in found for depth in range(len(one["loc"]))}
    return [one for one in found if one["type"] != "too_short" or one["loc"] not in around]


def _validated(found: Any, shape: type[T]) -> T:
    text = json.dumps(found)
    try:
        return shape.model_validate_json(text, strict=True)
    except ValidationError as error:
        loose = all(one["type"] in _LOOSE and isinstance(one["input"], str | float) for one in _errors(error))
        if not loose:
            raise
    return shape.model_validate_json(text)


def _place(where: tuple[int | str, ...]) -> str:
    """Where a value stands, items counted from 1; without the alternative of its type that was tried."""
    path = ""
    for part in where:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        elif re.fullmatch(r"\w+", part):
            path += f".{part}" if path else part
    return path or "The reply"


def _complaint(one: Any) -> str:
    kind, context = one["type"], one.get("ctx", {})
    if kind == "missing":
        return "is missing."
    if kind == "extra_forbidden":
        return "is not asked for."
    if kind in ("too_short", "too_long"):
        bound = context.get("min_length", context.get("max_length"))
        often = "at least" if kind == "too_short" else "at most"
        return f"has {context.get('actual_length', 'other than')} items; {often} {bound} are wanted."
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} characters."
    if kind == "string_too_short":
        return "is empty."
    value = json.dumps(one["input"], ensure_ascii=False, default=str)
    value = value if len(value) <= 80 else value[:77] + "..."
    return f"can't be {value}: {one['msg']}."


def _bounded(wrong: Sequence[str]) -> tuple[str, ...]:
    if len(wrong) <= MOST_WRONG:
        return tuple(wrong)
    return (*wrong[:MOST_WRONG], f"There are {len(wrong) - MOST_WRONG} more of the kind.")
