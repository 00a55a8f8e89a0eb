"""When a question is about: words by which a viewer finds the moment, and the claims that they rest on."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dreamgen.core.claims import Cut, Place, Time, WeatherIs
from dreamgen.language.wording import clock, ordinal, place, words
from dreamgen.language.world import SLACK, World, covers, overlap

Span = tuple[float, float]


@dataclass(frozen=True)
class Moment:
    """A stretch of the clip with its name."""

    start: float
    end: float
    words: str
    """`in the second shot`; empty for the whole clip."""
    claims: tuple[str, ...] = ()
    """The claims that the words rest on: cuts, a place, the weather."""

    @property
    def span(self) -> Span:
        """Start and end in seconds."""
        return self.start, self.end

    @property
    def bounds(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Start and end as a program's arguments."""
        return ("start", f"{self.start:.3f}"), ("end", f"{self.end:.3f}")


def whole(world: World) -> Moment:
    """The clip from its first to its last frame."""
    return Moment(0.0, world.seconds, "")


def from_shot_to_shot(world: World, index: int) -> Moment | None:
    """One shot and the next, by their numbers, from 0; None where they can't be named."""
    one, other = shot_moment(world, index), shot_moment(world, index + 1)
    if one is None or other is None:
        return None
    names = [moment.words.removeprefix("in ") for moment in (one, other)]
    return Moment(
        one.start, other.end, f"from {names[0]} to {names[1]}", tuple(dict.fromkeys((*one.claims, *other.claims)))
    )


def throughout(world: World, start: float, end: float) -> tuple[Moment, ...]:
    """Moments that lie inside `start` to `end`, where something holds that can be asked about in each of them."""
    if start <= SLACK and end >= world.seconds - SLACK:
        return (whole(world),)
    inside = [
        moment
        for moment in named(world)
        if moment.start >= start - SLACK and moment.end <= end + SLACK and moment.words
    ]
    return tuple(inside) or clocked(start, end)


def around(world: World, start: float, end: float) -> tuple[Moment, ...]:
    """Moments in which `start` to `end` lies, the shortest first; for things that happen and are over."""
    inside = [m for m in named(world) if m.start <= start + SLACK and m.end >= end - SLACK]
    return tuple(sorted(inside, key=lambda moment: moment.end - moment.start)) or (whole(world),)


def named(world: World) -> tuple[Moment, ...]:
    """Every stretch of the clip that has a name of its own, the whole clip last."""
    if "named" not in world.memo:
        world.memo["named"] = (*_by_shot(world), *_by_setting(world), whole(world))
    moments: tuple[Moment, ...] = world.memo["named"]
    return moments


def shot_moment(world: World, index: int) -> Moment | None:
    """One shot by its number, from 0; None when it can't be named."""
    return next((m for m in _by_shot(world) if m.span == world.shots[index]), None)


def _by_shot(world: World) -> tuple[Moment, ...]:
    count = len(world.shots)
    if not 2 <= count <= 8:
        return ()
    cuts = world.all(Cut)
    moments = []
    for index, (start, end) in enumerate(world.shots):
        name = "last" if index == count - 1 and count > 2 else ordinal(index)
        rests_on = cuts[: index + 1] if index < count - 1 else cuts
        moments.append(Moment(start, end, f"in the {name} shot", world.ids_of(rests_on)))
    return tuple(moments)


def _by_setting(world: World) -> tuple[Moment, ...]:
    """`at night`, `while it is snowing`, `in the forest`: where that is so for one stretch of the clip only."""
    found = []
    for kind, value, name in (
        (Place, "place", lambda v: place(v, known=True)),
        (WeatherIs, "weather", lambda v: f"while {words()['falling'][v]}"),
        (Time, "time", lambda v: words()["time"][v]),
    ):
        claims = world.all(kind)
        values = sorted({getattr(claim, value) for claim in claims})
        if len(values) < 2 or not covers(claims, claims[0].start, world.seconds):
            continue
        for one in values:
            some = [claim for claim in claims if getattr(claim, value) == one]
            start, end = some[0].start, max(claim.end for claim in some)
            alone = not any(
                getattr(claim, value) != one and overlap((claim.start, claim.end), (start, end)) > 0 for claim in claims
            )
            if alone and covers(some, start, end) and end - start < world.seconds - 1.0:
                found.append(Moment(start, end, name(one), world.ids_of(some)))
    return tuple(found)


def clocked(start: float, end: float) -> tuple[Moment, ...]:
    """`between 0:03 and 0:09`, in whole seconds inside `start` to `end`; empty where there are none."""
    first, last = math.ceil(start - SLACK), math.floor(end + SLACK)
    if last - first < 1:
        return ()
    return (Moment(float(first), float(last), f"between {clock(first)} and {clock(last)}"),)
