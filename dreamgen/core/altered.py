"""One word of a text changed so that it says something else: how free text gets a false twin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from dreamgen.core.claims import Action, Attribute, Claim, Description, Presence, Time, Tint
from dreamgen.core.colours import COLOURS, confusable

_WORD: Final = re.compile(r"[^\W\d_]+")

_ONE_OF: Final = (
    ("two", "three", "four", "five"),
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
_OF_ONE: Final = frozenset({"man", "woman", "boy", "girl"})
_PRONOUN: Final = re.compile(r"\b(?:he|she|his|hers?|him|himself|herself)\b", re.IGNORECASE)
"""A woman who raises his hand tells by herself that a word was changed."""
_SIDES: Final = frozenset({"left", "right"})
_TO_A_SIDE: Final = frozenset(
    {
        "the", "his", "her", "its", "their", "far", "upper", "lower", "top", "bottom", "to", "from", "turn", "turns",
        "turning", "move", "moves", "moving", "point", "points", "pointing", "pan", "pans", "panning",
    }
)  # fmt: skip
_OF_A_SIDE: Final = frozenset(
    {"of", "hand", "hands", "side", "arm", "leg", "foot", "shoulder", "knee", "corner", "edge", "half", "to"}
)
_JOINTS: Final = frozenset({"is", "are", "was", "in", "on", "at", "to", "from", "with", "and", "into", "by", "of"})
"""Words before which no noun is left out: `an orange with` is a fruit."""
_FORMS: Final = {
    "men": "man", "women": "woman", "ran": "run", "sat": "sit", "lay": "lie", "lying": "lie", "stood": "stand",
    "gray": "grey", "nighttime": "night", "daytime": "day",
}  # fmt: skip
_ENDINGS: Final = (("nning", "n"), ("tting", "t"), ("ing", ""), ("ed", ""), ("s", ""))


def altered(text: str, known: str = "") -> Iterator[str]:
    """The text with one word changed, in every way that the tables know.

    A word is left alone where it means something else (who left the room did not right it), or where the others would
    tell that it was changed. An article before it agrees with the new one.

    Args:
        text: what is true.
        known: other texts about the same; a word that stands there, in any form, is not put in, since it may be true
            as well.
    """
    said = {_root(word) for word in _words(f"{text} {known}")}
    places = list(_WORD.finditer(text))
    folded = [found.group().casefold() for found in places]
    for place, found in enumerate(places):
        if not _changeable(text, folded, place):
            continue
        for other in _others(folded[place]):
            if _root(other) not in said:
                shown = other.capitalize() if found.group()[0].isupper() else other
                before = _agreeing(text, places[place - 1] if place else None, found.start(), other)
                yield f"{before}{shown}{text[found.end() :]}"


def exchangeable(word: str) -> bool:
    """Whether the tables know others that say something else in the place of a word."""
    return next(_others(word.casefold()), None) is not None


def known_of(claims: Iterable[Claim]) -> str:
    """What claims say of who and what is there, in the words that could be put into a description."""
    told: list[str] = []
    for claim in claims:
        match claim:
            case Description():
                told.append(claim.text)
            case Presence():
                told.append(claim.what)
            case Attribute():
                told += [claim.colour or "", claim.value]
            case Tint():
                told.append(claim.colour)
            case Action():
                told.append(claim.action)
            case Time():
                told.append(claim.time)
            case _:
                pass
    return " ".join(told)


def adds(text: str, other: str, known: str) -> bool:
    """Whether `other` has a word that `text` has not, and that stands in `known` in any form."""
    new = {_root(word) for word in _words(other)} - {_root(word) for word in _words(text)}
    return not new.isdisjoint({_root(word) for word in _words(known)})


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _root(word: str) -> str:
    """A word without the ending of its form, as far as the tables need it: `run` for runs and running."""
    word = _FORMS.get(word, word)
    fitting = ((end, instead) for end, instead in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 2)
    end, instead = next(fitting, ("", ""))
    return word.removesuffix(end) + instead


def _changeable(text: str, folded: Sequence[str], place: int) -> bool:
    """Whether a word means there what it means in the tables."""
    word = folded[place]
    before = folded[place - 1] if place else ""
    after = folded[place + 1] if place + 1 < len(folded) else ""
    if word in _OF_ONE:
        return not _PRONOUN.search(text)
    if word in _SIDES:
        return before in _TO_A_SIDE or after in _OF_A_SIDE
    if word in ("before", "after"):
        return after.endswith("ing")
    if word in ("first", "last"):
        return before == "the"
    if word == "old":
        return before not in ("year", "years")
    if word == "orange":
        return not (before in ("a", "an", "the", "each") and after in {"", *_JOINTS})
    return True


def _agreeing(text: str, article: re.Match[str] | None, start: int, other: str) -> str:
    """All before a word, with the article that the other one needs."""
    if article is None or article.group().casefold() not in ("a", "an") or text[article.end() : start].strip():
        return text[:start]
    fitting = "an" if other[0] in "aeiou" else "a"
    fitting = fitting.capitalize() if article.group()[0].isupper() else fitting
    return f"{text[: article.start()]}{fitting}{text[article.end() : start]}"


def _others(word: str) -> Iterator[str]:
    if word in COLOURS:
        yield from (colour for colour in COLOURS if not confusable(colour, word))
    for row in _ONE_OF:
        if word in row:
            yield from (other for other in row if other != word)
