"""Short answers in words: whether they say the same, or surely something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from rapidfuzz import fuzz

from dreamgen.core.colours import COLOURS, confusable
from dreamgen.language.wording import alike, words

SPELT: Final = 90.0
"""Likeness of two words (0-100, rapidfuzz's ratio) from which they are one, misspelt."""
_EMPTY: Final = frozenset({
    "a", "an", "the", "it", "its", "is", "are", "was", "were", "be", "been", "being", "he", "she", "they", "his", "her",
    "their", "him", "them", "there", "this", "that", "to", "in", "on", "at", "of", "with", "and", "as", "by", "for",
    "about", "around", "can", "see", "seen", "video", "clip", "shot", "say", "says", "said", "do", "does",
})  # fmt: skip
"""Words that say nothing by themselves."""
_DENIAL: Final = re.compile(r"\b(?:not|no|never|neither|nor|without|nobody|none|cannot|unclear)\b|n['’]t\b", re.I)
_WORD: Final = re.compile(r"[^\W_]+")


def content(text: str) -> tuple[str, ...]:
    """The words that matter, in small letters and in the singular, each once."""
    plain = re.sub(r"['’]s\b", "", text.casefold())
    return tuple(dict.fromkeys(_singular(word) for word in _WORD.findall(plain) if word not in _EMPTY))


def denies(text: str) -> bool:
    """Whether a text says that something is not so."""
    return bool(_DENIAL.search(text))


def says_all(key: str, answer: str) -> bool:
    """Whether every word that matters in the key is in the answer, give or take a letter."""
    wanted, given = content(key), content(answer)
    return bool(wanted) and all(any(_same(one, other) for other in given) for one in wanted)


def says_other(key: str, answer: str) -> str:
    """What the answer names instead of something that the key names; empty when it names nothing else.

    Only where the key is short, each names one thing of a kind, such as a colour, a side or an animal, and nobody
    could take the one for the other. `He is left of her` and `she is right of him` are no such case.
    """
    size = len(content(key))
    for name, members, close in _kinds():
        if size > (2 if name == "side" else 4):
            continue
        wanted, given = _named(key, members), _named(answer, members)
        if len(wanted) == len(given) == 1 and not close(wanted[0], given[0]):
            return given[0]
    return ""


def hedges(key: str, answer: str) -> bool:
    """Whether the answer names several things of a kind of which the key names one: green or purple."""
    return any(len(_named(key, members)) == 1 < len(_named(answer, members)) for _, members, _ in _kinds())


def _named(text: str, members: tuple[str, ...]) -> list[str]:
    """The members of a kind that a text names; of `old man` and `man` the longer."""
    left, found = f" {' '.join(_WORD.findall(text.casefold()))} ", []
    for member in sorted(members, key=len, reverse=True):
        if f" {member} " in left:
            found.append(member)
            left = left.replace(f" {member} ", " | ")
    return found


Kind = tuple[str, tuple[str, ...], Callable[[str, str], bool]]


@cache
def _kinds() -> tuple[Kind, ...]:
    """Kinds of words of which one excludes another: the name, the words, and which of them come close."""
    return tuple(_listed())


def _listed() -> Iterator[Kind]:
    table = words()
    known = table["vocabulary"]
    yield "colour", tuple(COLOURS), confusable
    yield "side", ("left", "right"), str.__eq__
    yield "feeling", tuple(table["feelings"]), alike
    yield "light", (*table["light"].values(), "day"), lambda one, other: one == other or {one, other} <= _DAYS
    yield "weather", tuple(table["weather"].values()), lambda one, other: one == other or _FOG in (one, other)
    yield "place", tuple(table["places"]), alike
    yield "animal", tuple(known["animals"]), alike
    yield "person", tuple(known["people"]), alike
    yield "prop", tuple(known["props"]), alike


_DAYS: Final = frozenset({"day", "daytime"})
_FOG: Final = "foggy"
"""A foggy picture can pass for a clear, a rainy or a snowy one."""


def _same(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) > 3 and fuzz.ratio(one, other) >= SPELT)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
