"""Numbers in sentences, as figures or as words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_UNITS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES: Final = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_NOTHING: Final = frozenset({"no", "none", "nobody", "nothing"})
_COUNTING: Final = frozenset({
    "exactly", "only", "just", "about", "is", "are", "was", "were", "be", "there's", "see", "and", "than", "least",
    "most", "has", "have", "holds", "for", "to", "of", "with", "says",
})  # fmt: skip
"""After these, or at the start, `one` is a number; after others it is a pronoun: the red one."""
_WORD: Final = re.compile(r"\d+(?::\d+)+(?:\.\d+)?|\d+(?:[.,]\d+)?|[a-z]+(?:'[a-z]+)?")


def numbers(text: str) -> tuple[float, ...]:
    """All numbers of a text in their order: `(2.5,)` for `about two and a half seconds`.

    `none` and `nobody` are zero where there is no other number. Times on a clock (0:08) and ordinals are none.
    """
    found = tuple(_found(_WORD.findall(text.casefold().replace("-", " "))))
    if not found and _NOTHING & set(_WORD.findall(text.casefold())):
        return (0.0,)
    return found


def _found(words: list[str]) -> Iterator[float]:
    at = 0
    while at < len(words):
        value, used = _number(words, at)
        if value is None:
            at += 1
            continue
        at += used
        if words[at : at + 3] == ["and", "a", "half"]:
            value, at = value + 0.5, at + 3
        yield value


def _number(words: list[str], at: int) -> tuple[float | None, int]:
    """The number that begins at a word, and how many words it takes."""
    word = words[at]
    if word[0].isdigit():
        return (None, 1) if ":" in word else (float(word.replace(",", ".")), 1)
    if word == "half" and words[max(0, at - 1) : at] != ["a"] and words[at + 1 : at + 2] == ["a"]:
        return 0.5, 1
    value = _VALUES.get(word)
    if value is None or (word == "one" and at and words[at - 1] not in _COUNTING):
        return None, 1
    after = _VALUES.get(words[at + 1], 0) if at + 1 < len(words) else 0
    return (float(value + after), 2) if value >= 20 and 0 < after < 10 else (float(value), 1)
