"""How an item ended: a small file that is written last of all, so that nobody need look into the item again."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from dreamgen.bulk.glancing import Held
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.places import Places
from dreamgen.core.base import Record, fingerprint
from dreamgen.core.receipts import Tally
from dreamgen.run import disk, keys
from dreamgen.run.books import read_receipt

Why = Literal["", "refused", "failed", "died", "damaged"]
"""A story's own mistake; it failed, or its worker died, too often; what was made was damaged again and again."""


class Settled(Record):
    """How an item ended."""

    item: str
    """Its name."""
    key: str
    """The fingerprint of what it was made from and by which code; see `key_of`."""
    ended: Literal["done", "put_aside"]
    """Whether it is in the dataset."""
    tallies: tuple[Tally, ...] = ()
    """The bookkeeping of one that is."""
    files: tuple[Held, ...] = ()
    """Its files, for a glance; see `glancing`."""
    why: Why = ""
    """Why it is not, as the dataset tells it: in words that don't depend on the machine or on luck."""
    reason: str = ""
    """The same with all that was said, which may name machines and folders."""
    trace: str = ""
    """Where it went wrong, for developers."""
    tries: int = 0
    """How often it failed, or its worker died."""


class Keys:
    """What names all that shapes an item: a mark with another key says nothing any more.

    Args:
        plan: whose items they are.
    """

    def __init__(self, plan: Plan) -> None:
        self._shared = [plan.shaping(), keys.package_version()]

    def of(self, item: Item) -> str:
        """Of one of its items."""
        return fingerprint([item, *self._shared])


def key_of(item: Item, plan: Plan) -> str:
    """Of one item; who wants many makes `Keys` once."""
    return Keys(plan).of(item)


def light(mark: Settled) -> Settled:
    """A mark without its files, which would fill the memory of whoever keeps a hundred thousand of them."""
    return mark.model_copy(update={"files": ()}) if mark.files else mark


def read_mark(places: Places, item: Item, plan: Plan) -> Settled | None:
    """How an item ended, without its files; None when it has not, or something that shapes it has changed since."""
    mark = read_of(item, places.settled(item.id), Keys(plan))
    return mark and light(mark)


def read_marks(places: Places, plan: Plan) -> dict[str, Settled]:
    """How every item ended that has, by name, without its files."""
    known = Keys(plan)
    found = (read_of(item, path, known) for item, path in marked(places, plan))
    return {mark.item: light(mark) for mark in found if mark is not None}


def marked(places: Places, plan: Plan) -> list[tuple[Item, Path]]:
    """The items that have marks, and where these are."""
    # one look into each folder is quicker than one for every item, above all on a disk that is far away
    there = {path.name: path for path in places.settled("x").parent.parent.glob("*/*.json")}
    found = ((item, there.get(f"{item.id}.json")) for item in plan.items)
    return [(item, path) for item, path in found if path]


def read_of(item: Item, path: Path, known: Keys) -> Settled | None:
    """How an item ended, with its files, as `path` says; None when something that shapes it has changed since."""
    mark = read_receipt(path, Settled)
    return mark if mark is not None and mark.key == known.of(item) else None


def write_mark(places: Places, mark: Settled) -> None:
    """Says that an item has ended."""
    disk.write_whole(places.settled(mark.item), mark.model_dump_json(indent=1) + "\n")


def drop_mark(places: Places, name: str) -> None:
    """An item has not ended after all."""
    places.settled(name).unlink(missing_ok=True)
