"""Across scenes: the order of places, who comes first, where somebody is met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Final

from dreamgen.core.claims import Place, Presence
from dreamgen.language.mentions import mention
from dreamgen.language.moments import whole
from dreamgen.language.wording import alike, place
from dreamgen.language.world import SLACK, World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact

_APART = 1.5
"""Seconds between two first appearances that a viewer can tell apart."""


def places_in_order(world: World) -> str | None:
    """The places in the order in which each is first seen: `first a forest, then a street`."""
    places = world.all(Place)
    if not places or not covers(places, places[0].start, world.seconds):
        return None
    return _route(list(dict.fromkeys(claim.place for claim in places)))


def first_to_appear(world: World, presences: str) -> str | None:
    """Who is seen earliest of those named by presence claims."""
    return _extreme(world, presences, 0)


def last_to_appear(world: World, presences: str) -> str | None:
    """Who is seen latest for the first time of those named by presence claims."""
    return _extreme(world, presences, -1)


def first_place_of(world: World, entity: str) -> str | None:
    """Where the entity is first seen."""
    who = world.entities.get(entity)
    if who is None:
        return None
    first = who.presences[0]
    if not _unseen_before(world, first):
        return None
    places = {c.place for c in world.during(Place, first.start, min(first.end, first.start + 1.0))}
    return place(places.pop()) if len(places) == 1 else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "places_in_order": places_in_order,
    "first_to_appear": first_to_appear,
    "last_to_appear": last_to_appear,
    "first_place_of": first_place_of,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions that no single scene answers."""
    yield from _order_of_places(asking)
    yield from _appearances(asking)
    yield from _meetings(asking)


def _route(names: list[str]) -> str:
    nouns = [place(name) for name in names]
    return f"first {nouns[0]}" + "".join(f", then {noun}" for noun in nouns[1:])


def _order_of_places(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    places = world.all(Place)
    names = list(dict.fromkeys(claim.place for claim in places))
    if not 2 <= len(names) <= 5:
        return
    others = [_route(list(some)) for some in permutations(names) if list(some) != names]
    fact = Fact(
        task="scene_order",
        wording="film_places",
        program="places_in_order",
        arguments=(),
        moment=whole(world),
        claims=world.ids_of(places),
        slots={},
        near=others,
        forms=("open", "choice"),
    )
    yield from asking.drafts(fact, places_in_order)


def _first_seen(world: World) -> list[Presence]:
    """First presences of whoever can be told apart, with clear steps of time between them."""
    firsts = sorted(
        (
            who.presences[0]
            for who in world.entities.values()
            if who.category != "prop" and mention(world, who.id) and _unseen_before(world, who.presences[0])
        ),
        key=lambda claim: claim.start,
    )
    apart: list[Presence] = []
    for claim in firsts:
        if not apart or claim.start - apart[-1].start >= _APART:
            apart.append(claim)
    return apart


def _unseen_before(world: World, first: Presence) -> bool:
    return first.start <= world.opening + SLACK or world.unseen(first.entity, 0.0, first.start)


def _extreme(world: World, presences: str, index: int) -> str | None:
    known = sorted((world.by_id[name] for name in presences.split() if name in world.by_id), key=lambda c: c.start)
    if len(known) < 2 or abs(known[index].start - known[1 if index == 0 else -2].start) < _APART:
        return None
    claim = known[index]
    described = mention(world, claim.entity) if isinstance(claim, Presence) else None
    return described.text if described else None


def _appearances(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    firsts = _first_seen(world)
    for start in range(len(firsts) - 3):
        some = firsts[start : start + 4]
        described = [one for claim in some if (one := mention(world, claim.entity)) is not None]
        for wording, program, right in (("film_first", "first_to_appear", 0), ("film_last", "last_to_appear", -1)):
            fact = Fact(
                task="scene_order",
                wording=wording,
                program=program,
                arguments=(("presences", " ".join(sorted(world.ids_of(some)))),),
                moment=whole(world),
                claims=tuple(dict.fromkeys((*world.ids_of(some), *(i for one in described for i in one.claims)))),
                slots={},
                near=[one.text for one in described if one is not described[right]],
                entities=tuple(claim.entity for claim in some),
                forms=("choice",),
            )
            yield from asking.drafts(fact, PROGRAMS[program])


def _meetings(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    places = sorted({c.place for c in world.all(Place)})
    if len(places) < 2:
        return
    for who in world.entities.values():
        described = mention(world, who.id)
        if described is None or who.category == "prop":
            continue
        first = who.presences[0]
        here = world.during(Place, first.start, min(first.end, first.start + 1.0))
        fact = Fact(
            task="scene_order",
            wording="film_meeting",
            program="first_place_of",
            arguments=(("entity", who.id),),
            moment=whole(world),
            claims=(*world.ids_of((first, *here)), *described.claims),
            slots=described.slots,
            near=[place(name) for name in places],
            far=[],
            clash=lambda one, other: alike(_noun(one), _noun(other)),
            entities=(who.id,),
            forms=("open", "choice"),
        )
        yield from asking.drafts(fact, first_place_of)


def _noun(text: str) -> str:
    return text.split(" a ", 1)[-1].split(" an ", 1)[-1]
