"""Time goes forward, and what is told of a scene agrees with its light and its weather."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dreamgen.core.vocabulary import TimeOfDay, Weather
from dreamgen.story.expansion.drafts import SceneDraft
from dreamgen.story.world.known import Known
from dreamgen.story.world.light import times_told, weathers_told, without_light
from dreamgen.story.world.state import CLOCK, Rule, moment

_LAST_DAY = 999
_NOTHING_TOLD = "They are there."
Wrong = tuple[int, Rule, str]
"""Index of the scene, what it breaks, and the same for people."""


def follow_clock(known: Known, scenes: Sequence[SceneDraft]) -> tuple[tuple[SceneDraft, ...], tuple[Wrong, ...]]:
    """The scenes of a story at times that follow each other, and what was wrong with them."""
    forward, wrong = _forward(scenes)
    lit = list(forward)
    for at, scene in enumerate(forward):
        before = moment(lit[at - 1].day, lit[at - 1].time_of_day) if at else (0, 0)
        then = forward[at + 1] if at + 1 < len(forward) else None
        latest = moment(then.day, then.time_of_day) if then else (_LAST_DAY, len(CLOCK))
        for rule, detail in _disagrees(known, scene):
            wrong.append((at, rule, detail))
        lit[at] = _agreeing(known, scene, before, latest)
    return tuple(lit), tuple(sorted(wrong, key=lambda one: one[0]))


def _forward(scenes: Sequence[SceneDraft]) -> tuple[list[SceneDraft], list[Wrong]]:
    found: list[SceneDraft] = []
    wrong: list[Wrong] = []
    for at, scene in enumerate(scenes):
        before = found[-1] if found else None
        if before and moment(scene.day, scene.time_of_day) < moment(before.day, before.time_of_day):
            told = f"day {scene.day}, {scene.time_of_day}, comes after day {before.day}, {before.time_of_day}"
            wrong.append((at, "back_in_time", told))
            scene = _after(before, scene)
        found.append(scene)
    return found, wrong


def _after(before: SceneDraft, scene: SceneDraft) -> SceneDraft:
    """A scene at its own light, on the same day or the next; at the light before where there is no day left."""
    if moment(before.day, scene.time_of_day) >= moment(before.day, before.time_of_day):
        return scene.model_copy(update={"day": before.day})
    if before.day < _LAST_DAY:
        return scene.model_copy(update={"day": before.day + 1})
    return scene.model_copy(update={"day": before.day, "time_of_day": before.time_of_day})


def _disagrees(known: Known, scene: SceneDraft) -> Iterator[tuple[Rule, str]]:
    times, light = times_told(scene.content, known.all_names)
    skies, sky = weathers_told(scene.content, known.all_names)
    if scene.time_of_day not in times:
        yield "other_light", f"its text speaks of {light}, but its time of day is {scene.time_of_day}"
    if scene.weather not in skies:
        yield "other_weather", f"its text speaks of {sky}, but its weather is {scene.weather}"


def _agreeing(known: Known, scene: SceneDraft, earliest: tuple[int, int], latest: tuple[int, int]) -> SceneDraft:
    """A scene in the light and weather that it tells; where the clock forbids that light, its text gives way."""
    skies: frozenset[Weather] = weathers_told(scene.content, known.all_names)[0]
    times: frozenset[TimeOfDay] = times_told(scene.content, known.all_names)[0]
    weather = scene.weather if scene.weather in skies else min(skies)
    told = [(day, time) for day in (scene.day, scene.day + 1) for time in CLOCK if time in times]
    fits = [(day, time) for day, time in told if earliest <= moment(day, time) <= latest and day <= _LAST_DAY]
    day, time = (scene.day, scene.time_of_day) if scene.time_of_day in times or not fits else fits[0]
    content = scene.content
    if time not in times:
        kept = without_light(content, known.all_names, time, weather)
        # split into sentences a name may fall apart, so what is left is looked at again
        content = next(
            text for text in (kept, scene.title, _NOTHING_TOLD) if text and _fits(known, text, time, weather)
        )
    return scene.model_copy(update={"day": day, "time_of_day": time, "weather": weather, "content": content})


def _fits(known: Known, text: str, time: TimeOfDay, weather: Weather) -> bool:
    return time in times_told(text, known.all_names)[0] and weather in weathers_told(text, known.all_names)[0]
