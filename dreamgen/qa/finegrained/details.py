"""Which words two answers differ in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from dreamgen.qa.drafting.stems import WORD, telling, tokens


@dataclass(frozen=True)
class Detail:
    """Where two texts differ, when they differ in one place alone."""

    was: tuple[str, ...]
    """The words there in the one, in small letters."""
    now: tuple[str, ...]
    """The words there in the other."""


def details(right: str, wrong: str) -> tuple[Detail, ...]:
    """Every place where two texts differ: words in a row that are not the same."""
    one, other = tokens(right), tokens(wrong)
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return tuple(Detail(one[a:b], other[c:d]) for kind, a, b, c, d in steps if kind != "equal")


def swapped(text: str, was: tuple[str, ...], now: str) -> str | None:
    """The text with some words put in the place of others; None where those do not stand there exactly once.

    An article before them agrees with what follows it then.
    """
    if not was:
        return None
    found = list(WORD.finditer(text))
    places = [n for n in range(len(found) - len(was) + 1) if _said(found[n : n + len(was)]) == was]
    if len(places) != 1:
        return None
    (place,) = places
    start, end = found[place].start(), found[place + len(was) - 1].end()
    shown = now[:1].upper() + now[1:] if text[start].isupper() else now
    before = text[:start]
    if place and _said(found[place - 1 : place])[0] in ("a", "an"):
        article = found[place - 1]
        fitting = "an" if now[:1].casefold() in "aeiou" else "a"
        fitting = fitting.capitalize() if article.group()[0].isupper() else fitting
        before = f"{text[: article.start()]}{fitting}{text[article.end() : start]}"
    return f"{before}{shown}{text[end:]}"


def _said(found: Iterable[re.Match[str]]) -> tuple[str, ...]:
    return tuple(match.group().casefold() for match in found)


def parted(words: Sequence[str]) -> bool:
    """Whether words that say something stand on both sides of one that does not: `peels a potato` has two details."""
    says = [bool(list(telling([word]))) for word in words]
    return any(not said and any(says[:place]) and any(says[place:]) for place, said in enumerate(says))
