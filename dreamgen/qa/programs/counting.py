"""How many people, animals, cuts, shots and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dreamgen.core.claims import Count, Cut, Place
from dreamgen.language.moments import Moment, named, whole
from dreamgen.language.wording import number
from dreamgen.language.world import SLACK, World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact

_MOST = 9
"""More than anybody counts by eye."""


def number_counted(world: World, claim: str) -> str | None:
    """The number of a count claim."""
    count = world.by_id.get(claim)
    return _figure(count.number) if isinstance(count, Count) else None


def number_of_cuts(world: World, plus: str = "0") -> str | None:
    """How many cuts there are; with `plus` 1, how many shots."""
    return _figure(len(world.all(Cut)) + int(plus)) if len(world.shots) == len(world.all(Cut)) + 1 else None


def number_of_places(world: World) -> str | None:
    """How many different places are seen, where the place is known at every time."""
    places = world.all(Place)
    known = bool(places) and covers(places, places[0].start, world.seconds)
    return _figure(len({claim.place for claim in places})) if known else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "number_counted": number_counted,
    "number_of_cuts": number_of_cuts,
    "number_of_places": number_of_places,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about numbers."""
    world = asking.world
    for count in world.all(Count):
        moment = _exactly(world, count.start, count.end)
        if moment is not None and count.number <= _MOST:
            arguments = (("claim", count.id),)
            yield from _number(asking, f"count_{count.what}", "number_counted", arguments, moment, (count.id,))
    cuts = world.ids_of(world.all(Cut))
    if 1 <= len(cuts) < _MOST:
        yield from _number(asking, "count_cuts", "number_of_cuts", (), whole(world), cuts)
        yield from _number(asking, "count_shots", "number_of_cuts", (("plus", "1"),), whole(world), cuts)
    places = world.all(Place)
    if len({claim.place for claim in places}) > 1:
        yield from _number(asking, "count_places", "number_of_places", (), whole(world), world.ids_of(places))


def _number(
    asking: Asking,
    wording: str,
    program: str,
    arguments: tuple[tuple[str, str], ...],
    moment: Moment,
    claims: tuple[str, ...],
) -> Iterator[Draft]:
    compute = PROGRAMS[program]
    answer = compute(asking.world, **dict(arguments))
    if answer is None:
        return
    right = _FIGURES.index(answer)
    least = 1 if wording in {"count_shots", "count_places"} else 0
    lot = asking.lot("window", wording, moment.words)
    # the right number is as often the smallest of the four as the largest, where that is possible
    low = max(least, right - lot.randrange(4))
    fact = Fact(
        task="counting",
        wording=wording,
        program=program,
        arguments=arguments,
        moment=moment,
        claims=claims,
        slots={"be": "is" if right == 1 else "are", "plural": "" if right == 1 else "s", "noun": _noun(wording, right)},
        near=[_FIGURES[n] for n in range(low, low + 4) if n != right],
        clash=lambda one, other: one == other,
    )
    yield from asking.drafts(fact, compute)


def _noun(wording: str, count: int) -> str:
    if wording == "count_people":
        return "person" if count == 1 else "people"
    return "animal" if count == 1 else "animals"


def _exactly(world: World, start: float, end: float) -> Moment | None:
    # a count of a longer or shorter stretch could be another number; before the opening there is nothing to count
    for moment in named(world):
        first = world.opening if moment.start <= world.opening else moment.start
        if abs(first - start) <= SLACK and abs(moment.end - end) <= SLACK:
            return moment
    return None


_FIGURES = ["zero", *(number(n) for n in range(1, 11)), *(str(n) for n in range(11, 40))]


def _figure(count: int) -> str | None:
    return _FIGURES[count] if count < len(_FIGURES) else None
