"""All stories of a plan become one dataset in shards: the same bytes whoever made what and was killed how often.

Shard k holds the plan's k-th block of items. It depends on these alone, so it is made by whoever is free, once, and
made again only when one of them has changed. The index is written when all shards are there.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, MutableMapping
from typing import Final, Protocol

from dreamgen.bulk.claims import Claims
from dreamgen.bulk.index import write_index
from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import Settled, read_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.shard_block import Built, Shard, Work, put_aside
from dreamgen.bulk.shard_crew import Crew
from dreamgen.errors import DreamgenError

PAUSE: Final = 0.2
"""Seconds to wait for a shard before giving a sign of life."""
ASK: Final = 1.0
"""Seconds before somebody else's shard is asked about again."""
BEGUN_ANEW: Final = "somebody has begun it anew"
"""Why a story has to be waited for that is whole as far as this driver knew."""


def merge(
    plan: Plan, places: Places, marks: MutableMapping[str, Settled], claims: Claims, workers: int = 0
) -> dict[str, str]:
    """Makes the shards that are not there yet, and the index.

    Args:
        plan: what they are made of.
        places: the folder.
        marks: how every item ended; what other drivers have found out since is put into it.
        claims: this driver's; it goes on giving signs of life, and claims each shard that it makes.
        workers: processes; 0 for as many as it pays to start, 1 for none.

    Returns:
        Items that must be made again, and why: their files are not what their records say, or somebody has begun them
        anew. This is to be called again then. Empty when the dataset is whole.

    Raises:
        DreamgenError: when the disk is full or can't be written to, or no worker could make a shard.
    """
    merging = _Merging(plan, places, marks, claims)
    with Crew(workers, len(plan.shards), len(plan.items)) as crew:
        while merging.left:
            claims.live()
            merging.hand_out(crew)
            for built in crew.wait(PAUSE):
                merging.take_in(built)
    if not merging.damaged:
        write_index(plan, places, [merging.made[number] for number in range(len(plan.shards))], merging.marks)
    return merging.damaged


class Merge(Protocol):
    """What makes one dataset of all stories: see `merge`."""

    def __call__(
        self, plan: Plan, places: Places, marks: MutableMapping[str, Settled], claims: Claims
    ) -> Mapping[str, str]:
        """Says which items must be made again, and why."""


class _Merging:
    """How far the shards are."""

    def __init__(self, plan: Plan, places: Places, marks: MutableMapping[str, Settled], claims: Claims) -> None:
        self.marks, self.made, self.damaged = marks, dict[int, Shard](), dict[str, str]()
        self._plan, self._places, self._claims = plan, places, claims
        self._blocks = plan.shards
        self._waiting = deque(range(len(self._blocks)))
        self._running: set[int] = set()
        self._elsewhere: dict[int, float] = {}
        """Shards that somebody else is making, and when to ask again."""

    @property
    def left(self) -> bool:
        """Whether there is anything to make or to wait for.

        Who has found damage mends that before it waits: others may wait for the shard that it can't make until then.
        """
        return bool(self._waiting or self._running or (self._elsewhere and not self.damaged))

    def hand_out(self, crew: Crew) -> None:
        """Gives everybody something to do."""
        now = time.monotonic()
        due = [number for number, when in self._elsewhere.items() if when <= now]
        for number in [*self._waiting, *due]:
            if not crew.free:
                return
            if number in self._waiting:
                self._waiting.remove(number)
            if not self._claims.take(_claim(number)):
                self._elsewhere[number] = now + ASK
                continue
            self._elsewhere.pop(number, None)
            if self._settled(number):
                crew.submit(self._work(number))
                self._running.add(number)

    def take_in(self, built: Built) -> None:
        """Somebody is done."""
        self._running.remove(built.number)
        if built.fault:
            raise DreamgenError(built.fault, "Mend it and run the same command again: all stories are kept.")
        if built.shard is None:
            # the claim stays: nobody else need find the same until the items are made again
            self.damaged.update(built.damaged)
            return
        self.made[built.number] = built.shard
        self._claims.drop(_claim(built.number))

    def _settled(self, number: int) -> bool:
        """Whether all items of a block have still ended; another driver may have found one damaged."""
        fresh = {item.id: read_mark(self._places, item, self._plan) for item in self._blocks[number]}
        self.marks.update({name: mark for name, mark in fresh.items() if mark})
        begun = [name for name, mark in fresh.items() if mark is None]
        self.damaged.update(dict.fromkeys(begun, BEGUN_ANEW))
        return not begun

    def _work(self, number: int) -> Work:
        marks = [self.marks[item.id] for item in self._blocks[number]]
        return Work(
            folder=self._places.folder,
            number=number,
            stories=tuple(mark.item for mark in marks if mark.ended == "done"),
            put_aside=tuple(put_aside(mark.item, mark.why) for mark in marks if mark.ended == "put_aside"),
            holdout=self._plan.recipe.holdout,
            seed=self._plan.recipe.seed,
        )


def _claim(number: int) -> str:
    return f"shard.{number:05d}"  # no item has a dot in its name
