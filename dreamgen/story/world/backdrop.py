"""Where and in which light a scene of a given plot is, as far as the plot says so beyond doubt."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.core.vocabulary import TimeOfDay, Weather
from dreamgen.story.expansion.drafts import Premise, SceneDraft
from dreamgen.story.expansion.ids import ids_of
from dreamgen.story.world.plot import Sentence, bare, unquoted
from dreamgen.story.world.state import CLOCK


def right_time(scene: SceneDraft, part: Sequence[Sentence]) -> TimeOfDay:
    """The light of a scene that tells these sentences; its own where they leave it open."""
    agreed = frozenset(CLOCK).intersection(*(sentence.times for sentence in part))
    heard = {time for sentence in part for _, time, _ in sentence.settings}
    sure = len(agreed) < len(CLOCK) and heard and heard <= agreed
    if not sure or scene.time_of_day in agreed:
        return scene.time_of_day
    return next(time for time in CLOCK if time in agreed & heard)


def right_weather(scene: SceneDraft, part: Sequence[Sentence]) -> Weather:
    """The weather of a scene that tells these sentences; its own where they leave it open."""
    told = {next(iter(sentence.weathers)) for sentence in part if len(sentence.weathers) == 1}
    heard = {weather for sentence in part for _, _, weather in sentence.settings}
    return told.pop() if len(told) == 1 and heard == told else scene.weather


def is_stated(part: Sequence[Sentence]) -> bool:
    """Whether any of these sentences states a light or a weather."""
    return any(len(one.times) < len(CLOCK) or len(one.weathers) == 1 for one in part)


def right_place(scene: SceneDraft, part: Sequence[Sentence], premise: Premise) -> str:
    """The id of the place of a scene that tells these sentences; its own where they leave it open."""
    heard = {place for sentence in part for place, _, _ in sentence.settings}
    said = {word for sentence in part for word in bare(unquoted(sentence.text))}
    names = dict(zip(ids_of(premise).places, (bare(one.name) for one in premise.places), strict=True))
    last = bare(heard.copy().pop())[-1:] if len(heard) == 1 else ()
    fits = [one for one, name in names.items() if name[-1:] == last]
    own = names.get(scene.place, ())
    if not last or not said >= set(last) or len(fits) != 1 or set(own[-1:]) & said:
        return scene.place
    return fits[0]
