"""The tone line of a story, as DreamFrame writes it: {Dramatic}, ((candle light, deep shadows)), muted palette."""

from __future__ import annotations

import re
from typing import Final

from dreamgen.core.base import Record

LONGEST: Final = 200
"""Characters of a tone line."""
_KEYWORD = re.compile(r"\{([^{}]*)\}")
_WEIGHTED = re.compile(r"\(\(([^()]*)\)\)")


class Tone(Record):
    """What a tone line says."""

    keywords: tuple[str, ...]
    """Words in {braces}; a good line has one."""
    phrases: tuple[tuple[str, int], ...]
    """Every other phrase and its weight: 2 in ((double brackets)), 1 elsewhere; in order."""


def read_tone(line: str) -> Tone:
    """A tone line taken apart; brackets without a partner count for nothing."""
    keywords = tuple(found.strip() for found in _KEYWORD.findall(line) if found.strip())
    phrases: list[tuple[str, int]] = []
    rest = _KEYWORD.sub(",", line)
    at = 0
    for weighted in _WEIGHTED.finditer(rest):
        phrases += [(one, 1) for one in _phrases(rest[at : weighted.start()])]
        phrases += [(one, 2) for one in _phrases(weighted[1])]
        at = weighted.end()
    phrases += [(one, 1) for one in _phrases(rest[at:])]
    return Tone(keywords=keywords, phrases=tuple(phrases))


def with_keyword(line: str, word: str) -> str:
    """The tone line with its keyword in braces at the start, where it has none; its last phrases make room for it."""
    if read_tone(line).keywords:
        return line
    while len(line) + len(word) + 4 > LONGEST and "," in line:
        line = line.rpartition(",")[0]
    return f"{{{word}}}, {line}"[:LONGEST]


def _phrases(text: str) -> list[str]:
    bare = (re.sub(r"[(){}\[\]]", " ", one) for one in re.split(r"[,;]", text))
    return [" ".join(one.split()) for one in bare if one.strip()]
