"""One story to make, among many: what it is made from, and what of the recipe is its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from pydantic import Field

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.brief import Brief
from dreamgen.core.receipts import Reject
from dreamgen.core.story import Story
from dreamgen.export.holdout import Holdout
from dreamgen.run.bulking import Bulk
from dreamgen.run.recipe import Recipe

LONGEST_ID: Final = 60
"""Letters of an item's name."""
DIGITS: Final = 12
"""Hex digits of it that stand for its content: among a million stories, two that differ have the same ones once in 500
plans."""
TWICE: Final = "twice"
"""Why an item is not in a plan that has it already."""


_NONE_OF_ITS_OWN: Final = {"export": (), "holdout": Holdout(), "bulk": Bulk()}


class Item(Record):
    """One story to make."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=LONGEST_ID)
    """Its name, the same wherever it stands in the plan."""
    source: Brief | Story
    """What it is written from."""
    seed: int = 0
    """Everything drawn by lot derives from it."""
    look: str = "watercolor"
    """The style pack."""

    def recipe(self, base: Recipe) -> Recipe:
        """How it is made: its dataset is that of all items together, so it has none of its own."""
        return base.model_copy(update={**_NONE_OF_ITS_OWN, "seed": self.seed, "look": self.look})


class Plan(Record):
    """All stories to make, in the order in which they stand in the dataset."""

    items: tuple[Item, ...]
    """No two of one name."""
    rejects: tuple[Reject, ...] = ()
    """What could not be read, and what came twice."""
    recipe: Recipe
    """Of all of them."""

    @cached_property
    def key(self) -> str:
        """Of the plan: two drivers in one folder must have the same one."""
        bulk = self.recipe.bulk
        shaping = self.recipe.model_copy(update={"bulk": Bulk(shard=bulk.shard)})
        return fingerprint([self.items, self.rejects, shaping])

    def shaping(self) -> str:
        """The key of all in the recipe that shapes an item, and that the item does not say itself."""
        return fingerprint(self.recipe.model_copy(update={**_NONE_OF_ITS_OWN, "seed": 0, "look": ""}))

    @property
    def shards(self) -> tuple[tuple[Item, ...], ...]:
        """The items of each shard of the dataset: it depends on the plan alone, not on who made what when."""
        size = self.recipe.bulk.shard
        return tuple(self.items[first : first + size] for first in range(0, len(self.items), size))


def item_id(words: str, content: object) -> str:
    """A name that people know again, and that stays when lines are added or change places.

    Args:
        words: a title, or the name of a file; what can't be in a file's name is left out.
        content: all that makes the item different from others.
    """
    kept = re.sub("[^a-z0-9]+", "_", words[: 4 * LONGEST_ID].lower())
    stem = kept.strip("_")[: LONGEST_ID - DIGITS - 1].strip("_") or "story"
    return f"{stem}-{fingerprint(content)[:DIGITS]}"


def content_of(name: str) -> str:
    """The part of an item's name that tells its content from any other: two that have it in common are one story."""
    return name.rpartition("-")[2]


def fan(name: str) -> str:
    """Two hex digits of a name: folders of millions of entries are slow everywhere."""
    return hashlib.blake2b(name.encode(), digest_size=1).hexdigest()


def unique(items: Iterable[Item]) -> tuple[tuple[Item, ...], tuple[Reject, ...]]:
    """The items without those that come again, under whatever name, and a line for each of these."""
    kept: dict[str, Item] = {}
    again = []
    for item in items:
        first = kept.setdefault(content_of(item.id), item)
        if first is not item:
            same = item.model_copy(update={"id": first.id}) == first
            reason, detail = (TWICE, "is the same") if same else ("name_taken", "has the same hash")
            again.append(Reject(what=item.id, kind="item", stage="plan", reason=reason, detail=f"{first.id} {detail}"))
    return tuple(kept.values()), tuple(again)
