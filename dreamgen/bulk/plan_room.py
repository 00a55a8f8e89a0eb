"""Whether a plan fits the disk, and what making it will cost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from dreamgen.bulk.executing import Executor
from dreamgen.bulk.items import Plan
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan_cost import Forecast, Ground, scaled, unmade
from dreamgen.bulk.plan_probe import Measured, Probed, measured_before, probe
from dreamgen.bulk.plan_sizes import shots_of
from dreamgen.bulk.plan_tables import from_tables
from dreamgen.core.base import Record
from dreamgen.core.sizes import size_words
from dreamgen.errors import DreamgenError


class Site(Record):
    """Where a plan is made, and by how many."""

    folder: Path
    """Of the bulk run."""
    workers: tuple[tuple[str, int], ...]
    """Of every pool."""
    cpus: int = 0
    """Of the machine that all of them share; 0 where they don't."""


def rehearse(plan: Plan, site: Site, probes: int, executor: Callable[[], Executor], tell: Probed) -> Forecast:
    """What a plan will cost, after so many of its stories were made to measure them.

    Args:
        plan: the stories.
        site: where they are made.
        probes: stories to measure; 0 measures none, and goes by the tables.
        executor: makes the one that runs the workers, if it takes any.
        tell: hears of every story that is made.

    Raises:
        DreamgenError: when none of the stories that were tried can be made.
    """
    measured = probe(plan, site.folder, probes, executor, tell) if probes else ()
    return expect(plan, site, measured)


def expect(plan: Plan, site: Site, measured: tuple[Measured, ...] | None = None) -> Forecast:
    """What a plan will cost by what was measured, or else by the tables.

    Args:
        plan: the stories.
        site: where they are made.
        measured: None takes what was measured in the folder before.
    """
    known = measured_before(plan, site.folder) if measured is None else measured
    ground = Ground(
        shots=shots_of(plan, {one.item: one.shots for one in known}, site.folder),
        left=unmade(plan, site.folder, known), workers=dict(site.workers), cpus=site.cpus, free=room(site.folder),
    )  # fmt: skip
    return scaled(plan, known, ground) if known else from_tables(plan, site.folder, ground)


def check_room(forecast: Forecast, folder: Path) -> None:
    """Refuses what does not fit. Shards that are there already make room for those that take their place.

    Raises:
        DreamgenError: when the stories that are left and the dataset need more room than there is.
    """
    shards = max(0.0, forecast.dataset_bytes.value - _shards(folder))
    needed = forecast.items_bytes.value + shards
    if needed > forecast.free_bytes:
        raise DreamgenError(
            f"the plan does not fit the disk: {folder} has {size_words(forecast.free_bytes)} free, and "
            f"{size_words(needed)} are needed, {size_words(forecast.items_bytes.value)} of them for "
            f"{forecast.left} stories and {size_words(shards)} for the shards of the dataset",
            "Free some space, choose another disk with --out, make fewer with --limit, or go on with --force.",
        )


def room(folder: Path) -> int:
    """Bytes that are free where a folder is, or will be."""
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    return shutil.disk_usage(there).free


def _shards(folder: Path) -> int:
    """Bytes of the shards that are there."""
    return sum(path.stat().st_size for path in Places(folder).dataset.glob("*-[0-9]*") if path.is_file())


def workers_of(plan: Plan, asked: int) -> tuple[tuple[str, int], ...]:
    """How many workers every pool has, where there are so many of each that the recipe leaves open."""
    return tuple((pool.name, pool.workers or asked) for pool in plan.recipe.bulk.pools)
