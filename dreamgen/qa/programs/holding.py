"""Things in hands: what somebody holds, who holds it, and where a thing is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dreamgen.core.claims import Action
from dreamgen.language.mentions import mention
from dreamgen.language.moments import Moment, around, from_shot_to_shot
from dreamgen.language.wording import a, alike, words
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.persons import invented, others


def thing_held(world: World, entity: str, start: str, end: str) -> str | None:
    """The only thing that is seen in the hand of the entity from `start` to `end`: `a lantern`."""
    held = {c.using for c in world.during(Action, float(start), float(end)) if c.entity == entity}
    known = world.entities.get(held.pop() or "") if len(held) == 1 else None
    return a(known.what) if known is not None else None


def holder_of(world: World, thing: str, start: str, end: str) -> str | None:
    """The only one in whose hand the thing is seen from `start` to `end`."""
    who = _holder(world, thing, (float(start), float(end)))
    described = mention(world, who, span=(float(start), float(end))) if who else None
    return described.text if described else None


def change_of_hands(world: World, thing: str, start: str, end: str) -> str | None:
    """Who has the thing at first and who has it then: `from the old man to the boy`."""
    span = float(start), float(end)
    hands = [c.entity for c in world.during(Action, *span) if c.using == thing]
    told = [mention(world, who, span=span) for who in dict.fromkeys(hands)]
    if hands != sorted(hands, key=hands.index):
        return None
    known = [one.text for one in told if one is not None]
    return f"from {known[0]} to {known[1]}" if len(known) == len(told) == 2 else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "thing_held": thing_held,
    "holder_of": holder_of,
    "change_of_hands": change_of_hands,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about what is held."""
    world = asking.world
    for act in world.all(Action):
        thing = world.entities.get(act.using or "")
        if thing is None:
            continue
        for moment in around(world, act.start, act.end)[:1]:
            yield from _what(asking, act, moment)
            yield from _who(asking, act, moment)
    for thing in world.entities.values():
        for index in range(len(world.shots) - 1):
            both = from_shot_to_shot(world, index) if thing.category == "prop" else None
            if both is not None:
                yield from _handed(asking, thing.id, both)


def _holder(world: World, thing: str, span: tuple[float, float]) -> str | None:
    known = world.entities.get(thing)
    acts = [c for c in world.during(Action, *span) if c.using]
    hands = {c.entity for c in acts if c.using == thing}
    # another one that looks like it, in another hand, is the wrong one to ask for
    twins = {c.using for c in acts if c.using != thing and known and alike(_kind(world, c.using or ""), known.what)}
    return hands.pop() if len(hands) == 1 and not twins else None


def _kind(world: World, thing: str) -> str:
    known = world.entities.get(thing)
    return known.what if known is not None else ""


def _what(asking: Asking, act: Action, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    thing = world.entities[act.using or ""]
    described = mention(world, act.entity, span=moment.span)
    if described is None:
        return
    fact = Fact(
        task="holding",
        wording="thing_held",
        program="thing_held",
        arguments=(("entity", act.entity), *moment.bounds),
        moment=moment,
        claims=(*world.ids_of((act, thing.presences[0])), *described.claims),
        slots=described.slots,
        near=[a(other.what) for other in world.entities.values() if other.category == "prop" and other.id != thing.id],
        far=[a(what) for what in words()["vocabulary"]["props"]],
        clash=lambda one, other: alike(one.split(" ", 1)[-1], other.split(" ", 1)[-1]),
        entities=(act.entity, thing.id),
    )
    yield from asking.drafts(fact, thing_held)


def _who(asking: Asking, act: Action, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    thing = world.entities[act.using or ""]
    described, item = mention(world, act.entity, span=moment.span), mention(world, thing.id, span=moment.span)
    if described is None or item is None:
        return
    for wording in ("thing_holder", "thing_where"):
        fact = Fact(
            task="holding",
            wording=wording,
            program="holder_of",
            arguments=(("thing", thing.id), *moment.bounds),
            moment=moment,
            claims=(act.id, *described.claims, *item.claims),
            slots={"thing": item.text},
            near=others(world, act.entity, own_sort=True),
            far=invented(world, act.entity, own_sort=True),
            entities=(act.entity, thing.id),
        )
        yield from asking.drafts(fact, holder_of)


def _handed(asking: Asking, thing: str, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    acts = [c for c in world.during(Action, *moment.span) if c.using == thing]
    hands = dict.fromkeys(c.entity for c in acts)
    told = [described for who in hands if (described := mention(world, who, span=moment.span)) is not None]
    item = mention(world, thing, span=moment.span)
    if len(told) != 2 or len(hands) != 2 or item is None:
        return
    one, other = told
    near = [f"from {other.text} to {one.text}"]
    for third in (*others(world, acts[0].entity, own_sort=True), *invented(world, acts[0].entity, own_sort=True)):
        if third not in (one.text, other.text):
            near += [f"from {one.text} to {third}", f"from {third} to {one.text}"]
            break
    fact = Fact(
        task="holding",
        wording="thing_handed",
        program="change_of_hands",
        arguments=(("thing", thing), *moment.bounds),
        moment=moment,
        claims=(*world.ids_of(acts), *one.claims, *other.claims, *item.claims),
        slots={"thing": item.text},
        near=near,
        entities=(thing, *hands),
    )
    yield from asking.drafts(fact, change_of_hands)
