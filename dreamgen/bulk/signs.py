"""Who lives: each driver's sign of life, and how the others tell that it has stopped.

A sign of life is a file that grows by a byte now and then. Only its owner writes to it. Nobody reads a date: who
looks measures with a clock of their own for how long a sign has stood still, and counts only the time in which they
looked themselves. So a calendar that jumps changes nothing, and a disk that hangs for an hour kills nobody: whoever
waited for it has not looked either.

On NFS a file is asked about anew whenever it is opened, and its length is what never looks the same by chance. An
old view, of a mount that asks less often (`nocto`), makes somebody look still for as long as it lasts: the lease has
to be longer than that (`acregmax`, 60 s where nothing is said).
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from dreamgen.bulk.places import Places
from dreamgen.core.base import Record
from dreamgen.run import disk, keys

_BEAT: Final = b"."
LOOKS: Final = 8
"""In a lease: so often everybody gives a sign of life, and looks at the others'."""
_COUNTS: Final = 4
"""Parts of a lease: what lies between two looks counts for one of them at most."""

Clock = Callable[[], float]


def steady() -> float:
    """Seconds that never jump; they go on while the machine sleeps, where the system counts that."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Sign(Record):
    """A driver's sign of life."""

    name: str
    """Of the driver, like no other's."""
    host: str
    """The machine, its start and the world of processes on it; empty where none of it is known."""
    process: int
    """Its number there."""
    started: str
    """When that process began, in the machine's own count: numbers of processes come again."""
    plan: str
    """The key of the plan that it follows."""
    code: str
    """The package's source that it runs."""
    lease: float = 0.0
    """How often it gives signs: eight times in so many seconds. Who wants them more often waits for as long."""


class Heart:
    """This driver's own sign.

    Args:
        places: the folder that the drivers share.
        plan: the key of the plan that this one follows.
        lease: seconds without a sign of life after which somebody is dead.
        clock: seconds that never jump.
    """

    def __init__(self, places: Places, plan: str, lease: float, clock: Clock = steady) -> None:
        process = os.getpid()
        self.sign = Sign(
            name=secrets.token_hex(8), host=host(), process=process, started=_state(process)[1], plan=plan,
            code=keys.package_version(), lease=lease,
        )  # fmt: skip
        self.lease, self.clock = lease, clock
        self._path = places.driver(self.sign.name)
        self._told = float("-inf")
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def beat(self) -> None:
        """Gives a sign of life, when it is time for one."""
        with self._lock:
            if self._stopped.is_set() or self.clock() - self._told < self.lease / LOOKS:
                return
            try:
                disk.grow(self._path, _BEAT)
            except FileNotFoundError:  # the first one; or somebody swept what was not theirs
                disk.write_whole(self._path, self.sign.model_dump_json() + "\n")
            except OSError:  # a full disk, or one that went away: whoever stays silent too long is taken for dead
                return
            self._told = self.clock()

    def stop(self) -> None:
        """Takes back the sign of life."""
        with self._lock:
            self._stopped.set()
            self._path.unlink(missing_ok=True)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Goes on by itself, whatever else the driver is busy with, until the end of the block."""
        self.beat()
        over = threading.Event()

        def go_on() -> None:
            while not over.wait(self.lease / LOOKS):
                with suppress(OSError):
                    self.beat()

        thread = threading.Thread(target=go_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@dataclass
class _Watched:
    seen: object
    looked: float
    still: float = 0.0
    moved: bool = False


class Vigil:
    """Watches over the others' signs.

    Args:
        places: the folder that the drivers share.
        heart: this driver's own sign.
    """

    def __init__(self, places: Places, heart: Heart) -> None:
        self._places, self._own = places, heart.sign
        self._lease, self._clock = heart.lease, heart.clock
        self._watched: dict[str, _Watched] = {}
        self._gone: set[str] = set()

    def others(self) -> tuple[Sign, ...]:
        """The drivers that may be alive, this one not among them."""
        names = sorted(path.stem for path in self._places.driver("x").parent.glob("*.json"))
        signs = (self._read(name)[0] for name in names if name != self._own.name and not self.dead(name))
        return tuple(sign for sign in signs if sign)

    def dead(self, name: str) -> bool:
        """Whether a driver has stopped for good, as far as can be told from here."""
        if name in self._gone:
            return True
        sign, seen = self._read(name)
        if sign and sign.host and sign.host == self._own.host and not _runs(sign):
            self._gone.add(name)
            return True
        return self.still(name, seen, max(self._lease, sign.lease if sign else 0.0))

    def lives(self, name: str) -> bool:
        """Whether a driver lives for certain; one of another machine does when its sign was seen to grow."""
        sign, _ = self._read(name)
        here = sign is not None and bool(sign.host) and sign.host == self._own.host
        return not self.dead(name) and (here or self._watched[name].moved)

    def still(self, what: str, seen: object, lease: float = 0.0) -> bool:
        """Whether something has looked the same for a whole lease of looking: one's own, or another one."""
        now, lease = self._clock(), lease or self._lease
        before = self._watched.get(what)
        if before is None or before.seen != seen:
            self._watched[what] = _Watched(seen, now, moved=before is not None)
            return False
        # one who slept, or waited for the disk, must not take that for somebody else's silence
        before.still += min(now - before.looked, self._lease / _COUNTS)
        before.looked = now
        return before.still > lease

    def bury(self) -> None:
        """Clears away the signs of the dead. Only for who has nothing to take over any more."""
        for path in self._places.driver("x").parent.glob("*.json"):
            if path.stem != self._own.name and self.dead(path.stem):
                path.unlink(missing_ok=True)

    def _read(self, name: str) -> tuple[Sign | None, tuple[bytes, int]]:
        """A sign, where one can be read, and what it looks like."""
        try:
            with self._places.driver(name).open("rb") as file:
                first, size = file.readline(4096), os.fstat(file.fileno()).st_size
        except OSError:
            return None, (b"", -1)
        with suppress(ValidationError):
            return Sign.model_validate_json(first), (first, size)
        return None, (first, size)


def host() -> str:
    """Where numbers of processes mean something.

    Containers may share a machine's name and its start, and yet each has its own process 1: so it takes the world of
    processes, too.
    """
    try:
        start = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{socket.gethostname()} {start} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _runs(sign: Sign) -> bool:
    """Whether a driver of this very machine still does, or may."""
    try:
        os.kill(sign.process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's process
        pass
    state, started = _state(sign.process)
    if not started or not sign.started:  # the system hides what others' processes do
        return True
    return started == sign.started and state not in "ZX"


def _state(process: int) -> tuple[str, str]:
    """What a process does, as a letter, and when it began, in ticks since the machine's start; empty if unknown."""
    try:
        told = Path(f"/proc/{process}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return "", ""
    # its name stands in brackets and may hold anything, brackets too
    fields = told.rpartition(")")[2].split()
    return fields[0], fields[19]
