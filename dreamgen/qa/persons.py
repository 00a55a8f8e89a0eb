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
    """Kinds of people and animals of whom none is in the clip; empty when some in it are unknown."""
    here = {who.what for who in world.entities.values()}
    vocabulary = words()["vocabulary"]
    kinds = [
        *(kind for kind in vocabulary["people"] if "person" not in world.strangers),
        *(kind for kind in vocabulary["animals"] if "animal" not in world.strangers),
    ]
    return [f"the {kind}" for kind in kinds if not any(alike(kind, one) for one in here)]
