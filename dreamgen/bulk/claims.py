"""Who works on what, on a disk that several machines share: no database, no locks, no clock.

A driver shows that it lives by counting up in a file of its own. What it works on it claims by making a file that
must not exist yet, which NFS and Lustre do as one step. Whoever finds something claimed watches the claimant's count
against his own steady clock: one that stands still for the whole lease is dead, whatever any calendar says, and what
it held is free. One that is not dead after all, only very slow, does no harm: the store's writes are the same bytes.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from dreamgen.bulk.places import Places
from dreamgen.core.base import Record
from dreamgen.run import disk


class Sign(Record):
    """A driver's sign of life."""

    name: str
    """Of the driver."""
    host: str
    """The machine and its start, so that a number of a process means something."""
    process: int
    """Its number there."""
    plan: str
    """The key of the plan that it follows."""
    count: int
    """Grows as long as it lives."""


class Claims:
    """What one driver works on, and what others do.

    Args:
        places: the folder that they share.
        plan: the key of the plan that this driver follows.
        lease: seconds without a sign of life after which somebody is dead.
        clock: seconds that never jump.
    """

    def __init__(self, places: Places, plan: str, lease: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._places, self._lease, self._clock = places, lease, clock
        self._sign = Sign(name=secrets.token_hex(8), host=_host(), process=os.getpid(), plan=plan, count=0)
        self._seen: dict[str, tuple[int, float]] = {}
        self._told = float("-inf")

    @property
    def name(self) -> str:
        """Of the driver."""
        return self._sign.name

    def live(self) -> None:
        """Gives a sign of life, when it is time for one."""
        if self._clock() - self._told < self._lease / 4:
            return
        self._sign = self._sign.model_copy(update={"count": self._sign.count + 1})
        disk.write_whole(self._places.driver(self.name), self._sign.model_dump_json() + "\n")
        self._told = self._clock()

    def others(self) -> tuple[Sign, ...]:
        """The drivers that may be alive, this one not among them."""
        found = (_sign(path) for path in sorted(self._places.driver("x").parent.glob("*.json")))
        return tuple(sign for sign in found if sign and sign.name != self.name and not self._dead(sign.name))

    def take(self, thing: str) -> bool:
        """Claims something, unless somebody alive has it."""
        path = self._places.claim(thing)
        while not _make(path, self.name):
            holder = _holder(path)
            if holder == self.name:
                return True
            if not self._dead(holder):
                return False
            # only one of those who saw the death moves the claim away
            with suppress(FileNotFoundError):
                away = path.with_name(f".{path.name}.{self.name}.part")
                path.rename(away)
                if _holder(away) != holder:  # somebody was quicker, and this is the new claim
                    _make(path, _holder(away))
                away.unlink(missing_ok=True)
        return True

    def drop(self, thing: str) -> None:
        """Lets something go."""
        path = self._places.claim(thing)
        if _holder(path) == self.name:
            path.unlink(missing_ok=True)

    def leave(self) -> None:
        """Takes back the sign of life; nothing may be claimed any more."""
        self._places.driver(self.name).unlink(missing_ok=True)

    def _dead(self, name: str) -> bool:
        sign = _sign(self._places.driver(name)) if name else None
        if sign is None:
            count = -1
        elif sign.host == self._sign.host and not _runs(sign.process):
            return True
        else:
            count = sign.count
        first = self._seen.get(name)
        if first is None or first[0] != count:
            self._seen[name] = (count, self._clock())
            return False
        return self._clock() - first[1] > self._lease


def _make(path: Path, name: str) -> bool:
    """Makes a file that must not exist yet, whole in one step: a link to a file that is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f".{path.name}.{name}.{secrets.token_hex(4)}.part")
    whole.write_text(name, "utf-8")
    try:
        os.link(whole, path)
    except FileExistsError:
        return False
    finally:
        whole.unlink(missing_ok=True)
    return True


def _holder(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return ""


def _sign(path: Path) -> Sign | None:
    try:
        return Sign.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _host() -> str:
    with suppress(OSError):
        return f"{socket.gethostname()} {Path('/proc/sys/kernel/random/boot_id').read_text().strip()}"
    return f"{socket.gethostname()} {secrets.token_hex(8)}"


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
