"""Where and when it happens, and in what weather."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from dreamgen.core.claims import Place, Time, WeatherIs
from dreamgen.language.moments import Moment, throughout
from dreamgen.language.wording import alike, place, words
from dreamgen.language.world import SLACK, World, overlap
from dreamgen.qa.asking import Asking, Compute, Draft, Fact


def place_at(world: World, start: str, end: str) -> str | None:
    """The one place that is seen from `start` to `end`: `in a forest`."""
    found = {c.place for c in world.during(Place, float(start), float(end))}
    return place(found.pop()) if len(found) == 1 else None


def light_at(world: World, start: str, end: str) -> str | None:
    """The one time of day from `start` to `end`: `sunset`."""
    found = {c.time for c in world.during(Time, float(start), float(end))}
    return str(words()["light"][found.pop()]) if len(found) == 1 else None


def weather_at(world: World, start: str, end: str) -> str | None:
    """The one weather from `start` to `end`: `rainy`."""
    found = {c.weather for c in world.during(WeatherIs, float(start), float(end))}
    return str(words()["weather"][found.pop()]) if len(found) == 1 else None


def setting_at(world: World, start: str, end: str) -> str | None:
    """Place and light together: `in a forest at night`."""
    where = place_at(world, start, end)
    times = {c.time for c in world.during(Time, float(start), float(end))}
    return f"{where} {words()['time'][times.pop()]}" if where and len(times) == 1 else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "place_at": place_at,
    "light_at": light_at,
    "weather_at": weather_at,
    "setting_at": setting_at,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about place, light and weather, each for a stretch in which it does not change."""
    world = asking.world
    for task, wording, claims, compute in (
        ("where", "where", world.all(Place), place_at),
        ("when", "light", world.all(Time), light_at),
        ("weather", "weather", world.all(WeatherIs), weather_at),
        ("setting", "setting", world.all(Place), setting_at),
    ):
        for span in _stretches(claims):
            for moment in _moments(asking, span, wording):
                yield from asking.drafts(_fact(asking, task, wording, compute, claims, moment), compute)


def _fact(
    asking: Asking,
    task: str,
    wording: str,
    compute: Compute,
    claims: Sequence[Place | Time | WeatherIs],
    moment: Moment,
) -> Fact:
    grounds = [c for c in claims if overlap((c.start, c.end), moment.span) > 0]
    extra = asking.world.during(Time, *moment.span) if wording == "setting" else ()
    return Fact(
        task=task,
        wording=wording,
        program=next(name for name, program in PROGRAMS.items() if program is compute),
        arguments=(("start", f"{moment.start:.3f}"), ("end", f"{moment.end:.3f}")),
        moment=moment,
        claims=asking.world.ids_of((*grounds, *extra)),
        slots={},
        near=_near(asking, wording, moment),
        far=_far(wording),
        clash=_clash,
        # three lights are too few for four options; the setting asks for them
        forms=("open", "yes_no") if wording == "light" else ("open", "choice", "yes_no"),
    )


def _stretches(claims: Sequence[Place | Time | WeatherIs]) -> list[tuple[float, float]]:
    """Spans of equal value, neighbours joined."""
    joined: list[tuple[str, float, float]] = []
    for claim in claims:
        value = claim.place if isinstance(claim, Place) else claim.time if isinstance(claim, Time) else claim.weather
        if joined and joined[-1][0] == value and claim.start <= joined[-1][2] + SLACK:
            joined[-1] = (value, joined[-1][1], max(claim.end, joined[-1][2]))
        else:
            joined.append((value, claim.start, claim.end))
    return [(start, end) for _, start, end in joined]


def _moments(asking: Asking, span: tuple[float, float], wording: str) -> tuple[Moment, ...]:
    moments = throughout(asking.world, *span)
    # a setting can't be named by itself: `in the forest, where is it?`
    told = [
        m
        for m in moments
        if not m.words.startswith(("in the ", "at ", "on the ", "by ", "while ")) or "shot" in m.words
    ]
    return (asking.pick(told, "moment", wording, f"{span[0]:.3f}"),) if told else ()


def _near(asking: Asking, wording: str, moment: Moment) -> list[str]:
    world = asking.world
    if wording == "where":
        return sorted({place(c.place) for c in world.all(Place)})
    here, now = world.during(Place, *moment.span), world.during(Time, *moment.span)
    if wording != "setting" or not here or not now:
        return []
    known = [c.place for c in world.all(Place)]
    elsewhere = [p for p in sorted(set(known)) if not alike(p, here[0].place)]
    elsewhere = elsewhere or [p for p in words()["vocabulary"]["places"] if not alike(p, here[0].place)]
    there = asking.pick(elsewhere, "elsewhere", moment.words)
    then = asking.pick([time for time in sorted(words()["time"]) if time != now[0].time], "then", moment.words)
    # another place, another light, and both: no option is the middle of the others
    light = words()["time"]
    return [
        f"{place(where)} {light[when]}" for where, when in ((there, now[0].time), (here[0].place, then), (there, then))
    ]


def _far(wording: str) -> list[str]:
    table = words()
    if wording == "where":
        return [place(name) for name in table["vocabulary"]["places"]]
    if wording == "setting":
        return []
    return list(table["light" if wording == "light" else "weather"].values())


def _clash(one: str, other: str) -> bool:
    """Whether two bare places could be one; settings are chosen not to clash."""
    return one == other or (_noun(one) != one and _noun(other) != other and alike(_noun(one), _noun(other)))


def _noun(text: str) -> str:
    return text.split(" a ", 1)[-1].split(" an ", 1)[-1]
