"""What grows with the number of stories: files, folders, bytes, the driver's memory, and its time.

    python benchmarks/bulk_limits.py --run outputs/bulk --items 100000

Counts a finished bulk run by its parts, counts what one of its stories asks of the disk while it is made again, and
lets a driver begin and schedule a plan of as many items as asked, whose marks are on the disk already or whose workers
take no time. docs/scale.md reckons with what this prints.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from dreamgen.bulk.glancing import Held
from dreamgen.bulk.items import Item, Plan, fan
from dreamgen.bulk.marks import Settled, key_of, write_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import read_plan
from dreamgen.bulk.resuming import standing
from dreamgen.bulk.schedule import Schedule
from dreamgen.bulk.working import Task, peak_memory, work
from dreamgen.core.brief import Brief
from dreamgen.engines.processes import ALLOWED
from dreamgen.run.bulking import EVERYTHING
from dreamgen.run.journal import lines
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import Recipe

MARKED, FILES = 2000, 32
"""Stories that a driver finds when it begins, and files of each: as many as one of six shots has."""
TEXT = "Mara walks along the harbour in a red coat and looks for her dog, which has run into the forest. " * 5


def count(folder: Path) -> None:
    """What a run has on the disk, by the first part of the path."""
    stories = len(open_run(folder).stories)
    files, folders, size = Counter[str](), Counter[str](), Counter[str]()
    for path in folder.rglob("*"):
        part = path.relative_to(folder).parts[0]
        if path.is_dir():
            folders[part] += 1
        else:
            files[part] += 1
            size[part] += path.stat().st_size
    print(f"{stories} stories in {folder.name}; for each of them:")
    print("| part | files | folders | kB |")
    print("| --- | ---: | ---: | ---: |")
    for part in (*sorted(files, key=lambda part: -size[part]), "all"):
        row = [some.total() if part == "all" else some[part] for some in (files, folders, size)]
        print(f"| {part} | {row[0] / stories:.1f} | {row[1] / stories:.1f} | {row[2] / stories / 1e3:.1f} |")
    total = files.total() + folders.total()
    print(f"{total / stories:.0f} million objects for a million stories")


def write_again(folder: Path) -> None:
    """What the first story of a run asks of the disk, from nothing to its end."""
    plan = read_plan(folder)
    calls, real = Counter[str](), {name: getattr(os, name) for name in ("fsync", "mkdir", "replace", "unlink")}
    for name in real:
        setattr(os, name, partial(_counted, name, real, calls))
    os.environ[ALLOWED] = "1"
    with tempfile.TemporaryDirectory() as out:
        began = time.monotonic()
        task = Task(folder=Path(out), item=plan.items[0], recipe=plan.recipe, pool=EVERYTHING)
        ended = work(task).ended
        told = ", ".join(f"{count} {name}" for name, count in sorted(calls.items()))
        print(f"a story in {_since(began):.1f} s ({ended}): {told}")
    for name, function in real.items():
        setattr(os, name, function)


def _counted(name: str, real: Mapping[str, Any], calls: Counter[str], *arguments: Any, **options: Any) -> Any:
    calls[name] += 1
    return real[name](*arguments, **options)


def drive(items: int) -> None:
    """What a driver takes for a plan of so many items."""
    with tempfile.TemporaryDirectory() as out:
        places = Places(Path(out))
        began = time.monotonic()
        source = [Item(id=f"story-{number:07d}", source=Brief(text=TEXT), seed=number) for number in range(items)]
        plan = Plan(items=tuple(source), recipe=Recipe())
        print(f"plan: {items} items made in {_since(began):.1f} s")
        began = time.monotonic()
        key = plan.key
        print(f"plan: its key in {_since(began):.1f} s ({key[:8]}), {len(lines(plan.items)) / items:.0f} bytes a line")
        some = source[: min(items, MARKED)]
        for item in some:
            files = tuple(Held(f"clips/{number:02d}.mp4", 0) for number in range(FILES))
            for file in files:
                path = places.item(item.id) / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            write_mark(places, Settled(item=item.id, key=key_of(item, plan), ended="done", files=files))
        began, busy = time.monotonic(), time.process_time()
        assert len(list(standing(places, plan))) == len(some)
        rate, cpu = len(some) / _since(began), 1000 * (time.process_time() - busy) / len(some)
        print(f"start: {rate:.0f} stories a second looked through, {cpu:.2f} ms of a core for each")
        print(f"marks: in {len({fan(one.id) for one in some})} folders")
    began = time.monotonic()
    schedule = Schedule([item.id for item in source], plan.recipe.bulk, {"all": 64})
    (pool,) = plan.recipe.bulk.pools
    while not schedule.over:
        for name in schedule.take(pool, 64, 0.0, lambda _: True):
            schedule.settled(name)
    print(f"schedule: {items / _since(began):.0f} stories a second")
    print(f"memory of the driver: {peak_memory():.0f} MiB")


def _since(began: float) -> float:
    return max(time.monotonic() - began, 1e-9)


def main() -> None:
    """Counts, drives, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, help="a finished bulk run to count")
    parser.add_argument("--items", type=int, default=100_000)
    options = parser.parse_args()
    if options.run:
        count(options.run)
        write_again(options.run)
    drive(options.items)


if __name__ == "__main__":
    main()
