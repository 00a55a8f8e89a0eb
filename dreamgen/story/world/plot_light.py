"""Light and weather that one sentence of a plot states in so many words."""

from __future__ import annotations

import re
from typing import get_args

from dreamgen.core.vocabulary import TimeOfDay, Weather
from dreamgen.story.writers.lexicon import words
from dreamgen.story.writers.setting import Setting

_PLAINLY: dict[TimeOfDay, frozenset[str]] = {
    "night": frozenset({"night", "midnight", "nighttime", "nightfall"}),
    "sunset": frozenset({"sunset", "dusk", "sundown", "sets", "setting"}),
    "day": frozenset({"noon", "midday", "daylight", "daytime"}),
}
"""Words that leave no other light; with any other word for it, a neighbouring one may be meant."""
_NEAR: dict[TimeOfDay, frozenset[TimeOfDay]] = {
    "night": frozenset({"night", "sunset"}),
    "sunset": frozenset({"sunset", "night"}),
    "day": frozenset({"day", "sunset"}),
}
_ONLY_A_DATE = frozenset({"eve", "stars", "overnight", "nightly", "tonight"})
_FALLING: dict[Weather, frozenset[str]] = {
    "rain": frozenset({"rain", "rains", "raining", "rainy", "rained", "drizzle", "drizzling", "downpour", "pouring"}),
    "snow": frozenset({"snows", "snowing", "snowed", "snowy", "snowfall", "blizzard", "snowstorm"}),
    "fog": frozenset({"fog", "foggy", "mist", "misty"}),
}
_NOT_NOW = frozenset(
    {"after", "before", "until", "till", "if", "like", "would", "will", "when",
     "remember", "remembers", "remembered", "dream", "dreams", "dreamt", "dreamed", "dreaming", "imagines", "imagined"}
)  # fmt: skip


def times_of(text: str) -> frozenset[TimeOfDay] | None:
    """The lights that a sentence allows; None where it tells none, or more than one."""
    low = _words(text)
    heard = [word for word in low if word not in _ONLY_A_DATE]
    lists = {time: words("places", "time_of_day", time) for time in get_args(TimeOfDay)}
    dawn = words("places", "time_of_day", "dawn")
    told = {time for time, known in lists.items() if known & set(heard)} | ({"day"} if dawn & set(heard) else set())
    ends = {_ending(text, time) for time in get_args(TimeOfDay)}
    if len(ends) != 1 or len(told) > 1 or _NOT_NOW & set(low):
        return None
    (end,) = ends
    if not told and not {"sun"} & set(low):
        return None  # "some days later" tells a date, and no light
    return frozenset({end}) if _PLAINLY[end] & set(low) else _NEAR[end]


def weathers_of(text: str) -> frozenset[Weather] | None:
    """The weather that a sentence states; None where it states none."""
    low = set(_words(text))
    told = [weather for weather, known in _FALLING.items() if known & low]
    ends = set()
    for before in get_args(Weather):
        setting = Setting()
        setting.weather = before
        setting.weather_and_light(text)
        ends.add(setting.weather)
    return frozenset(told) if len(told) == 1 and ends == set(told) and not _NOT_NOW & low else None


def _ending(text: str, before: TimeOfDay) -> TimeOfDay:
    setting = Setting()
    setting.time = before
    setting.weather_and_light(text)
    return setting.time


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z'-]+", re.sub(r'"[^"]*"', " ", text.lower()))
