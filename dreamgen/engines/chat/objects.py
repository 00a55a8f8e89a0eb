"""The one JSON object in a text, repaired where it is not quite JSON and nothing gets lost."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, Final

_THOUGHT: Final = "</think>"
"""Ends what reasoning models write before they answer; where it begins is often not in the reply."""
_ESCAPES: Final = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|[\x00-\x1f]", re.DOTALL)
_WORDS: Final = re.compile(r"\w+")
_SAME: Final = {"none": "null", "undefined": "null"}
"""Words of other languages, and what they are in JSON."""
_DEEPEST: Final = 60
"""Braces and brackets within each other; no shape of ours comes near."""
_REPAIRED: Final = 40_000
"""Characters that are repaired at most: for ever longer ones the library takes seconds, then minutes."""


class Unreadable(Exception):
    """A text holds no JSON object, more than one, or one that does not end. Its words are for the model."""


def read_object(text: str) -> dict[str, Any]:
    """The object in a text that may have other words around it.

    Args:
        text: with one JSON object, more or less; in a code fence, perhaps.

    Raises:
        Unreadable: when there is none, or it can't be told what it should be.
    """
    answer = text.rpartition(_THOUGHT)[2]
    inside = _object(answer if "{" in answer else text)
    try:
        found = json.loads(inside, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        found = _repaired(inside)
    if not isinstance(found, dict):
        raise Unreadable("The reply must be one JSON object.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, often in Counter(key for key, _ in pairs).items() if often > 1)
        raise Unreadable(f"The key {twice[:60]!r} stands twice in one object.")
    return found


def _no_number(word: str) -> Any:
    raise Unreadable(f"{word} is no value in JSON.")


def _object(text: str) -> str:
    """From the first brace to the one that closes it."""
    start = text.find("{")
    if start < 0:
        raise Unreadable("There was no JSON object in the reply.")
    end = _end(text, start)
    if end is None:
        raise Unreadable("The JSON object does not end: it was cut off, or a bracket or quote is missing.")
    if "{" in text[end:]:
        raise Unreadable("There was more than one JSON object in the reply.")
    return text[start:end]


def _end(text: str, start: int) -> int | None:
    """Where the object that begins at `start` ends; None when it does not."""
    open_ones: list[str] = []
    position = start
    while position < len(text):
        mark = text[position]
        if mark == '"':
            position = _quoted(text, position)
        elif mark in "{[":
            open_ones.append("}" if mark == "{" else "]")
            if len(open_ones) > _DEEPEST:
                raise Unreadable("The reply was nested too deeply.")
        elif mark in "}]":
            if open_ones.pop() != mark:
                return None
            if not open_ones:
                return position + 1
        position += 1
    return None


def _quoted(text: str, start: int) -> int:
    """Where the string that begins at `start` has its closing quote."""
    position = start + 1
    while position < len(text) and text[position] != '"':
        position += 2 if text[position] == "\\" else 1
    return position


def _repaired(text: str) -> Any:
    """What a repair library makes of an object that ends, when every word of it is still there and no other."""
    from json_repair import repair_json

    if len(text) > _REPAIRED:
        raise Unreadable("The reply is no valid JSON, and too long to tell what it should be.")
    try:
        found = repair_json(text, return_objects=True, skip_json_loads=True)
        there = json.dumps(found, ensure_ascii=False)
    except (ValueError, RecursionError, TypeError, AttributeError, IndexError):
        raise Unreadable("The reply is no valid JSON.") from None
    if _words(there) != _words(text):
        raise Unreadable("The reply is no valid JSON, and it can't be told what it should be.")
    return found


def _words(text: str) -> list[str]:
    words = (word.casefold() for word in _WORDS.findall(_ESCAPES.sub(" ", text)))
    return [_SAME.get(word, word) for word in words]
