"""Place, time of day and weather, by classifiers on the look of whole frames."""

from __future__ import annotations

import math

from dreamgen.core.claims import Place, Time, WeatherIs
from dreamgen.core.lookalikes import alike
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure


def judge_place(case: Case, claim: Place) -> Opinion:
    """Which set it is."""
    return _judge(case, claim, "place", claim.place)


def judge_time(case: Case, claim: Time) -> Opinion:
    """Which light it is."""
    return _judge(case, claim, "time", claim.time)


def judge_weather(case: Case, claim: WeatherIs) -> Opinion:
    """Which weather it is."""
    return _judge(case, claim, "weather", claim.weather)


def _judge(case: Case, claim: Place | Time | WeatherIs, what: str, value: str) -> Opinion:
    takes = case.takes(claim)
    if not takes:
        return unsure("outside_the_film")
    chances: dict[str, float] = {}
    frames = sum(take.frames for take in takes)
    for take in takes:
        for name, chance in case.viewing.setting(take, what).items():
            chances[name] = chances.get(name, 0.0) + math.log(chance + 1e-4) * take.frames / frames
    total = sum(math.exp(log) for log in chances.values())
    chances = {name: math.exp(log) / total for name, log in chances.items()}
    best = max(chances, key=lambda name: chances[name])
    looked = [frame for take in takes for frame in case.viewing.looks(take)]
    if value not in chances:
        return unsure("unknown_value", f"{value} is none of {', '.join(sorted(chances))}")
    evidence = (
        f"looks most like {best} ({chances[best]:.2f}); {value} {chances[value]:.2f}; "
        f"frames {', '.join(map(str, looked[:6]))}"
    )
    # what could be mistaken for the claimed value speaks for it when it comes to refuting
    near = sum(chance for name, chance in chances.items() if alike(what, name, value))
    if chances[value] > 0.5:
        return supported(chances[value], evidence)
    if near < 0.25:
        return refuted(1 - near, evidence, f"other_{what}")
    return unsure(f"unclear_{what}", evidence)
