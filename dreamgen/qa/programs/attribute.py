"""Looks: the colour of a garment, of hair, of an animal or a thing; what somebody wears."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from dreamgen.core.claims import Attribute
from dreamgen.core.colours import COLOURS, confusable
from dreamgen.language.mentions import Mention, mention
from dreamgen.language.moments import whole
from dreamgen.language.wording import a, alike, is_plural, thing, words
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact

_WORN = ("top", "bottom", "hat", "scarf", "bag", "shoes")


def colour_of(world: World, claim: str) -> str | None:
    """The colour that an attribute claim names, if the clip never shows another."""
    look = _steady(world, claim)
    return look.colour if look is not None else None


def garment_of(world: World, claim: str) -> str | None:
    """The garment of an attribute claim with its colour: `a red coat`."""
    look = _steady(world, claim)
    return a(thing(look.value, look.colour)) if look is not None else None


def tone_of(world: World, claim: str) -> str | None:
    """The tone of the hair."""
    look = _steady(world, claim)
    return look.value if look is not None else None


PROGRAMS: Final[Mapping[str, Compute]] = {"colour_of": colour_of, "garment_of": garment_of, "tone_of": tone_of}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about looks; they hold for the whole clip, since looks do."""
    world = asking.world
    for who in world.entities.values():
        for slot in sorted({look.slot for look in world.attributes(who.id)}):
            described = mention(world, who.id, avoid=frozenset({slot}))
            look = world.attributes(who.id, slot)[0]
            # a hint is in the question already: what colour is the cap of the man in the red coat, when it is red too
            if described is None or (look.colour or look.value) in described.text.split():
                continue
            if slot in _WORN and look.colour:
                yield from _worn_colour(asking, described, look)
            if slot == "top" and look.colour:
                yield from _garment(asking, described, look)
            if slot == "hair":
                yield from _hair(asking, described, look)
            if slot in {"coat", "body"} and look.colour and who.category != "person":
                yield from _own_colour(asking, described, look)


def _steady(world: World, claim: str) -> Attribute | None:
    look = world.by_id.get(claim)
    if not isinstance(look, Attribute):
        return None
    same = world.attributes(look.entity, look.slot)
    return look if all((other.value, other.colour) == (look.value, look.colour) for other in same) else None


def _colours(world: World, but: str) -> list[str]:
    return sorted({look.colour for look in world.all(Attribute) if look.colour and look.entity != but})


def _fact(asking: Asking, described: Mention, look: Attribute, wording: str, program: str) -> Fact:
    world = asking.world
    return Fact(
        task="attribute",
        wording=wording,
        program=program,
        arguments=(("claim", look.id),),
        moment=whole(world),
        claims=(look.id, *described.claims),
        slots=described.slots,
        entities=(look.entity,),
        clash=confusable,
    )


def _worn_colour(asking: Asking, described: Mention, look: Attribute) -> Iterator[Draft]:
    garment = thing(look.value)
    item = f"{described.owner} {garment}" if described.bare else f"the {garment} of {described.text}"
    fact = _fact(asking, described, look, "attribute_colour", "colour_of")
    slots = {**fact.slots, "item": item, "is": "are" if is_plural(garment) else "is"}
    near, far = _colours(asking.world, look.entity), list(COLOURS)
    yield from asking.drafts(replace(fact, slots=slots, near=near, far=far), colour_of)


def _garment(asking: Asking, described: Mention, look: Attribute) -> Iterator[Draft]:
    fact = _fact(asking, described, look, "attribute_garment", "garment_of")
    tops = [c for c in asking.world.all(Attribute) if c.slot == "top" and c.entity != look.entity]
    known = sorted({(c.value, str(c.colour)) for c in tops if c.colour and _apart(look, c.value, c.colour)})
    invented = [(value, colour) for value in words()["vocabulary"]["tops"] for colour in COLOURS]
    others = known or [(value, colour) for value, colour in invented if _apart(look, value, colour)]
    value, colour = asking.pick(others, "garment", look.entity)
    # another garment, another colour, and both: no option is the middle of the others
    near = [a(thing(value, look.colour)), a(thing(look.value, colour)), a(thing(value, colour))]
    yield from asking.drafts(replace(fact, near=near, clash=str.__eq__), garment_of)


def _apart(look: Attribute, value: str, colour: str) -> bool:
    return not alike(look.value, value) and not confusable(str(look.colour), colour)


def _hair(asking: Asking, described: Mention, look: Attribute) -> Iterator[Draft]:
    item = f"{described.owner} hair" if described.bare else f"the hair of {described.text}"
    fact = _fact(asking, described, look, "attribute_colour", "tone_of")
    near = sorted({c.value for c in asking.world.all(Attribute) if c.slot == "hair" and c.entity != look.entity})
    yield from asking.drafts(
        replace(
            fact,
            slots={**fact.slots, "item": item, "is": "is"},
            near=near,
            far=words()["vocabulary"]["hair"],
            clash=lambda one, other: alike(f"{one} hair", f"{other} hair"),
        ),
        tone_of,
    )


def _own_colour(asking: Asking, described: Mention, look: Attribute) -> Iterator[Draft]:
    fact = _fact(asking, described, look, "attribute_colour", "colour_of")
    near, far = _colours(asking.world, look.entity), list(COLOURS)
    slots = {**fact.slots, "item": described.text, "is": "is"}
    yield from asking.drafts(replace(fact, slots=slots, near=near, far=far), colour_of)
