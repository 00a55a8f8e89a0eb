"""Which colour texts give to which thing, whatever it is: a blue cup beside a green plate makes no blue plate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from dreamgen.core.colours import COLOURS
from dreamgen.qa.drafting.lexicon import unquoted
from dreamgen.qa.drafting.stems import stem, tokens

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
_BE: Final = frozenset({"is", "are", "was", "were"})
_ASKED: Final = re.compile(
    r"\b(?:what|which) colou?rs? (?:is|are|was|were) (?:the|his|her|its|their) (?:\w+['’]s )?(\w+)"
    r"|\b(?:what|which) colou?r (?!is\b|are\b|was\b|were\b|do\b|does\b)(\w+)",
    re.IGNORECASE,
)


def coloured(texts: Iterable[str]) -> set[Paint]:
    """Every colour of some texts with each noun that it can belong to."""
    return {paint for text in texts for paint in _paints(text, _REACH)}


def painted(question: str, answer: str) -> set[Paint]:
    """What an answer gives a colour to: the word behind the colour, or what the question asks the colour of."""
    found = _paints(answer, 1)
    asked = _ASKED.search(question)
    colours = {word for word in tokens(answer) if word in COLOURS}
    if asked and len(colours) == 1 and not found:
        found = {(colours.pop(), stem((asked[1] or asked[2]).casefold()))}
    return found


def _paints(text: str, reach: int) -> set[Paint]:
    words = tokens(unquoted(text))
    found: set[Paint] = set()
    for place, word in enumerate(words):
        if word not in COLOURS:
            continue
        for other in words[place + 1 : place + 1 + reach]:
            if other in COLOURS or other in _STOPS:
                break
            found.add((word, stem(other)))
        if place > 1 and words[place - 1] in _BE:
            found.add((word, stem(words[place - 2])))
    return found
