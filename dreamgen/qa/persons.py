"""Descriptions of others: the wrong answers to `who`."""

from __future__ import annotations

from dreamgen.qa.mentions import mention
from dreamgen.qa.wording import alike, words
from dreamgen.qa.world import World


def others(world: World, entity: str, avoid: frozenset[str] = frozenset()) -> list[str]:
    """Everybody else in the clip who can be told apart, in words."""
    rest = (who for who in world.entities.values() if who.id != entity and who.category != "prop")
    described = (mention(world, who.id, avoid=avoid) for who in rest)
    return [one.text for one in described if one is not None]


def invented(world: World) -> list[str]:
    """Kinds of people of whom none is in the clip, and of animals where people are too few for three wrong answers."""
    here = {what for who, (what, _) in world.cast.items() if who in world.entities or who in world.hidden}
    vocabulary = words()["vocabulary"]
    people = [kind for kind in vocabulary["people"] if "person" not in world.strangers]
    animals = [kind for kind in vocabulary["animals"] if "animal" not in world.strangers]
    free = [kind for kind in (*people, *animals) if not any(alike(kind, one) for one in here)]
    some = [kind for kind in free if kind in people]
    return [f"the {kind}" for kind in (some if len(some) >= 3 else free)]
