"""A text in parts that can be judged one by one."""

from __future__ import annotations

import re
from typing import Final

from dreamgen.language.stems import telling_words

_END: Final = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])")
_SHORT: Final = re.compile(r"\b(?:(?i:Mr|Mrs|Ms|Dr|St|No|vs|e\.g|i\.e|approx)|(?:[A-Z]\.)*[A-Z])\.$")
"""What ends in a full stop and ends no sentence: Mr., U.S. Army."""
_LEANS: Final = re.compile(
    r"\W*(?:(?:then|next|and|but|so|finally|afterwards|meanwhile|later|also|suddenly|after that|as),?\s+)*"
    r"(?:he|she|it|they|his|her|hers|its|their|theirs|him|them|this|these|those|such|both|one of them|the (?:former"
    r"|latter|other|others|same|two|pair|(?:first|second|third|last) one))\b(?! (?:is|was) (?:a video|raining|snowing))"
    r"(?! (?:video|clip|scene|shot|footage|picture|image)\b)",
    re.IGNORECASE,
)
"""Who reads such a beginning has to know the sentence before it."""
_PRONOUN: Final = re.compile(r"\b(?:he|she|they|him|her|them|his|their)\b", re.IGNORECASE)
_NOBODY: Final = frozenset(
    (
        "end", "beginning", "first", "second", "last", "moment", "later", "point", "seconds", "foreground",
        "background", "follows", "pans", "tilts", "zooms", "moves",
    )
)  # fmt: skip
"""Words before a pronoun that name nobody whom it could stand for."""
_MARKS: Final = re.compile(r"^\s*(?:[-*•#>]+|\d{1,2}[.)])\s+|\*\*|__|^#+\s*", re.MULTILINE)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, without bullets and other marks of a layout."""
    plain = " ".join(_MARKS.sub(" ", text).split())
    found: list[str] = []
    start = 0
    for end in _END.finditer(plain):
        part = plain[start : end.end()].strip()
        if not _SHORT.search(part):
            found.append(part)
            start = end.end()
    found.append(plain[start:].strip())
    return tuple(part for part in found if any(mark.isalnum() for mark in part))


def leans(sentence: str) -> bool:
    """Whether a sentence needs the one before it: `He then sits down`, `In the end, she waves`."""
    if _LEANS.match(sentence):
        return True
    found = _PRONOUN.search(sentence)
    if found is None:
        return False
    before = {word for word in telling_words(sentence[: found.start()]) if not word.isdecimal()}
    return before <= _NOBODY


def units(text: str) -> tuple[str, ...]:
    """The parts of a text that say something by themselves: sentences, each with those that lean on it."""
    found: list[str] = []
    for sentence in sentences(text):
        if found and leans(sentence):
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.append(sentence)
    return tuple(found)
