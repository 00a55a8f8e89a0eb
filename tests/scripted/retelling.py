"""What a text tells, read off by rule: who is in it, where it plays, and what each of its sentences shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from tests.scripted import vocabulary as words

_BEINGS = "old man|old woman|woman|man|boy|girl|" + "|".join(kind for _, kind in words.ANIMALS)
_COLOURS = "|".join(words.COLOURS)
_TOPS = "|".join(words.TOPS)


def block(tag: str, text: str) -> str:
    """What stands between <tag> and </tag>; nothing where there is no such block."""
    found = re.search(rf"<{tag}>\n(.*?)\n</{tag}>", text, re.DOTALL)
    return found[1] if found else ""


def parts(text: str) -> list[list[str]]:
    """The sentences of each part of a plot that has been cut up; empty for an invented story."""
    pieces = re.split(r"^(?:Part|Scene) \d+.*$", block("parts", text), flags=re.MULTILINE)[1:]
    return [list(numbered(piece).values()) for piece in pieces]


def numbered(text: str) -> dict[int, str]:
    """Number and sentence."""
    return {int(number): told for number, told in re.findall(r"^(\d+)\. (.*)$", text, re.MULTILINE)}


def beings(plot: str) -> list[dict[str, Any]]:
    """Name, kind and looks of all who are in a plot: those with a name first."""
    found = {name: _kind(name, plot) for name in _names(plot)}
    found |= {kind: kind for kind in re.findall(rf"\b(?:an?|the|my|her|his) ({_BEINGS})\b", plot)}
    return [{"name": name, "kind": kind, **_worn(name, plot)} for name, kind in found.items()]


def places(plot: str) -> list[tuple[str, str]]:
    """Name and set of all places that a plot names."""
    found = [word for word in re.findall(r"[a-z]+", plot.lower()) if word in words.SETS]
    return [(word, words.SETS[word]) for word in dict.fromkeys(found)]


def things(plot: str) -> list[tuple[str, str]]:
    """Name and kind of all things that a plot names."""
    known = [kind for _, kind in words.PROPS]
    return [(word, word) for word in dict.fromkeys(re.findall(r"[a-z]+", plot.lower())) if word in known]


def named(ids: Iterable[str], text: str) -> list[str]:
    """Those ids whose words stand in a text, in its order."""
    low = re.sub(r"[^a-z]+", " ", _unquoted(text).lower())
    found = ((re.search(rf"\b{one.replace('-', ' ')}\b", low), one) for one in ids)
    return [one for _, one in sorted((match.start(), one) for match, one in found if match)]


def when(sentences: Sequence[str], before: tuple[int, int]) -> tuple[int, int]:
    """Day, and part of the day (0 day, 1 sunset, 2 night), from those of the scene before."""
    day, light = before
    told = " ".join(sentences).lower()
    wanted = next(
        (at for at, marks in enumerate(("morning|noon|next day", "sunset|evening|dusk", "night|midnight"))
         if re.search(rf"\b(?:{marks})\b", told)),
        light,
    )  # fmt: skip
    return (day + 1 if wanted < light else day), wanted


def weather(sentences: Sequence[str]) -> str:
    """What it is like outside."""
    told = " ".join(sentences).lower()
    return next((one for one in ("rain", "snow", "fog") if one in told), "clear")


def verb(sentence: str) -> str:
    """The first verb of a sentence that is known; stand where there is none."""
    known = {words.conjugated(one): one for one in words.ALL_VERBS}
    return next((known[word] for word in re.findall(r"[a-z]+", _unquoted(sentence).lower()) if word in known), "stand")


def quotes(sentence: str) -> list[str]:
    """What is said in it."""
    return re.findall(r'"([^"]+)"', sentence)


def _unquoted(text: str) -> str:
    return re.sub(r'"[^"]*"', " ", text)


def _names(plot: str) -> list[str]:
    low = set(re.findall(r"\b[a-z]+\b", plot))
    found = dict.fromkeys(re.findall(r"\b[A-Z][a-z]+\b", plot))
    return [name for name in found if name.lower() not in low | words.NO_NAMES]


def _kind(name: str, plot: str) -> str:
    known = dict((*words.PEOPLE, *words.ANIMALS))
    return known.get(name) or ("woman" if re.search(r"\b(?:she|her)\b", plot) else "man")


def _worn(name: str, plot: str) -> dict[str, str]:
    found = re.search(rf"\b{name}\b[^.!?]*? ({_COLOURS}) ({_TOPS})\b", plot, re.IGNORECASE)
    return {"colour": found[1], "top": found[2]} if found else {}
