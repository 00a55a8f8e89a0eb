"""Which colour texts give to which thing, whatever it is: a blue cup beside a green plate makes no blue plate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile
from typing import Final

from dreamgen.core.colours import COLOURS
from dreamgen.qa.drafting.lexicon import unquoted
from dreamgen.qa.drafting.stems import stem, telling, tokens

Paint = tuple[str, str]
"""A colour, and the stem of a noun."""

_REACH: Final = 3
"""Words behind a colour among which its noun is: a blue china dinner plate."""
_STOPS: Final = frozenset(
    {
        "and", "or", "with", "on", "in", "at", "of", "to", "from", "by", "for", "under", "over", "behind", "beside",
        "near", "into", "is", "are", "was", "were", "that", "which", "who", "while", "as", "the", "a", "an", "his",
        "her", "its", "their",
    }
)  # fmt: skip
"""Words before which a noun has come, or comes no more."""
_SHORT: Final = 3
"""Words before the colour in `The plate is blue`; in a longer sentence another noun may stand before `is`."""
_BE: Final = frozenset({"is", "are", "was", "were"})
_ASKED: Final = re.compile(
    r"\b(?:what|which) colou?rs? (?:is|are|was|were) (?:the|his|her|its|their) (?:\w+['’]s )?(\w+)"
    r"|\b(?:what|which) colou?r (?!is\b|are\b|was\b|were\b|do\b|does\b)(\w+)",
    re.IGNORECASE,
)


def coloured(texts: Iterable[str]) -> set[Paint]:
    """Every colour of some texts with each noun that it can belong to."""
    return {(colour, noun) for text in texts for colour, nouns in _paints(text, len(text)) for noun in nouns}


def repainted(question: str, answer: str, texts: Iterable[str]) -> list[str]:
    """The colours that an answer gives to things to which no text gives them; what is of nothing is left out.

    A thing is named behind its colour, or as in `The plate is blue`, or by a question for its colour.
    """
    known, told = coloured(texts), _paints(answer, _SHORT)
    asked = _ASKED.search(question)
    colours = {word for word in tokens(answer) if word in COLOURS}
    if asked and len(colours) == 1 and not any(nouns for _, nouns in told):
        told = [(colours.pop(), {stem((asked[1] or asked[2]).casefold())})]
    return [colour for colour, nouns in told if nouns and not any((colour, noun) in known for noun in nouns)]


def _paints(text: str, most: int) -> list[tuple[str, set[str]]]:
    """Each colour with the stems of the words that may be its noun; with `is` at most so many words before it."""
    words = tokens(unquoted(text))
    found: list[tuple[str, set[str]]] = []
    for place, word in enumerate(words):
        if word not in COLOURS:
            continue
        behind = words[place + 1 : place + 1 + _REACH]
        nouns = set(takewhile(lambda other: other not in COLOURS and other not in _STOPS, behind))
        if place > 1 and words[place - 1] in _BE and place <= most:
            nouns.add(words[place - 2])
        found.append((word, {stem(noun) for noun in telling(nouns) if not noun.endswith("ly")}))
    return found
