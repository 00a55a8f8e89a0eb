"""Where and when it happens, and in what weather."""

from __future__ import annotations

from collections.abc import Iterator

from dreamgen.core.claims import Place, Time, WeatherIs
from dreamgen.qa.asking import Asking, Draft, Fact
from dreamgen.qa.moments import Moment, throughout
from dreamgen.qa.wording import alike, place, words
from dreamgen.qa.world import World, covers


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


PROGRAMS = {"place_at": place_at, "light_at": light_at, "weather_at": weather_at, "setting_at": setting_at}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about place, light and weather, each for a stretch in which it does not change."""
    world = asking.world
    for kind, task, wording, compute in (
        (Place, "where", "where", place_at),
        (Time, "when", "light", light_at),
        (WeatherIs, "weather", "weather", weather_at),
        (Place, "setting", "setting", setting_at),
    ):
        for claim in _stretches(world, kind):
            for moment in _moments(asking, claim, wording):
                bounds = (("start", f"{moment.start:.3f}"), ("end", f"{moment.end:.3f}"))
                grounds = [c for c in world.during(kind, *moment.span) if covers([c], c.start, c.end)]
                extra = world.during(Time, *moment.span) if wording == "setting" else ()
                fact = Fact(
                    task=task,
                    wording=wording,
                    program=compute.__name__,
                    arguments=bounds,
                    moment=moment,
                    claims=world.ids_of((*grounds, *extra)),
                    slots={},
                    near=_near(world, wording),
                    far=_far(wording),
                    clash=_clash,
                    forms=("open", "yes_no") if wording == "light" else ("open", "choice", "yes_no"),
                )
                yield from asking.drafts(fact, compute)


def _stretches(world: World, kind: type[Place] | type[Time] | type[WeatherIs]) -> list[tuple[float, float]]:
    """Spans of equal value, neighbours joined."""
    joined: list[tuple[str, float, float]] = []
    for claim in world.all(kind):
        value = getattr(claim, {Place: "place", Time: "time", WeatherIs: "weather"}[kind])
        if joined and joined[-1][0] == value and claim.start <= joined[-1][2] + 0.15:
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


def _near(world: World, wording: str) -> list[str]:
    if wording == "where":
        return sorted({place(c.place) for c in world.all(Place)})
    if wording == "setting":
        times = sorted(words()["time"].values())
        return sorted({f"{place(c.place)} {time}" for c in world.all(Place) for time in times})
    return []


def _far(wording: str) -> list[str]:
    table = words()
    if wording == "where":
        return [place(name) for name in table["vocabulary"]["places"]]
    if wording == "setting":
        return [f"{place(name)} {time}" for name in table["vocabulary"]["places"] for time in table["time"].values()]
    return list(table["light" if wording == "light" else "weather"].values())


def _clash(one: str, other: str) -> bool:
    """Settings clash when their places could be one and their light is the same."""
    parts, parts_2 = _split(one), _split(other)
    return parts[1] == parts_2[1] and alike(parts[0], parts_2[0])


def _split(text: str) -> tuple[str, str]:
    for time in words()["time"].values():
        if text.endswith(f" {time}"):
            return _noun(text.removesuffix(f" {time}")), time
    return _noun(text), ""


def _noun(text: str) -> str:
    return text.split(" a ", 1)[-1].split(" an ", 1)[-1]
