"""The words in which claims can be checked: what a text says of colours, deeds, places, light, sides and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from dreamgen.core.colours import COLOURS
from dreamgen.language.wording import words

_KEPT: Final = 4096
"""Texts whose terms are held ready: each answer is held against the same facts."""
_BOUND: Final = r"(?<![\w-]){}(?![\w-])"
_CLOCK: Final = re.compile(r"\b(\d{1,2}):(\d\d)(?:\.(\d))?\b")
_SECONDS: Final = re.compile(r"\b(\d+(?:\.\d+)?)[ -]?(?:s|secs?|seconds?)\b", re.IGNORECASE)
_FIGURE: Final = re.compile(r"(?<![\w.:])\d+(?![\w:]|\.\d)")
_ONE: Final = re.compile(
    r"\b(?:exactly|only|just|is|was|see) one\b(?! (?:of|by|after|more))"
    r"|\bone (?=person|animal|man|woman|boy|girl|child)|\A\W*one\W*\Z",
    re.IGNORECASE,
)
"""One as a number; mostly it is a pronoun."""
_NONE: Final = re.compile(r"\b(?:no one|nobody|none|zero|no (?:people|persons?|animals?))\b", re.IGNORECASE)
_COUNTED: Final = re.compile(r"\b(\w+) (people|persons?|animals?)\b", re.IGNORECASE)
_QUOTED: Final = re.compile(r"“([^“”]*)”|\"([^\"]*)\"")
_GARMENTS: Final = (
    "coat", "raincoat", "jacket", "robe", "hoodie", "sweater", "shirt", "T-shirt", "tee", "dress", "apron", "trousers",
    "shorts", "skirt", "hat", "straw hat", "top hat", "cap", "beanie", "crown", "scarf", "glasses", "beard", "backpack",
    "sack", "bag", "basket", "shoes", "boots", "hair", "fur", "armour", "cloak", "gown",
)  # fmt: skip
_SKY: Final = {
    "rain": ("rain", "rainy", "raining", "rains"), "snow": ("snow", "snowy", "snowing", "snows"),
    "fog": ("fog", "foggy", "mist", "misty"),
    "clear": ("clear sky", "clear weather", "sky is clear", "weather is clear"),
}  # fmt: skip
_NO_LIGHT: Final = re.compile(r"\btimes? of (?:the )?day\b", re.IGNORECASE)
_LIGHT: Final = {
    "night": ("night", "at night", "moonlight", "dark"), "sunset": ("sunset", "dusk", "evening"),
    "day": ("day", "by day", "daytime", "daylight"),
}  # fmt: skip
_SIDES: Final = {"left": ("left", "leftwards"), "right": ("to the right", "right of", "rightwards", "on the right")}


_PAST: Final = {
    "stand": "stood", "walk": "walked", "run": "ran", "fly": "flew", "sit": "sat", "talk": "talked", "wave": "waved",
    "point": "pointed", "lie": "lay down", "kneel": "knelt", "dance": "danced", "fall": "fell",
}  # fmt: skip


_SEEN: Final = {"walk with": "walk", "talk to": "talk", "wave at": "wave", "point at": "point"}
"""What a body is seen doing that does something to somebody."""
_WHOM: Final = r"(?!\s+(?:the\s+)?(?:start|end|beginning|same|first|last)\b)"


class Term(NamedTuple):
    """One thing that a text says and that claims can bear out."""

    sort: str
    """colour, pose, place, weather, light, side, feeling, number, camera, garment, being."""
    value: str
    """In the claims' own words."""


class Bound(NamedTuple):
    """Two terms that belong together: a coat and its colour."""

    what: str
    """The thing."""
    colour: str
    """Its colour."""


class Counted(NamedTuple):
    """A number of people or of animals."""

    what: str
    """people or animals."""
    number: str
    """In figures."""


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Term], ...]:
    """Longer words first, so that a raincoat is no coat."""
    said = sorted(_said(), key=lambda pair: -len(pair[0]))
    return tuple(
        (re.compile(_BOUND.format(re.escape(word)) + (_WHOM if term.sort == "deed" else ""), re.IGNORECASE), term)
        for word, term in said
    )


def _said() -> Iterator[tuple[str, Term]]:
    table = words()
    yield from ((name, Term("colour", name)) for name in COLOURS)
    yield from _forms(
        "pose", {row: forms for row, forms in table["poses"].items() if row not in ("hold", "hug", "look")}
    )
    yield from ((word, Term("pose", row)) for row, word in _PAST.items())
    yield from _forms("deed", table["deeds"])
    yield from ((name, Term("place", name)) for name in table["places"])
    for sort, group in (("weather", _SKY), ("light", _LIGHT), ("side", _SIDES)):
        yield from ((word, Term(sort, name)) for name, forms in group.items() for word in forms)
    yield from ((name, Term("feeling", name)) for name in table["feelings"] if name != "neutral")
    yield from ((word, Term("number", str(count))) for count, word in enumerate(table["numbers"]["words"]) if count > 1)
    yield from ((phrase, Term("camera", move)) for move, phrase in table["camera"].items())
    yield from ((name, Term("garment", _garment(name))) for name in _GARMENTS)
    yield from ((name, Term("being", name)) for name in _beings(table))


def _forms(sort: str, rows: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Term]]:
    for row, forms in rows.items():
        yield from ((form, Term(sort, row)) for form in forms)


def _beings(table: Mapping[str, Mapping[str, list[str]]]) -> tuple[str, ...]:
    vocabulary = table["vocabulary"]
    return (*vocabulary["animals"], *vocabulary["props"], *vocabulary["people"], "child", "wolf", "fox", "mouse")


def _garment(name: str) -> str:
    return "tee" if name == "T-shirt" else name


@cache
def beings() -> frozenset[str]:
    """Nouns for people and animals, who do things; a lantern does none."""
    vocabulary = words()["vocabulary"]
    return frozenset(_beings(words())) - {*vocabulary["props"]}


def terms(text: str) -> frozenset[Term]:
    """What a text says, each word once and the longest that fits; who waves at somebody waves.

    What somebody is quoted to say is no word of the text's own: `It is raining`, said in the sun, is no rain.
    """
    text = _NO_LIGHT.sub(" ", unquoted(text))
    said = {term for _, _, term in occurrences(text)}
    said |= {Term("number", str(int(figure))) for figure in _FIGURE.findall(_SECONDS.sub(" ", text))}
    said |= {Term("number", number) for number, way in (("1", _ONE), ("0", _NONE)) if way.search(text)}
    return frozenset(said | {Term("pose", _SEEN[term.value]) for term in said if term.value in _SEEN})


def counts(text: str) -> frozenset[Counted]:
    """Of whom it says how many there are: two people, 3 animals."""
    found = set()
    for number, noun in _COUNTED.findall(unquoted(text)):
        value = str(int(number)) if number.isdecimal() else _by_word().get(number.lower())
        if value:
            found.add(Counted("animals" if noun.lower().startswith("animal") else "people", value))
    return frozenset(found)


@cache
def _by_word() -> Mapping[str, str]:
    return {str(word): str(count) for count, word in enumerate(words()["numbers"]["words"])}


def unquoted(text: str) -> str:
    """A text without what it quotes."""
    return _QUOTED.sub(" ", text)


def quotes(text: str) -> tuple[str, ...]:
    """What it quotes, in small letters and without marks."""
    return tuple(plain(one or other) for one, other in _QUOTED.findall(text))


def plain(text: str) -> str:
    """The words of a text in small letters, one blank between."""
    return " ".join(re.findall(r"[^\W_]+(?:['’]\w+)?", text.casefold()))


def bounds(text: str) -> frozenset[Bound]:
    """Which colours it gives to which things: a red coat, the coat is red, is the coat red."""
    told = unquoted(text)
    said = sorted(occurrences(told))
    pairs = set()
    for (_, end, one), (start, _, other) in pairwise(said):
        between = told[end:start].strip().lower()
        if one.sort == "colour" and other.sort in ("garment", "being") and not between:
            pairs.add(Bound(other.value, one.value))
        if one.sort in ("garment", "being") and other.sort == "colour" and between in ("", "is", "was", "are", "were"):
            pairs.add(Bound(one.value, other.value))
    return frozenset(pairs)


def times(text: str) -> tuple[float, ...]:
    """Seconds of every clock time in it, and of every figure that is said to be seconds."""
    clocks = (int(m) * 60 + int(s) + int(t or 0) / 10 for m, s, t in _CLOCK.findall(text))
    return (*clocks, *map(float, _SECONDS.findall(_CLOCK.sub(" ", text))))


@lru_cache(maxsize=_KEPT)
def occurrences(text: str) -> tuple[tuple[int, int, Term], ...]:
    """Places of the terms, none inside of another."""
    taken: list[tuple[int, int, Term]] = []
    for pattern, term in _patterns():
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= first or start >= last for first, last, _ in taken):
                taken.append((start, end, term))
    return tuple(taken)
