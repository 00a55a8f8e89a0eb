"""Who wears it: the answer is told by anything but what is asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dreamgen.core.claims import Attribute
from dreamgen.language.mentions import differs, mention
from dreamgen.language.moments import whole
from dreamgen.language.wording import a, thing
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.persons import invented, others

_SLOTS = ("top", "hat", "scarf")


def wearer_of(world: World, claim: str) -> str | None:
    """The only one who wears what an attribute claim names; None when it could be said of somebody else."""
    look = world.by_id.get(claim)
    if not isinstance(look, Attribute):
        return None
    people = [who for who in world.entities.values() if who.category == "person" and who.id != look.entity]
    unknown = "person" in world.strangers or any(world.cast[who][1] == "person" for who in world.hidden)
    if unknown or not all(differs(world, look, who) for who in people):
        return None
    described = mention(world, look.entity, avoid=frozenset({look.slot}))
    return described.text if described else None


PROGRAMS: Final[Mapping[str, Compute]] = {"wearer_of": wearer_of}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about who wears what, over the whole clip."""
    world = asking.world
    for who in world.entities.values():
        for slot in _SLOTS:
            looks = world.attributes(who.id, slot)
            described = mention(world, who.id, avoid=frozenset({slot}))
            if not looks or described is None or who.category != "person":
                continue
            avoid = frozenset({slot})
            fact = Fact(
                task="who",
                wording="who_wears",
                program="wearer_of",
                arguments=(("claim", looks[0].id),),
                moment=whole(world),
                claims=(looks[0].id, *described.claims),
                slots={"item": a(thing(looks[0].value, looks[0].colour))},
                near=others(world, who.id, avoid=avoid, own_sort=True),
                far=invented(world, who.id, own_sort=True),
                entities=(who.id,),
            )
            yield from asking.drafts(fact, wearer_of)
