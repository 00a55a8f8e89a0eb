"""One word of a text changed so that it says something else: how free text gets a false twin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dreamgen.core.colours import COLOURS, confusable

_WORD: Final = re.compile(r"[^\W\d_]+")

_ONE_OF: Final = (
    ("one", "two", "three", "four", "five"),
    ("left", "right"),
    ("upwards", "downwards"),
    ("indoors", "outdoors"),
    ("day", "night"),
    ("sunny", "rainy", "snowy", "foggy"),
    ("man", "woman"),
    ("men", "women"),
    ("boy", "girl"),
    ("boys", "girls"),
    ("old", "young"),
    ("open", "closed"),
    ("opens", "closes"),
    ("before", "after"),
    ("above", "below"),
    ("first", "last"),
    ("dog", "cat", "horse"),
    ("walks", "runs", "sits"),
    ("walking", "running", "sitting"),
    ("stands", "sits", "lies"),
    ("standing", "sitting", "lying"),
    ("enters", "leaves"),
    ("smiles", "frowns"),
)
"""Words of a row can't take each other's place in a sentence without changing what it says."""


def altered(text: str, known: str = "") -> Iterator[str]:
    """The text with one word changed, in every way that the tables know.

    Args:
        text: what is true.
        known: other texts about the same; a word that stands there is not put in, since it may be true as well.
    """
    said = {word.casefold() for word in _WORD.findall(f"{text} {known}")}
    for found in _WORD.finditer(text):
        word = found.group().casefold()
        for other in _others(word):
            if other not in said:
                shown = other.capitalize() if found.group()[0].isupper() else other
                yield f"{text[: found.start()]}{shown}{text[found.end() :]}"


def _others(word: str) -> Iterator[str]:
    if word in COLOURS:
        yield from (colour for colour in COLOURS if not confusable(colour, word))
    for row in _ONE_OF:
        if word in row:
            yield from (other for other in row if other != word)
