"""Sixty small stories on a real Ray, with workers and drivers killed at random: are the bytes those of a quiet run?

    python benchmarks/bulk_kills.py [--stories 60] [--workers-killed 15] [--drivers-killed 5] [--seed 7]
        [--verify measures] [--json]

A quiet run with the local executor makes the reference. Then the same plan is made on a Ray cluster of this machine;
at moments drawn from the seed a worker gets kill -9, or the driver does, and then another driver goes on with another
number of workers. A worker is halted, looked at and then killed, so that what it had finished is known exactly. In the
end the folders are compared byte by byte (only the seconds in receipts may differ), and what was done twice is counted.
It works on Linux; it looks its own processes up in /proc.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.journal import Line, read_journals
from dreamgen.bulk.local import LocalExecutor
from dreamgen.bulk.places import Places
from dreamgen.bulk.ray import RayExecutor
from dreamgen.core.brief import Brief
from dreamgen.run.bulking import Bulk
from dreamgen.run.recipe import read_recipe

CREWS = (2, 1, 3, 1, 2, 1)
"""How many workers the first driver has, the second, and so on."""
RECIPE = ("size=[128,72]", "fps=1", "shots=1", "bulk.shard=16")
OWN = ("claims", "drivers", "journal", "logs")
"""Folders that tell who worked when, and not what was made."""
PATIENCE = 300.0
LOOK = 0.2
"""Seconds between two looks, each of which reads all of /proc or lists what is settled."""


def plan(stories: int, verifier: str) -> Plan:
    """So many stories of one sentence, whose claims one verifier judges."""
    items = tuple(
        Item(id=f"story-{k:03}", source=Brief(text=f"Mara finds {k + 2} apples."), seed=k, look="flat")
        for k in range(stories)
    )
    return Plan(items=items, recipe=read_recipe("storyboard", [*RECIPE, f"verify={verifier}"]))


@dataclass
class Counts:
    """What the killer did and found."""

    workers: int = 0
    """Workers killed by the killer's own hand."""
    drivers: int = 0
    in_flight: int = 0
    """Stories in the hands of a worker at the moment when it, or its driver, was killed."""
    finished: dict[str, int] = field(default_factory=dict)
    """Artefacts that a story had when it was last interrupted."""
    seen: set[tuple[str, int]] = field(default_factory=set)
    """Stories that were interrupted, and in whose hands."""


class Killer:
    """Starts drivers, and kills them and their workers.

    Args:
        address: of the Ray cluster.
        ray: the number of the process that runs it.
        out: the folder of the bulk run.
        stories: of the plan.
        verifier: of the plan.
        lot: draws moments and victims.
    """

    def __init__(self, address: str, ray: int, out: Path, stories: int, verifier: str, lot: random.Random) -> None:
        self._address, self._ray, self._places, self._lot = address, ray, Places(out), lot
        self._stories, self._verifier = stories, verifier
        self.counts = Counts()

    def run(self, workers: int, drivers: int) -> None:
        """The whole run, to its end."""
        kinds = ["worker"] * workers + ["driver"] * drivers
        self._lot.shuffle(kinds)
        moments = sorted(self._lot.uniform(0, self._stories * 0.8) for _ in kinds)
        driver = self._start()
        for kind, moment in zip(kinds, moments, strict=True):
            self._until(lambda moment=moment: self._settled() >= moment, driver)  # type: ignore[misc]
            time.sleep(self._lot.uniform(0, 0.5))
            if kind == "worker":
                self._kill_worker(driver)
            else:
                driver = self._kill_driver(driver)
        if driver.wait(PATIENCE) != 0:
            raise SystemExit("the last driver failed")

    def _start(self) -> subprocess.Popen[bytes]:
        crew = CREWS[self.counts.drivers % len(CREWS)]
        told = ["--drive", str(self._places.folder), "--address", self._address, "--workers", str(crew)]
        told += ["--stories", str(self._stories), "--verify", self._verifier]
        return subprocess.Popen([sys.executable, __file__, *told])

    def _kill_worker(self, driver: subprocess.Popen[bytes]) -> None:
        self._until(self._workers, driver)
        victim = self._lot.choice(self._workers())
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGSTOP)
            self._look(victim)
            os.kill(victim, signal.SIGKILL)
            self.counts.workers += 1
        self._until(lambda: victim not in self._workers())

    def _kill_driver(self, driver: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        self._until(self._workers, driver)
        driver.kill()
        driver.wait()
        self.counts.drivers += 1
        self._until(lambda: not self._workers())
        self._look()
        return self._start()

    def _look(self, victim: int | None = None) -> None:
        """Counts what is finished of the stories that a worker was at, or any; a story's lock names its worker."""
        for lock in self._places.folder.glob("items/*/*/.lock"):
            with contextlib.suppress(OSError, ValueError):
                worker, story = int(lock.read_text()), lock.parent.name
                if victim in (worker, None) and (story, worker) not in self.counts.seen:
                    self.counts.seen.add((story, worker))
                    self.counts.in_flight += 1
                    self.counts.finished[story] = artefacts(lock.parent)

    def _settled(self) -> int:
        return sum(1 for _ in self._places.folder.glob("settled/*/*.json"))

    def _workers(self) -> list[int]:
        return sorted(number for number in below(self._ray) if b"ray::RayWorker" in command(number))

    def _until(self, come: Callable[[], Any], driver: subprocess.Popen[bytes] | None = None) -> None:
        until = time.monotonic() + PATIENCE
        while not come():
            if time.monotonic() > until or (driver is not None and driver.poll() is not None):
                raise SystemExit("what was waited for never came: see the driver's words above")
            time.sleep(LOOK)


def artefacts(item: Path) -> int:
    """Finished things in a story's folder."""
    return sum(1 for _ in item.glob("**/.store/*/*.json"))


def below(process: int) -> Iterator[int]:
    """The processes that a process started, and those that they started."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents.setdefault(int(path.read_text().rpartition(")")[2].split()[1]), []).append(int(path.parent.name))
    found = [process]
    while found:
        children = parents.get(found.pop(), [])
        yield from children
        found += children


def command(process: int) -> bytes:
    """What a process is called."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def digests(folder: Path) -> dict[str, str]:
    """Every file that says what was made, and the hash of its bytes; of receipts without the seconds."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder)
        if name.parts[0] not in OWN:
            data = path.read_bytes()
            if name.name == "receipt.json":
                data = json.dumps({**json.loads(data), "seconds": []}, sort_keys=True).encode()
            found[name.as_posix()] = hashlib.sha256(data).hexdigest()
    return found


def redone(places: Places, counts: Counts, whole: int) -> int:
    """Finished artefacts of interrupted stories that the walk to their end made once more.

    A story that was interrupted once more, unseen, had less left to make; that takes nothing from what another made.
    """
    last: dict[str, Line] = {line.item: line for line in read_journals(places) if line.what == "done"}
    made = {item: sum(timed.made for timed in last[item].timed) for item in counts.finished}
    return sum(max(0, made[item] - (whole - finished)) for item, finished in counts.finished.items())


def main() -> None:
    """Prints what was killed, what was done twice, and which files differ."""
    told = arguments()
    if told.drive:
        run_bulk(plan(told.stories, told.verify), told.drive, RayExecutor(told.address, told.workers))
        return
    with tempfile.TemporaryDirectory() as scratch:
        report = compare(told, Path(scratch))
    print(json.dumps(report) if told.json else "\n".join(f"{name}: {value}" for name, value in report.items()))


def compare(told: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Makes the stories twice, once in peace."""
    begun, burnt = time.monotonic(), cpu()
    whole_plan = plan(told.stories, told.verify)
    run_bulk(whole_plan, scratch / "quiet", LocalExecutor(1))
    quiet, quietly = time.monotonic() - begun, cpu() - burnt
    places = Places(scratch / "killed")
    with cluster() as address:
        killer = Killer(address, os.getpid(), places.folder, told.stories, told.verify, random.Random(told.seed))
        killer.run(told.workers_killed, told.drivers_killed)
    counts, (one, other) = killer.counts, map(digests, (scratch / "quiet", scratch / "killed"))
    names = {item.id for item in whole_plan.items}
    walks = Counter[str](line.what for line in read_journals(places) if line.item in names)
    whole = artefacts(Places(scratch / "quiet").item("story-000"))
    return {
        "stories": told.stories,
        "workers killed": counts.workers,
        "drivers killed": counts.drivers,
        "walks begun": walks["began"],
        "walks done": walks["done"],
        "walks that died": walks["died"],
        "walks lost with a driver": walks["began"] - walks["done"] - walks["died"] - walks["failed"],
        "walks failed": walks["failed"],
        "stories in flight when killed": counts.in_flight,
        "artefacts a story": whole,
        "finished artefacts made again": redone(places, counts, whole),
        "the same by the journals": sum(line.made_again for line in read_journals(places)),
        "files": len(one),
        "files that differ": sorted(name for name in {*one, *other} if one.get(name) != other.get(name)),
        "seconds of the quiet run": round(quiet, 1),
        "seconds of the other": round(time.monotonic() - begun - quiet, 1),
        "CPU seconds of the quiet run": round(quietly, 1),
        "CPU seconds of the other": round(cpu() - burnt - quietly, 1),
    }


def cpu() -> float:
    """CPU seconds of this process and of those that it, or one of them, has seen end."""
    return sum(os.times()[:4])


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """A Ray of this machine that outlives its drivers, closed to the network; yields its address."""
    host = RayExecutor(workers=max(CREWS))
    host.join(Bulk())
    import ray

    try:
        yield ray.get_runtime_context().gcs_address
    finally:
        host.close()


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=60)
    parser.add_argument("--workers-killed", type=int, default=15)
    parser.add_argument("--drivers-killed", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--verify", default="measures", help="what judges claims")
    parser.add_argument("--json", action="store_true", help="print one line for programs")
    parser.add_argument("--drive", type=Path, help="be one of the drivers, in this folder")
    parser.add_argument("--address", default="", help="the Ray of a driver")
    parser.add_argument("--workers", type=int, default=2, help="of a driver")
    return parser.parse_args()


if __name__ == "__main__":
    main()
