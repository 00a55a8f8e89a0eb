"""Place, time of day and weather, by classifiers on the look of whole frames."""

from __future__ import annotations

from functools import partial

from dreamgen.core.claims import Place, Time, WeatherIs
from dreamgen.core.lookalikes import alike
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion
from dreamgen.verify.judging.telling import told


def judge_place(case: Case, claim: Place) -> Opinion:
    """Which set it is."""
    return told(case.viewing.setting(case.takes(claim), "place"), "place", (claim.place,), partial(alike, "place"))


def judge_time(case: Case, claim: Time) -> Opinion:
    """Which light it is."""
    return told(case.viewing.setting(case.takes(claim), "time"), "time", (claim.time,), partial(alike, "time"))


def judge_weather(case: Case, claim: WeatherIs) -> Opinion:
    """Which weather it is."""
    chances = case.viewing.setting(case.takes(claim), "weather")
    return told(chances, "weather", (claim.weather,), partial(alike, "weather"))
