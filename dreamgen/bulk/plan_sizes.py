"""How many shots the stories of a plan will have, before they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from dreamgen.bulk.items import Item, Plan
from dreamgen.core.base import derive_seed
from dreamgen.core.story import Story
from dreamgen.errors import DreamgenError
from dreamgen.run.filming import plan as plan_story
from dreamgen.run.recipe import Recipe
from dreamgen.story.expansion.factors import read_factors
from dreamgen.story.expansion.telling import divided

SAMPLE: Final = 4
"""Plots that are planned to see how many shots come of a letter."""


def shots_of(plan: Plan, known: Mapping[str, int], folder: Path) -> dict[str, float]:
    """The shots of every story that a recipe films: counted where it is planned, or else guessed from its length.

    Args:
        plan: the stories.
        known: shots of those that were made, by name; what others have is guessed from these.
        folder: where a writer that keeps something keeps it; those of the package keep nothing for this.
    """
    found = {item.id: float(known[item.id]) for item in plan.items if item.id in known}
    for item in plan.items:
        if isinstance(item.source, Story):
            found.setdefault(item.id, float(_capped(len(item.source.shots), plan.recipe)))
    for sort in ("plot", "theme"):
        alike = [item for item in plan.items if not isinstance(item.source, Story) and item.source.sort == sort]
        left = [item for item in alike if item.id not in found]
        if left:
            # where the recipe cut a story short, it says nothing of others
            told = [item for item in alike if item.id in found and found[item.id] != plan.recipe.shots]
            rate = _shots_a_letter(told, found) or _planned(left, plan, folder)
            found |= {item.id: max(1.0, _capped(rate * _length(item), plan.recipe)) for item in left}
    return found


def _shots_a_letter(items: Sequence[Item], shots: Mapping[str, float]) -> float:
    return sum(shots[item.id] for item in items) / max(1, sum(_length(item) for item in items))


def _planned(items: Sequence[Item], plan: Plan, folder: Path) -> float:
    """What planning some of them gives, of those that can be planned; no model is asked."""
    drawn = sorted(items, key=lambda item: derive_seed(plan.recipe.seed, "sizes", item.id))[:SAMPLE]
    whole = plan.recipe.model_copy(update={"shots": 0})
    found: dict[str, float] = {}
    for item in drawn:
        with suppress(DreamgenError):  # the run itself will put it aside, with the reason
            found[item.id] = float(_shots(item, item.recipe(whole), folder))
    return _shots_a_letter([item for item in drawn if item.id in found], found)


def _shots(item: Item, recipe: Recipe, folder: Path) -> int:
    writer = recipe.build("story")
    if isinstance(item.source, Story) or not hasattr(writer, "chat"):
        return len(plan_story(recipe, item.source, folder).shots)
    return divided(item.source, read_factors(writer.expand)).shots


def _length(item: Item) -> int:
    """Letters of a plot; a story that is invented is as long as the recipe says, however long its theme."""
    assert not isinstance(item.source, Story)  # planned stories are counted
    return len(item.source.text) if item.source.sort == "plot" else 1


def _capped(shots: float, recipe: Recipe) -> float:
    return min(shots, recipe.shots) if recipe.shots else shots
