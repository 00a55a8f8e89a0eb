"""Descriptions of others: the wrong answers to `who`."""

from __future__ import annotations

from dreamgen.qa.mentions import fits, mention
from dreamgen.qa.wording import words
from dreamgen.qa.world import World


def others(world: World, entity: str, avoid: frozenset[str] = frozenset()) -> list[str]:
    """Everybody else in the clip who can be told apart, and who else the film knows, in words."""
    rest = (who for who in world.entities.values() if who.id != entity and who.category != "prop")
    described = (mention(world, who.id, avoid=avoid) for who in rest)
    return [one.text for one in described if one is not None] + missing(world)


def missing(world: World) -> list[str]:
    """Kinds of which the film knows one, and of which none is in this clip."""
    return [f"the {kind}" for kind in sorted({what for what, _ in world.cast.values()}) if _free(world, kind)]


def invented(world: World, entity: str) -> list[str]:
    """Kinds of which none is in the clip: of people for a person, of animals for an animal, of both if need be."""
    vocabulary = words()["vocabulary"]
    people = [kind for kind in vocabulary["people"] if "person" not in world.strangers and _free(world, kind)]
    animals = [kind for kind in vocabulary["animals"] if "animal" not in world.strangers and _free(world, kind)]
    same = animals if world.entities[entity].category == "animal" else people
    return [f"the {kind}" for kind in (same if len(same) >= 3 else [*people, *animals])]


def _free(world: World, kind: str) -> bool:
    """Whether nobody who can be seen could be called so."""
    here = {what for who, (what, _) in world.cast.items() if who in world.entities or who in world.hidden}
    return not any(kind == one or fits(one, kind) or fits(kind, one) for one in here)
