"""Where frames are set: `In the blacksmith's shop, ...`, `At the entrance of the Cathedral, ...`."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from dreamgen.core.story import Location
from dreamgen.story.writers.kinds import slug
from dreamgen.story.writers.lexicon import index, places
from dreamgen.story.writers.offered import choose_set

_PREPOSITION: Final = (
    "(?:in|at|on|inside|outside|within|near|under|by|behind|atop|amid|amidst|around|through|above|below)"
)
_OPENING: Final = re.compile(
    rf"\s*(?:just )?{_PREPOSITION}\b(?: (?:front|the top|top) of\b)? (?P<place>[^,.;]{{2,60}}),\s*(?P<rest>\S.*)",
    re.I | re.S,
)
_ARTICLE: Final = re.compile(r"^(?:(?:the|a|an|his|her|their|this|that|its)\s+)+")
_PART_OF: Final = re.compile(
    r"^(?:front|top|end|edge|entrance|doorway|door|gate|middle|heart|center|centre|corner|side|back|foot|depths|"
    r"path leading|way leading) (?:of|to|from) (?:the )?(?=\S)"
)
_PART: Final = re.compile(r"(?<=\S) (?:edge|entrance|door|doorway|corner)$")
_SMALL: Final = {"of", "the", "in", "at", "on", "and"}
ANYWHERE: Final = "street"
"""Where it happens when nothing tells."""


def split(text: str) -> tuple[str, str]:
    """The place that a frame begins with, in small letters and bare, and the rest; the place may be empty."""
    found = _OPENING.match(text)
    if found is None:
        return "", text
    place = bare(found["place"])
    if not place or set(place.split()) <= _times() or re.search(r"\b(?:is|are|was|stands?|sits?)\b", place):
        return "", text
    return place, found["rest"]


def bare(place: str) -> str:
    """A place without article and without which part of it: `the entrance of the Cathedral` is the cathedral."""
    text = re.sub(r"\s+", " ", place.replace("\u2019", "'").lower()).strip()
    for _ in range(2):
        text = _PART_OF.sub("", _ARTICLE.sub("", text))
    return _PART.sub("", text)


def same_places(named: Sequence[str]) -> dict[str, str]:
    """Every name of a place to the one that it mostly goes by: `tunnel` to `hidden tunnels`.

    Args:
        named: the places of the frames, in order; empty where a frame names none.
    """
    times = Counter(place for place in named if place)
    ranked = sorted(times, key=lambda place: (-times[place], place))
    found: dict[str, str] = {}
    for place in ranked:
        mine = _stems(place)
        for other in ranked[: ranked.index(place)]:
            theirs = _stems(other)
            if mine >= theirs or (mine <= theirs and place.split()[-1].rstrip("s") == other.split()[-1].rstrip("s")):
                found[place] = found[other]
                break
        else:
            found[place] = place
    return found


def told_within(text: str, known: Mapping[str, str]) -> str:
    """The first known place that a frame names anywhere: for one that does not begin with it. Empty for none."""
    low = text.replace("\u2019", "'").lower()
    at = {place: found.start() for place in known if (found := re.search(rf"\b{re.escape(place)}\b", low))}
    return known[min(at, key=lambda place: (at[place], -len(place)))] if at else ""


def locations_of(names: Sequence[str], shown: Mapping[str, str], taken: set[str]) -> dict[str, Location]:
    """Every place by its name, with the set that shows it or stands in for it.

    Args:
        names: of places.
        shown: how the frames write them mostly: Town Square.
        taken: ids that others have; the new ones are added.
    """
    found: dict[str, Location] = {}
    for name in dict.fromkeys(names):
        base = one = slug(name) or "place"
        number = 2
        while one in taken:
            one, number = f"{base}-{number}", number + 1
        taken.add(one)
        drawn, honest = set_of(name)
        label = shown.get(name, name)
        found[name] = Location(id=one, name=f"the {label}", set=drawn, stand_in_for=None if honest else f"the {label}")
    return found


def is_place(word: str) -> bool:
    """Whether a word in small letters names a sort of place."""
    return word in _own() or word in places()


def set_of(place: str) -> tuple[str, bool]:
    """The set for a place, and whether a viewer would call it so."""
    own = [word for word in _own() if re.search(rf"\b{re.escape(word)}(?!\w)", place)]
    if own:
        return _own()[max(own, key=len)]
    words = place.split()
    for size in range(len(words), 0, -1):
        entry = places().get(" ".join(words[-size:]))
        chosen = choose_set(entry.shows, entry.stands_in) if entry is not None else None
        if chosen is not None:
            return chosen
    for word in reversed(words):
        entry = places().get(word)
        chosen = choose_set(entry.shows, entry.stands_in) if entry is not None else None
        if chosen is not None:
            return chosen[0], False
    return ANYWHERE, False


@cache
def _own() -> Mapping[str, tuple[str, bool]]:
    data = tomllib.loads(files("dreamgen.story.dreamframe").joinpath("places.toml").read_text("utf-8"))
    return {
        word.replace("_", " "): (name, honest)
        for key, honest in (("stands_in", False), ("shows", True))
        for name, text in data[key].items()
        for word in text.split()
    }


@cache
def _times() -> frozenset[str]:
    light = {word for word in index("places", "time_of_day")}
    return frozenset(light | {"dusk", "dawn", "day", "night", "morning", "evening", "noon", "last", "once", "first"})


def _stems(place: str) -> frozenset[str]:
    return frozenset(word.removesuffix("'s").rstrip("s") for word in place.split() if word not in _SMALL)
