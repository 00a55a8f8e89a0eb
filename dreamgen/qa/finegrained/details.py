"""Which words two answers differ in, and which words of a text are nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SHORTEST: Final = 3
"""Letters of the shortest word that says something by itself; shorter ones that do are in `_SHORT`."""
_SHORT: Final = frozenset({"up"})
_EMPTY: Final = frozenset((
    "the", "and", "are", "was", "were", "been", "being", "she", "her", "hers", "his", "him", "their", "them", "they",
    "its", "this", "that", "these", "those", "there", "here", "who", "whom", "whose", "what", "which", "with", "from",
    "for", "into", "onto", "over", "while", "when", "where", "then", "than", "both", "each", "one", "other", "another",
    "some", "any", "does", "did", "has", "have", "had", "having", "not", "also", "very", "just", "first", "second",
    "third", "last", "next", "after", "before", "same", "time", "times", "video", "clip", "viewer", "picture", "frame",
    "frames", "sees", "see", "seen", "shown", "shows", "person", "people", "someone", "somebody", "something", "thing",
    "things", "man", "woman", "boy", "girl", "child",
))  # fmt: skip
"""Words that say nothing that a fact could bear out, or that stand for somebody whom the question names."""
_ENDINGS: Final = ("ing", "ers", "ies", "ied", "ed", "es", "er", "ly", "s", "e", "y")
_STEM: Final = 3
"""Letters that are left of a word at least."""


@dataclass(frozen=True)
class Detail:
    """Where two texts differ, when they differ in one place alone."""

    was: tuple[str, ...]
    """The words there in the one, in small letters."""
    now: tuple[str, ...]
    """The words there in the other."""


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in small letters, without marks."""
    return tuple(word.casefold() for word in _WORD.findall(text))


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
    found = list(_WORD.finditer(text))
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


def foreign(text: str | Iterable[str], known: str) -> list[str]:
    """The words of `text` that say something and have no like in `known`, whatever their endings."""
    there = [stem(word) for word in tokens(known)]
    return [word for word in telling(text) if not any(_like(stem(word), other) for other in there)]


def parted(words: Sequence[str]) -> bool:
    """Whether words that say something stand on both sides of one that does not: `peels a potato` has two details."""
    says = [bool(list(telling([word]))) for word in words]
    return any(not said and any(says[:place]) and any(says[place:]) for place, said in enumerate(says))


def telling(text: str | Iterable[str]) -> Iterator[str]:
    """The words that say something by themselves: no pronouns, no articles."""
    for word in tokens(text) if isinstance(text, str) else text:
        if (len(word) >= _SHORTEST or word in _SHORT or word.isdecimal()) and word not in _EMPTY:
            yield word


def stem(word: str) -> str:
    """A word without its ending: `cutting`, `cuts` and `cut` have one stem."""
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _STEM), "")
    bare = word.removesuffix(ending) if ending else word
    return bare[:-1] if ending and len(bare) > _STEM and bare[-1] == bare[-2] else bare


def _like(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) > _STEM and (one.startswith(other) or other.startswith(one)))
