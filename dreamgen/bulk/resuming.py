"""What stands of a bulk run when a driver begins: every mark is read, and the files that it names are looked at.

A hundred thousand stories have millions of files. On a disk that is far away each look is a journey, so many are made
at once; on one that is near, that costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from dreamgen.bulk.glancing import amiss
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.marks import Keys, Settled, light, marked, read_of
from dreamgen.bulk.places import Places

LOOKS: Final = 16
"""Looks at a disk at the same time."""
_AT_ONCE: Final = 64
"""Stories that one thread looks through before it takes others."""

Standing = tuple[Settled, str]
"""How a story ended, without its files, and what is wrong with these; no words where nothing is."""


def standing(places: Places, plan: Plan) -> Iterator[Standing]:
    """How every story ended that has, in the order of the plan."""
    there, keys = marked(places, plan), Keys(plan)

    def look(first: int) -> list[Standing]:
        return list(_standing(places, keys, there[first : first + _AT_ONCE]))

    with ThreadPoolExecutor(LOOKS, "looks") as threads:
        for some in threads.map(look, range(0, len(there), _AT_ONCE)):
            yield from some


def _standing(places: Places, keys: Keys, there: Sequence[tuple[Item, Path]]) -> Iterator[Standing]:
    for item, path in there:
        mark = read_of(item, path, keys)
        if mark is not None:
            yield light(mark), amiss(places.item(item.id), mark.files)
