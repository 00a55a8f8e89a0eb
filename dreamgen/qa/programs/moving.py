"""Who goes somewhere: how many do, which way one after the other, and what the one who does looks like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from dreamgen.core.claims import Movement, Presence
from dreamgen.core.colours import COLOURS, confusable
from dreamgen.language.mentions import mention
from dreamgen.language.moments import Moment, from_shot_to_shot, named
from dreamgen.language.wording import number
from dreamgen.language.world import World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.persons import invented, others

Span = tuple[float, float]

_FIGURES: Final = ["zero", *(number(n) for n in range(1, 9))]
_ONE_WAY: Final = {"left": "to the left both times", "right": "to the right both times"}
_TWO_WAYS: Final = {
    ("left", "right"): "first to the left, then to the right",
    ("right", "left"): "first to the right, then to the left",
}


def number_moving(world: World, start: str, end: str) -> str | None:
    """How many of all that can be seen from `start` to `end` go somewhere; None where it is not known of everybody."""
    going = _going(world, (float(start), float(end)))
    return _FIGURES[len(going[0])] if going is not None and len(going[0]) < len(_FIGURES) else None


def mover(world: World, start: str, end: str) -> str | None:
    """The only one who goes somewhere, while at least one other stays."""
    who = _alone(world, (float(start), float(end)))
    described = mention(world, who, span=(float(start), float(end))) if who else None
    return described.text if described else None


def colour_of_mover(world: World, start: str, end: str) -> str | None:
    """The colour of the only one who goes somewhere: of the clothes on a person's upper body, of an animal's coat."""
    who = _alone(world, (float(start), float(end)))
    colours = _colours(world, who) if who else set()
    return colours.pop() if len(colours) == 1 else None


def ways_of(world: World, entity: str, start: str, middle: str, end: str) -> str | None:
    """Which way the entity goes on either side of a cut: `first to the left, then to the right`."""
    ways = [_way(world, entity, span) for span in ((float(start), float(middle)), (float(middle), float(end)))]
    if ways[0] is None or ways[1] is None:
        return None
    return _ONE_WAY[ways[0]] if ways[0] == ways[1] else _TWO_WAYS[ways[0], ways[1]]


PROGRAMS: Final[Mapping[str, Compute]] = {
    "number_moving": number_moving,
    "mover": mover,
    "colour_of_mover": colour_of_mover,
    "ways_of": ways_of,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about who goes somewhere."""
    world = asking.world
    several = [
        (moment, going)
        for moment in named(world)
        if (going := _going(world, moment.span)) is not None and sum(map(len, going)) > 1
    ]
    for moment, going in _some(asking, several):
        yield from _many(asking, moment, *going)
        if len(going[0]) == 1:
            yield from _who(asking, moment, going[0][0])
            yield from _colour(asking, moment, going[0][0])
    for entity in world.entities:
        for index in range(len(world.shots) - 1):
            moment_of_two = from_shot_to_shot(world, index)
            if moment_of_two is not None:
                yield from _ways(asking, entity, moment_of_two, world.shots[index][1])


def _some(
    asking: Asking, several: list[tuple[Moment, tuple[list[str], list[str]]]]
) -> list[tuple[Moment, tuple[list[str], list[str]]]]:
    """Moments in which somebody goes, and half as many in which nobody does: nobody guesses right by habit."""
    idle = [one for one in several if not one[1][0]]
    asking.lot("idle").shuffle(idle)
    lively = [one for one in several if one[1][0]]
    return [*lively, *idle[: (len(lively) + 1) // 2]]


def _going(world: World, span: Span) -> tuple[list[str], list[str]] | None:
    """Who goes, and who stays, from start to end; None where it is not known of everybody who can be seen."""
    if not world.closed(*span):
        return None
    here = dict.fromkeys(c.entity for c in world.during(Presence, *span) if c.category != "prop")
    going: list[str] = []
    staying: list[str] = []
    for who in here:
        moves = [c for c in world.during(Movement, *span) if c.entity == who]
        if not covers(moves, *span):
            return None
        # who goes in one part of it and stays in another does both
        if len({c.direction != "none" for c in moves}) != 1:
            return None
        (staying if moves[0].direction == "none" else going).append(who)
    return going, staying


def _alone(world: World, span: Span) -> str | None:
    going = _going(world, span)
    return going[0][0] if going is not None and len(going[0]) == 1 and going[1] else None


def _way(world: World, entity: str, span: Span) -> str | None:
    moves = [c for c in world.during(Movement, *span) if c.entity == entity]
    ways = {c.direction for c in moves}
    return str(ways.pop()) if len(ways) == 1 and covers(moves, *span) and "none" not in ways else None


def _colours(world: World, entity: str) -> set[str]:
    slot = "top" if world.entities[entity].category == "person" else "coat"
    return {str(look.colour) for look in world.attributes(entity, slot) if look.colour}


def _fact(asking: Asking, moment: Moment, wording: str, program: str) -> Fact:
    world = asking.world
    here = world.during(Presence, *moment.span)
    return Fact(
        task="moving",
        wording=wording,
        program=program,
        arguments=moment.bounds,
        moment=moment,
        claims=world.ids_of((*here, *world.during(Movement, *moment.span))),
        slots={},
    )


def _many(asking: Asking, moment: Moment, going: list[str], staying: list[str]) -> Iterator[Draft]:
    fact = _fact(asking, moment, "number_moving", "number_moving")
    # no more than can be seen: a higher number could be ruled out without a look at who moves
    most = max(len(going) + len(staying), 3)
    numbers = [figure for figure in _FIGURES[: most + 1] if figure != _FIGURES[len(going)]]
    yield from asking.drafts(replace(fact, near=numbers, entities=tuple(going)), number_moving)


def _who(asking: Asking, moment: Moment, who: str) -> Iterator[Draft]:
    described = mention(asking.world, who, span=moment.span)
    if described is None:
        return
    fact = _fact(asking, moment, "mover", "mover")
    claims = tuple(dict.fromkeys((*fact.claims, *described.claims)))
    near, far = others(asking.world, who), invented(asking.world, who)
    yield from asking.drafts(replace(fact, claims=claims, near=near, far=far, entities=(who,)), mover)


def _colour(asking: Asking, moment: Moment, who: str) -> Iterator[Draft]:
    world = asking.world
    person = world.entities[who].category == "person"
    fact = _fact(asking, moment, "colour_of_mover" if person else "coat_of_mover", "colour_of_mover")
    looks = world.attributes(who, "top" if person else "coat")
    near = sorted(set().union(*(_colours(world, other) for other in world.entities if other != who)))
    claims = tuple(dict.fromkeys((*fact.claims, *world.ids_of(looks))))
    fact = replace(fact, claims=claims, near=near, far=list(COLOURS), clash=confusable, entities=(who,))
    yield from asking.drafts(fact, colour_of_mover)


def _ways(asking: Asking, entity: str, moment: Moment, middle: float) -> Iterator[Draft]:
    world = asking.world
    described = mention(world, entity, span=moment.span)
    (_, start), (_, end) = moment.bounds
    arguments = {"entity": entity, "start": start, "middle": f"{middle:.3f}", "end": end}
    if described is None or ways_of(world, **arguments) is None:
        return
    moves = [c for c in world.during(Movement, *moment.span) if c.entity == entity]
    fact = Fact(
        task="movement",
        wording="ways",
        program="ways_of",
        arguments=tuple(arguments.items()),
        moment=moment,
        claims=(*world.ids_of(moves), *described.claims),
        slots=described.slots,
        near=(*_ONE_WAY.values(), *_TWO_WAYS.values()),
        entities=(entity,),
    )
    yield from asking.drafts(fact, ways_of)
