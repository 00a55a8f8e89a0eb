"""What is different afterwards: the place, the light, the weather, a face, a body."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from dreamgen.core.claims import Action, Claim, Expression, Place, Time, WeatherIs
from dreamgen.language.mentions import mention
from dreamgen.language.moments import Moment, clocked, from_shot_to_shot, whole
from dreamgen.language.wording import alike, place, words
from dreamgen.language.world import SLACK, World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact

Kind = type[Place] | type[Time] | type[WeatherIs]

_POSTURES = ("stand", "sit", "lie", "kneel")


@dataclass(frozen=True)
class _Sort:
    """One thing that changes by itself."""

    wording: str
    program: str
    kind: Kind
    value: Callable[[Any], str]
    """What a claim of the kind says."""
    known: Callable[[], Sequence[str]]
    """Values from the vocabulary."""
    word: Callable[[str], str]
    """A value in words."""


def place_change(world: World, start: str, end: str) -> str | None:
    """From which place to which the picture changes from `start` to `end`: `from a forest to a street`."""
    return _changed(world, Place, lambda claim: claim.place, _bare_place, start, end)


def light_change(world: World, start: str, end: str) -> str | None:
    """How the time of day changes: `from daytime to night`."""
    return _changed(world, Time, lambda claim: claim.time, lambda value: str(words()["light"][value]), start, end)


def weather_change(world: World, start: str, end: str) -> str | None:
    """How the weather changes: `from rainy to clear`."""
    return _changed(
        world, WeatherIs, lambda claim: claim.weather, lambda value: str(words()["weather"][value]), start, end
    )


def sky_change(world: World, start: str, end: str) -> str | None:
    """How weather and light change together: `from a rainy day to a clear night`."""
    span = float(start), float(end)
    times, weathers = world.during(Time, *span), world.during(WeatherIs, *span)
    if not covers(times, *span) or not covers(weathers, *span):
        return None
    lights, skies = _values(times, lambda claim: claim.time), _values(weathers, lambda claim: claim.weather)
    if len(lights) != 2 or len(skies) != 2:
        return None
    return f"from {_sky(skies[0], lights[0])} to {_sky(skies[1], lights[1])}"


def face_change(world: World, entity: str, start: str, middle: str, end: str) -> str | None:
    """How the look on a face is different after the cut in the `middle`: `from sad to happy`."""
    found = _two_sided(world, Expression, entity, (float(start), float(middle), float(end)))
    pair = [str(words()["feelings"][claim.feeling]) for claim in found if isinstance(claim, Expression)]
    return f"from {pair[0]} to {pair[1]}" if len(pair) == 2 and not alike(*pair) else None


def posture_change(world: World, entity: str, start: str, middle: str, end: str) -> str | None:
    """How a body is held differently after the cut in the `middle`: `from standing to sitting`."""
    found = _two_sided(world, Action, entity, (float(start), float(middle), float(end)))
    rows = [claim.action for claim in found if isinstance(claim, Action) and claim.action in _POSTURES]
    return f"from {_pose(rows[0])} to {_pose(rows[1])}" if len(rows) == 2 and not alike(*rows) else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "place_change": place_change,
    "light_change": light_change,
    "weather_change": weather_change,
    "sky_change": sky_change,
    "face_change": face_change,
    "posture_change": posture_change,
}

_SORTS: Final = (
    _Sort(
        "place_change", "place_change", Place, lambda claim: str(claim.place),
        lambda: [str(name) for name in words()["vocabulary"]["places"]], lambda value: _bare_place(value),
    ),
    _Sort(
        "light_change", "light_change", Time, lambda claim: str(claim.time), lambda: list(words()["light"]),
        lambda value: str(words()["light"][value]),
    ),
    _Sort(
        "weather_change", "weather_change", WeatherIs, lambda claim: str(claim.weather),
        lambda: list(words()["weather"]), lambda value: str(words()["weather"][value]),
    ),
)  # fmt: skip


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about what changes in a scene."""
    yield from ask_film(asking)
    world = asking.world
    for entity in world.entities:
        for index in range(len(world.shots) - 1):
            moment = from_shot_to_shot(world, index)
            if moment is not None:
                middle = world.shots[index][1]
                yield from _face(asking, entity, moment, middle)
                yield from _posture(asking, entity, moment, middle)


def ask_film(asking: Asking) -> Iterator[Draft]:
    """Questions about what changes in a scene or a film: place, light, weather."""
    for sort in _SORTS:
        for moment, pair in _moments(asking.world, sort):
            yield from _change(asking, sort, moment, pair)
    skies = (moment for sort in _SORTS[1:] for moment, _ in _moments(asking.world, sort))
    for moment in {(moment.span, moment.words): moment for moment in skies}.values():
        yield from _sky_over(asking, moment)


def _values(claims: Sequence[Any], value: Callable[[Any], str]) -> list[str]:
    """What is claimed one after the other, each only where it is another than before."""
    found: list[str] = []
    for claim in claims:
        if not found or found[-1] != value(claim):
            found.append(value(claim))
    return found


def _changed(
    world: World, kind: Kind, value: Callable[[Any], str], word: Callable[[str], str], start: str, end: str
) -> str | None:
    span = float(start), float(end)
    claims = world.during(kind, *span)
    values = _values(claims, value)
    if len(values) != 2 or alike(*values) or not covers(claims, *span):
        return None
    return f"from {word(values[0])} to {word(values[1])}"


def _bare_place(name: str) -> str:
    """`a forest`, without its preposition."""
    return place(name).split(" ", 1)[1]


def _pose(row: str) -> str:
    return str(words()["poses"][row][0])


def _sky(weather: str, time: str) -> str:
    adjective = str(words()["weather"][weather])
    return f"a {adjective} {time}"


def _moments(world: World, sort: _Sort) -> Iterator[tuple[Moment, tuple[str, str]]]:
    """Stretches, as long as can be, in which one value gives way to another once."""
    runs: list[tuple[str, float, float]] = []
    for claim in world.all(sort.kind):
        value = sort.value(claim)
        if runs and runs[-1][0] == value and claim.start <= runs[-1][2] + SLACK:
            runs[-1] = (value, runs[-1][1], max(claim.end, runs[-1][2]))
        else:
            runs.append((value, claim.start, claim.end))
    for (one, start, cut), (other, begin, end) in pairwise(runs):
        if abs(begin - cut) > SLACK or alike(one, other):
            continue
        moment = _named(world, start, cut, end)
        if moment is not None:
            yield moment, (one, other)


def _named(world: World, start: float, cut: float, end: float) -> Moment | None:
    if start <= world.opening + SLACK and end >= world.seconds - SLACK:
        # nothing is claimed of a title card
        return Moment(max(start, world.opening), world.seconds, "", whole(world).claims)
    at = next((n for n, shot in enumerate(world.shots[:-1]) if abs(shot[1] - cut) <= SLACK), None)
    moment = from_shot_to_shot(world, at) if at is not None else None
    if moment is not None and moment.start >= start - SLACK and moment.end <= end + SLACK:
        return moment
    times = clocked(start, end)
    return times[0] if times and times[0].start < cut - 0.5 and times[0].end > cut + 0.5 else None


def _crossed(one: str, other: str, third: str) -> list[str]:
    """Wrong changes: back, and to and from a third value, so that no option is the middle of the others."""
    return [f"from {other} to {one}", f"from {one} to {third}", f"from {third} to {one}"]


def _change(asking: Asking, sort: _Sort, moment: Moment, pair: tuple[str, str]) -> Iterator[Draft]:
    world = asking.world
    here = sorted({sort.value(claim) for claim in world.all(sort.kind)})
    thirds = [v for v in here if not any(alike(v, one) for one in pair)]
    thirds = thirds or [v for v in sort.known() if not any(alike(v, one) for one in pair)]
    if not thirds:
        return
    third = asking.pick(thirds, "third", sort.wording, moment.words)
    fact = Fact(
        task="transition" if sort.kind is Place else "change",
        wording=sort.wording,
        program=sort.program,
        arguments=moment.bounds,
        moment=moment,
        claims=world.ids_of(world.during(sort.kind, *moment.span)),
        slots={},
        near=_crossed(sort.word(pair[0]), sort.word(pair[1]), sort.word(third)),
    )
    yield from asking.drafts(fact, PROGRAMS[sort.program])


def _sky_over(asking: Asking, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    times, weathers = world.during(Time, *moment.span), world.during(WeatherIs, *moment.span)
    skies, lights = _values(weathers, lambda c: c.weather), _values(times, lambda c: c.time)
    if len(skies) != 2 or len(lights) != 2:
        return
    # who sees only one of both to be right is as often wrong as who sees only the other
    near = [
        f"from {_sky(skies[a], lights[b])} to {_sky(skies[1 - a], lights[1 - b])}" for a, b in ((0, 1), (1, 0), (1, 1))
    ]
    fact = Fact(
        task="change",
        wording="sky_change",
        program="sky_change",
        arguments=moment.bounds,
        moment=moment,
        claims=world.ids_of((*times, *weathers)),
        slots={},
        near=near,
    )
    yield from asking.drafts(fact, sky_change)


def _two_sided(
    world: World, kind: type[Action] | type[Expression], entity: str, times: tuple[float, float, float]
) -> list[Claim]:
    """The one claim of a kind about the entity on each side of a cut; nothing where a side has none, or several."""
    start, middle, end = times
    sides = [[c for c in world.during(kind, *span) if c.entity == entity] for span in ((start, middle), (middle, end))]
    return [side[0] for side in sides if len(side) == 1] if all(len(side) == 1 for side in sides) else []


def _face(asking: Asking, entity: str, moment: Moment, middle: float) -> Iterator[Draft]:
    table = words()["feelings"]
    found = [c for c in _two_sided(asking.world, Expression, entity, (moment.start, middle, moment.end))]
    pair = [c.feeling for c in found if isinstance(c, Expression)]
    values = {str(row): str(text) for row, text in table.items() if row != "neutral"}
    yield from _of_somebody(asking, entity, moment, middle, ("face_change", face_change), found, pair, values)


def _posture(asking: Asking, entity: str, moment: Moment, middle: float) -> Iterator[Draft]:
    found = [c for c in _two_sided(asking.world, Action, entity, (moment.start, middle, moment.end))]
    pair = [c.action for c in found if isinstance(c, Action) and c.action in _POSTURES]
    values = {row: _pose(row) for row in (*_POSTURES, "walk")}
    yield from _of_somebody(asking, entity, moment, middle, ("posture_change", posture_change), found, pair, values)


def _of_somebody(
    asking: Asking,
    entity: str,
    moment: Moment,
    middle: float,
    asked: tuple[str, Compute],
    found: Sequence[Claim],
    pair: Sequence[str],
    values: Mapping[str, str],
) -> Iterator[Draft]:
    world = asking.world
    described = mention(world, entity, span=moment.span)
    thirds = [row for row in values if not any(alike(row, one) for one in pair)]
    if described is None or len(pair) != 2 or alike(*pair) or not thirds:
        return
    third = asking.pick(thirds, "third", asked[0], entity, moment.words)
    (_, start), (_, end) = moment.bounds
    fact = Fact(
        task="change",
        wording=asked[0],
        program=asked[0],
        arguments=(("entity", entity), ("start", start), ("middle", f"{middle:.3f}"), ("end", end)),
        moment=moment,
        claims=(*world.ids_of(found), *described.claims),
        slots=described.slots,
        near=_crossed(values[pair[0]], values[pair[1]], values[third]),
        entities=(entity,),
    )
    yield from asking.drafts(fact, asked[1])
