"""Who works on what, on a disk that several machines share: no database, no locks, no calendar.

What somebody may work on has a row of files, numbered from 0; who made the last one has it. A file of the row is made
in the one step that no two machines can both do (`disk.make_new`), by somebody who saw that the last one is free: let
go by its owner, who then makes it a byte longer, or its owner is dead. Nothing in the row is ever taken away while
somebody may still work, so whoever was slow to act on what they saw finds the next number taken, and looks again.
Therefore no two of the living have the same thing:

- Of those who saw the same last file, one makes the next.
- Who saw an older one last can't make a file after it: that one is there.
- What others remember wrongly (NFS keeps names and sizes for a while) is always something older: a file without the
  one behind it, or one not yet let go. Both only delay.
- An answer that gets lost on its way (NFS then asks again, and is told that the file is there) leaves a file without
  an owner, which is free after a lease.

One who was taken for dead and is not (halted for longer than a lease) has lost what it had: `has` tells it. What it
does before it asks does no harm: the store writes the same bytes.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Final

from dreamgen.bulk.items import fan
from dreamgen.bulk.places import Places
from dreamgen.bulk.signs import LOOKS, Clock, Heart, Sign, Vigil, steady
from dreamgen.run import disk

_LET_GO: Final = b"-"
_NAME: Final = re.compile(rb"[0-9a-f]{16}")
_HALF_WRITTEN: Final = (
    ".plan.*.part", ".recipe.toml.*.part", ".stories.jsonl.*.part", ".receipt.json.*.part", "settled/*/.*.part",
    "dataset/.*.part", "dataset/.shards/.*.part",
)  # fmt: skip
"""What a driver that is killed while it writes may leave, where nobody writes but drivers."""
_TRIES: Final = 3
"""Looks at a row that others lengthen meanwhile; whoever loses so often comes again later."""


class Claims:
    """What one driver works on, and what others do.

    Args:
        places: the folder that they share.
        plan: the key of the plan that this driver follows.
        lease: seconds without a sign of life after which somebody is dead.
        clock: seconds that never jump.
    """

    def __init__(self, places: Places, plan: str, lease: float, clock: Clock = steady) -> None:
        self._places = places
        self._heart = Heart(places, plan, lease, clock)
        self._vigil = Vigil(places, self._heart)
        self._mine: dict[str, int] = {}
        self._known: dict[str, int] = {}
        self._looked = float("-inf")

    @property
    def name(self) -> str:
        """Of the driver."""
        return self._heart.sign.name

    def live(self) -> None:
        """Gives a sign of life, and looks at those of others, when it is time for it."""
        self._heart.beat()
        now = self._heart.clock()
        if now - self._looked >= self._heart.lease / LOOKS:
            self._looked = now
            self.others()

    def beating(self) -> AbstractContextManager[None]:
        """Signs of life come by themselves until the end of the block."""
        return self._heart.beating()

    def others(self) -> tuple[Sign, ...]:
        """The drivers that may be alive, this one not among them."""
        return self._vigil.others()

    def strangers(self) -> tuple[Sign, ...]:
        """Those of them that follow another plan, or run other code: what they make is not what this one would.

        It waits until it knows of each whether it lives: up to a lease, where one of another machine was killed.
        """
        own, lease = self._heart.sign, self._heart.lease
        while True:
            strange = tuple(sign for sign in self.others() if (sign.plan, sign.code) != (own.plan, own.code))
            if not strange or any(self._vigil.lives(sign.name) for sign in strange):
                return strange
            self.live()
            time.sleep(lease / LOOKS)

    def take(self, thing: str) -> bool:
        """Claims something, unless somebody alive has it."""
        for _ in range(_TRIES):
            number, told = self._last(thing)
            if told == self.name.encode():
                self._mine[thing] = number
                return True
            if number >= 0 and not self._free(thing, number, told):
                return False
            if disk.make_new(self._file(thing, number + 1), self.name.encode()):
                self._mine[thing] = self._known[thing] = number + 1
                return True
        return False

    def has(self, thing: str) -> bool:
        """Whether a claim still stands; who was halted for long has to ask before it tells what became of a thing."""
        number = self._mine.get(thing)
        if number is None:
            return False
        if self._last(thing) == (number, self.name.encode()):
            return True
        del self._mine[thing]
        return False

    def drop(self, thing: str) -> None:
        """Lets something go."""
        number = self._mine.pop(thing, None)
        if number is not None:
            with suppress(FileNotFoundError):  # swept, since everything is made
                disk.grow(self._file(thing, number), _LET_GO)

    def leave(self) -> None:
        """Lets everything go, and takes back the sign of life."""
        for thing in tuple(self._mine):
            with suppress(OSError):  # a disk that is full or gone; what is not let go is free after a lease
                self.drop(thing)
        self._heart.stop()

    def sweep(self) -> None:
        """Leaves, as everything is made; the last one clears away all claims, and what dead drivers left."""
        self.leave()
        if self.others():
            return
        self._vigil.bury()
        shutil.rmtree(self._places.claim("x").parent, ignore_errors=True)
        for pattern in _HALF_WRITTEN:
            for path in self._places.folder.glob(pattern):
                path.unlink(missing_ok=True)
        self._known.clear()

    def _free(self, thing: str, number: int, told: bytes) -> bool:
        """Whether the last file of a row, in which `told` stands, is nobody's any more."""
        if _NAME.fullmatch(told):
            return self._vigil.dead(told.decode())
        if _NAME.fullmatch(told.removesuffix(_LET_GO)):
            return True
        # nobody's name: its maker is just writing it, or died in between, or something damaged it
        return self._vigil.still(f"{thing} {number}", told)

    def _last(self, thing: str) -> tuple[int, bytes]:
        """The number of the last file of a row and what it holds; -1 of one that has none."""
        first = self._known.get(thing, 0)
        found = list(self._row(thing, first)) or (list(self._row(thing, 0)) if first else [])
        number, told = found[-1] if found else (-1, b"")
        self._known[thing] = max(number, 0)
        return number, told

    def _row(self, thing: str, number: int) -> Iterator[tuple[int, bytes]]:
        while (told := disk.read_anew(self._file(thing, number))) is not None:
            yield number, told
            number += 1

    def _file(self, thing: str, number: int) -> Path:
        whole = self._places.claim(thing)
        return whole.parent / fan(thing) / f"{whole.name}.{number}"
