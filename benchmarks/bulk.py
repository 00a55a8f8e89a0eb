"""How many stories a minute two cores make, what more workers and Ray give or take, and what a thousand stories need.

    python benchmarks/bulk.py examples/*.txt --stories 40

Rounds of a few stories are made by one worker and by two of the local executor, and by two of Ray, in turn and in
folders of their own, so that whatever else the machine does meets all alike. Then a longer run by two workers gives
the rates, the memory of a worker and the projection. All of it are real runs by the recipe that is asked for. Times are
given from the command to the whole dataset, and from the first story's beginning to the last one's end: what is between
the two, starting and joining, does not grow with the number of stories as those do.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.executing import Executor
from dreamgen.bulk.items import Item, Plan, item_id
from dreamgen.bulk.journal import read_journals
from dreamgen.bulk.local import LocalExecutor
from dreamgen.bulk.places import Places
from dreamgen.bulk.ray import RayExecutor
from dreamgen.core.brief import Brief
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import read_recipe
from dreamgen.style.book import style_names


class Made(NamedTuple):
    """What one run made, and in which time."""

    seconds: float
    """From the start to the dataset."""
    walking: float
    """From the first story's beginning to the last one's end."""
    stories: int
    keyframes: int
    film_seconds: float
    pairs: int
    disk_bytes: int
    memory_mib: tuple[float, ...]
    """The most that a worker had, walk by walk."""

    def a_minute(self, what: float) -> float:
        """A rate."""
        return what * 60.0 / self.seconds


def plan_of(plots: Sequence[Path], stories: int, first: int, changes: Sequence[str], recipe: str) -> Plan:
    """As many stories as asked: the plots by turns, each time with another seed and in another style."""
    items = []
    looks = style_names()
    for number in range(first, first + stories):
        plot = plots[number % len(plots)]
        source = Brief(text=plot.read_text("utf-8"))
        look = looks[number // len(plots) % len(looks)]
        items.append(Item(id=item_id(plot.stem, [source, number]), source=source, seed=number, look=look))
    return Plan(items=tuple(items), recipe=read_recipe(recipe, changes))


def run(plan: Plan, executor: Executor, out: Path) -> Made:
    """Makes a plan, and counts."""
    began = time.monotonic()
    run_bulk(plan, out, executor)
    seconds = time.monotonic() - began
    parts = open_run(out).stories
    lines = list(read_journals(Places(out)))
    return Made(
        seconds=seconds,
        walking=max(line.at for line in lines) - min(line.at for line in lines),
        stories=len(parts),
        keyframes=sum(len(part.story.shots) for part in parts),
        film_seconds=sum(part.clips["film"].seconds for part in parts),
        pairs=sum(len(part.pairs) for part in parts),
        disk_bytes=sum(path.stat().st_size for path in out.rglob("*") if path.is_file()),
        memory_mib=tuple(line.memory_mib for line in lines if line.memory_mib),
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plots", type=Path, nargs="+")
    parser.add_argument("--stories", type=int, default=40, help="of the longer run")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--each", type=int, default=4, help="stories that everybody makes in one round")
    parser.add_argument("--recipe", default="storyboard")
    parser.add_argument("--set", dest="changes", action="append", default=[], help="changes the recipe")
    parser.add_argument("--out", type=Path, help="keeps the longer run here")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp())
    ways: dict[str, Callable[[], Executor]] = {
        "local, 1 worker": lambda: LocalExecutor(1),
        "local, 2 workers": lambda: LocalExecutor(2),
        "Ray, 2 workers": lambda: RayExecutor(workers=2),
    }
    taken: dict[str, list[Made]] = {way: [] for way in ways}
    for number in range(options.rounds):
        plan = plan_of(options.plots, options.each, 10_000 + number * options.each, options.changes, options.recipe)
        for way, executor in ways.items():
            made = run(plan, executor(), work / f"{number}-{way}")
            taken[way].append(made)
            print(
                f"round {number + 1}, {way}: {made.stories} stories in {made.seconds:.1f} s, "
                f"{made.walking:.1f} s of it at work",
                flush=True,
            )
    for what in ("seconds", "walking"):
        one, two, ray = (sum(getattr(made, what) for made in taken[way]) for way in ways)
        told = "at work" if what == "walking" else "in all"
        print(
            f"two workers are {one / two:.2f} times as fast as one, {told}; Ray takes {ray / two:.2f} of local's time"
        )
    shutil.rmtree(work)

    out = options.out or Path(tempfile.mkdtemp()) / "bulk"
    made = run(plan_of(options.plots, options.stories, 0, options.changes, options.recipe), LocalExecutor(2), out)
    print(f"{made.stories} stories by 2 workers in {made.seconds:.0f} s; a minute:")
    for what, value in (
        ("stories", made.stories),
        ("keyframes", made.keyframes),
        ("film seconds", made.film_seconds),
        ("kept pairs", made.pairs),
    ):
        print(f"  {what}: {made.a_minute(value):.2f}")
    print(f"memory of a worker: {median(made.memory_mib):.0f} MiB, {max(made.memory_mib):.0f} at most")
    pairs = made.pairs / made.stories
    thousand = made.seconds / made.stories * 1000
    hundred_thousand = made.seconds / made.pairs * 100_000
    print(
        f"1,000 stories like these: {thousand / 3600:.1f} h on 2 cores, {pairs * 1000:,.0f} kept pairs, "
        f"{made.disk_bytes / made.stories * 1000 / 1e9:.1f} GB; 100,000 kept pairs: {hundred_thousand / 3600:.1f} h, "
        f"{100_000 / pairs:,.0f} stories, {made.film_seconds / made.pairs * 100_000 / 3600:.1f} h of film"
    )


if __name__ == "__main__":
    main()
