"""What stands of a bulk run when a driver begins: every mark is read, and the files that it names are looked at.

A hundred thousand stories have millions of files. On a disk that is far away each look is a journey, so many are made
at once; on one that is near, that costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from dreamgen.bulk.glancing import amiss
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.marks import Keys, Settled, light, marked, read_of
from dreamgen.bulk.places import Places

T = TypeVar("T")

LOOKS: Final = 16
"""Looks at a disk at the same time."""
_AT_ONCE: Final = 64
"""Stories that one thread looks through before it takes others."""
_HEAD: Final = 512
"""Bytes of a mark in which its key stands."""

Standing = tuple[Settled, str]
"""How a story ended, without its files, and what is wrong with these; no words where nothing is."""


def standing(places: Places, plan: Plan) -> Iterator[Standing]:
    """How every story ended that has, in the order of the plan."""
    keys = Keys(plan)

    def look(item: Item, path: Path) -> Standing | None:
        mark = read_of(item, path, keys)
        return None if mark is None else (light(mark), amiss(places.item(item.id), mark.files))

    return (one for one in _looked_at(places, plan, look) if one is not None)


def ended_items(places: Places, plan: Plan) -> frozenset[str]:
    """The names of the stories that have ended, for an estimate: no more of their marks is read than the key."""
    keys = Keys(plan)

    def look(item: Item, path: Path) -> str:
        with suppress(FileNotFoundError), path.open("rb") as file:  # another driver has it made again
            return item.id if keys.of(item).encode() in file.read(_HEAD) else ""
        return ""

    return frozenset(filter(None, _looked_at(places, plan, look)))


def _looked_at(places: Places, plan: Plan, look: Callable[[Item, Path], T]) -> Iterator[T]:
    there = marked(places, plan)

    def some(first: int) -> list[T]:
        return [look(item, path) for item, path in there[first : first + _AT_ONCE]]

    with ThreadPoolExecutor(LOOKS, "looks") as threads:
        for found in threads.map(some, range(0, len(there), _AT_ONCE)):
            yield from found
