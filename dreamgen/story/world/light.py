"""Whether words agree with the light and the weather of a scene, by the lists of `light.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeVar, get_args

from dreamgen.core.vocabulary import TimeOfDay, Weather
from dreamgen.story.writers.lexicon import split

_Setting = TypeVar("_Setting", TimeOfDay, Weather)
_SENTENCE = re.compile(r"[^.!?;]+[.!?;]*")
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')


def times_told(text: str, names: Sequence[str] = ()) -> tuple[frozenset[TimeOfDay], str]:
    """The lights that agree with a text, and the words that say so.

    All lights, and no words, where the text tells none or tells two that can't be together.

    Args:
        text: what is seen.
        names: names of the story, which tell nothing: a cat may be called Midnight.
    """
    return _told(text, names, "light", get_args(TimeOfDay))


def weathers_told(text: str, names: Sequence[str] = ()) -> tuple[frozenset[Weather], str]:
    """The same for the weather."""
    return _told(text, names, "weather", get_args(Weather))


def without_light(text: str, names: Sequence[str], time: TimeOfDay, weather: Weather) -> str:
    """A text without its sentences that disagree with a light or a weather; it may be empty then."""
    kept = []
    for sentence in _SENTENCE.findall(text):
        times, skies = times_told(sentence, names)[0], weathers_told(sentence, names)[0]
        if time in times and weather in skies:
            kept.append(sentence)
    return "".join(kept).strip()


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, without what is said in it."""
    return [sentence.strip() for sentence in _SENTENCE.findall(_QUOTED.sub(" ", text))]


def is_unsure(sentence: str) -> bool:
    """Whether a sentence may deny, remember or compare what it tells."""
    return bool(_unsure() & set(re.findall(r"[a-z']+", sentence.lower())))


def _told(text: str, names: Sequence[str], sort: str, every: Sequence[_Setting]) -> tuple[frozenset[_Setting], str]:
    low = text.casefold()
    if not any(mark in low for mark in _marks(sort)):
        return frozenset(every), ""
    plain = _QUOTED.sub(" ", text)
    if names:
        plain = _named(tuple(names)).sub("#", plain)
    agreed, found = frozenset(every), []
    for sentence in _SENTENCE.findall(plain.lower()):
        row = re.findall(r"[a-z'#]+", sentence)
        if _unsure() & set(row):
            continue
        joined = f" {' '.join(row)} "
        for words, at in _lists(sort):
            heard = [word for word in words if f" {word} " in joined]
            if heard:
                found += heard
                agreed &= at
    return (agreed, found[0]) if found and agreed else (frozenset(every), "")


@lru_cache(maxsize=64)
def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the names; the longest come first."""
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names), re.IGNORECASE)


@cache
def _marks(sort: str) -> tuple[str, ...]:
    """A part of each word of a list; a text without any of them tells nothing."""
    return tuple(dict.fromkeys(max(word.split(), key=len) for words, _ in _lists(sort) for word in words))


@cache
def _lists(sort: str) -> tuple[tuple[tuple[str, ...], frozenset[Any]], ...]:
    return tuple((split(entry["words"]), frozenset(split(entry["at"]))) for entry in _table()[sort])


@cache
def _unsure() -> frozenset[str]:
    return frozenset(split(_table()["unsure"]))


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("dreamgen.story.world").joinpath("light.toml").read_text(encoding="utf-8"))
