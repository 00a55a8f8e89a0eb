"""Descriptions of others: the wrong answers to `who`."""

from __future__ import annotations

from dreamgen.language.mentions import fits, mention
from dreamgen.language.wording import words
from dreamgen.language.world import World


def others(world: World, entity: str, avoid: frozenset[str] = frozenset(), own_sort: bool = False) -> list[str]:
    """Everybody else in the clip who can be told apart, and who else the film knows, in words.

    Args:
        world: the clip.
        entity: the right answer.
        avoid: claims that no description may use.
        own_sort: only people for a person, only animals for an animal; a dog in a coat fools nobody.
    """
    sort = world.entities[entity].category
    rest = (who for who in world.entities.values() if who.id != entity and who.category != "prop")
    described = (mention(world, who.id, avoid=avoid) for who in rest if not own_sort or who.category == sort)
    known = {what for what, category in world.cast.values() if not own_sort or category == sort}
    missing = [f"the {kind}" for kind in sorted(known) if _free(world, kind)]
    return [one.text for one in described if one is not None] + missing


def invented(world: World, entity: str, own_sort: bool = False) -> list[str]:
    """Kinds of which none is in the clip: of people for a person, of animals for an animal, of both if need be."""
    vocabulary = words()["vocabulary"]
    people = [kind for kind in vocabulary["people"] if "person" not in world.strangers and _free(world, kind)]
    animals = [kind for kind in vocabulary["animals"] if "animal" not in world.strangers and _free(world, kind)]
    same = animals if world.entities[entity].category == "animal" else people
    return [f"the {kind}" for kind in (same if own_sort or len(same) >= 3 else [*people, *animals])]


def _free(world: World, kind: str) -> bool:
    """Whether nobody who can be seen could be called so."""
    here = {what for who, (what, _) in world.cast.items() if who in world.entities or who in world.hidden}
    return not any(kind == one or fits(one, kind) or fits(kind, one) for one in here)
