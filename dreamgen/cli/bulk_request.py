"""What `dreamgen bulk` was asked for: which stories, by which recipe, and who works."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from dreamgen.bulk.executing import Ended, Executor
from dreamgen.bulk.items import Plan
from dreamgen.bulk.local import LocalExecutor
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import Planned, Wanted, make_plan, read_plan
from dreamgen.bulk.plan_room import Site, workers_of
from dreamgen.bulk.working import Task
from dreamgen.cli.story_request import Model, folder_name, recipe_of
from dreamgen.core.brief import Brief
from dreamgen.core.story import Story
from dreamgen.engines.processes import available_cpus
from dreamgen.errors import DreamgenError, MissingExtra, ModelError, UsageError
from dreamgen.run.bulking import Bulk
from dreamgen.run.recipe import Choice
from dreamgen.style.book import read_style

Where = Literal["local", "ray"]
"""This machine's processes, or a cluster's."""
MOST_SEEDS: Final = 100_000
"""That one command may name."""
SEEDS_END: Final = 2**63
"""Seeds are below, as those of a line are."""
MOST_DIGITS: Final = 9
"""Of a quota."""
USUAL: Final = "storyboard"
"""The recipe where nobody names one."""


@dataclass(frozen=True)
class Crew:
    """Who works."""

    where: Where = "local"
    """--executor"""
    workers: int = 0
    """--workers"""
    address: str = ""
    """--address"""

    def hire(self) -> Executor:
        """The one that runs the workers.

        Raises:
            UsageError: for an address where there is no cluster.
            MissingExtra: when Ray is not installed.
        """
        if self.where == "local":
            if self.address:
                raise UsageError("--address is for a cluster", "Add --executor ray, or leave it away.")
            return LocalExecutor(self.workers)
        # Ray is an extra
        from dreamgen.bulk.ray import RayExecutor

        return RayExecutor(address=self.address, workers=self.workers)

    @contextmanager
    def called(self, plan: Plan, folder: Path, *, ask: bool) -> Iterator[tuple[Site, Callable[[], Executor]]]:
        """Where a plan is made and by how many, and who makes a probe.

        Args:
            plan: what is made.
            folder: where it goes.
            ask: whether the machines are asked how many they have room for; else what is not said is one a CPU here.
        """
        pools, cpus = plan.recipe.bulk.pools, available_cpus()
        said = bool(self.workers) or all(pool.workers for pool in pools)
        if self.where == "ray" and ask and not said:
            executor = self.hire()
            try:
                counts = executor.start(plan.recipe.bulk)
                # to join a cluster takes a while, and is done once
                yield Site(folder=folder, workers=tuple(counts.items())), lambda: Standing(executor, counts)
            finally:
                executor.close()
        elif self.where == "local" and ask:
            executor = self.hire()
            counts = executor.start(plan.recipe.bulk)
            executor.close()
            yield Site(folder=folder, workers=tuple(counts.items()), cpus=cpus), self.hire
        else:
            shared = cpus if self.where == "local" and not any(pool.workers for pool in pools) else 0
            yield Site(folder=folder, workers=workers_of(plan, self.workers or cpus), cpus=shared), self.hire


class Standing:
    """Workers that are there already, and stay.

    Args:
        executor: runs them.
        counts: how many each pool has.
    """

    def __init__(self, executor: Executor, counts: Mapping[str, int]) -> None:
        self._executor, self._counts = executor, counts

    def start(self, bulk: Bulk) -> Mapping[str, int]:
        """They are there."""
        return self._counts

    def workers(self) -> Mapping[str, int]:
        """How many each pool has now."""
        return self._executor.workers()

    def free(self, pool: str) -> int:
        """How many workers of a pool have nothing to do."""
        return self._executor.free(pool)

    def submit(self, pool: str, tasks: tuple[Task, ...]) -> None:
        """Gives a free worker something to do."""
        self._executor.submit(pool, tasks)

    def wait(self, seconds: float) -> tuple[Ended, ...]:
        """What has ended; waits so long for the first of it."""
        return self._executor.wait(seconds)

    def close(self) -> None:
        """They stay: whoever called them ends them."""


def plan_of(wanted: Wanted, name: str | None, changes: Sequence[str], model: Model, folder: Path) -> Planned:
    """The plan.

    Args:
        wanted: which stories; where nothing is wanted, the folder's own plan goes on.
        name: of the recipe; None where nobody named one.
        changes: to the recipe.
        model: who writes.
        folder: of the bulk run.

    Raises:
        UsageError: for whatever is named that does not exist, and where there is nothing to make.
    """
    if not wanted.plots and not wanted.themes and Places(folder).plan.is_file():
        if name is not None:
            raise _goes_on(folder)
        return _going_on(wanted, changes, model, folder)
    planned = make_plan(wanted, recipe_of(name or USUAL, changes, model, Brief(text="any")))
    plan = planned.plan
    if all(isinstance(item.source, Story) for item in plan.items):
        # nobody writes, so nobody need be ready to
        recipe = plan.recipe.model_copy(update={"story": Choice(backend="rules")})
        planned = replace(planned, plan=plan.model_copy(update={"recipe": recipe}))
    return planned


def _going_on(wanted: Wanted, changes: Sequence[str], model: Model, folder: Path) -> Planned:
    """The plan that a run was begun with: another machine need not have the plots."""
    if wanted != Wanted() or changes or model != Model():
        raise _goes_on(folder)
    return Planned(read_plan(folder))


def _goes_on(folder: Path) -> UsageError:
    return UsageError(
        f"{folder} goes on as it began, since no plots are named",
        "Name the plots again to change what is made of them, or leave these options away.",
    )


def check(plan: Plan, *, wants: bool = True) -> str:
    """Builds everything once, and reads every style; of several mistakes the first.

    Args:
        plan: with its recipe.
        wants: whether libraries, weights and models must be there; else what is missing is said.

    Returns:
        What has to be mended before it can run; empty when nothing has.

    Raises:
        UsageError: for whatever is named that does not exist.
        MissingExtra: when a backend's library is not installed.
        ModelError: when a backend's weights are not where the recipe says.
    """
    looks = sorted({item.look for item in plan.items})
    for look in looks:
        read_style(look)
    recipe = plan.recipe.model_copy(update={"look": looks[0]})
    if wants:
        recipe.check()
        return ""
    try:
        recipe.model_copy(update={"story": Choice(backend="rules")}).check()
    except (MissingExtra, ModelError) as error:
        return f"{error.message}. {error.hint}"
    try:
        getattr(recipe.build("story"), "ready", lambda: None)()
    except DreamgenError as error:
        return f"{error.message}. {error.hint}"
    return ""


def folder_of(named: Sequence[Path]) -> Path:
    """Where the run goes when nobody says: in outputs/, by the name of the first list or folder."""
    first = named[0] if named else Path("bulk")
    return Path("outputs") / folder_name(first if first.stem else first.resolve())


def looks_of(text: str | None) -> tuple[str, ...]:
    """`flat,noir`, without those that come twice."""
    if text is None:
        return ()
    names = tuple(dict.fromkeys(filter(None, (part.strip() for part in text.split(",")))))
    if not names:
        raise UsageError("--styles names none", "Write --styles flat,noir; `dreamgen style list` lists them.")
    for name in names:
        read_style(name)
    return names


def seeds_of(text: str | None) -> tuple[int, ...]:
    """`0-9,42`, without those that come twice."""
    if text is None:
        return ()
    seeds: dict[int, None] = {}
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        try:
            low = int(first)
            high = int(last) if dash else low
        except ValueError:
            raise _bad_seeds(text) from None
        if not low <= high < SEEDS_END or high - low + 1 + len(seeds) > MOST_SEEDS:
            raise _bad_seeds(text)
        seeds |= dict.fromkeys(range(low, high + 1))
    return tuple(seeds)


def _bad_seeds(text: str) -> UsageError:
    return UsageError(
        f"--seeds {text!r} names no seeds", f"Write --seeds 0-9 or --seeds 3,7,20-29: {MOST_SEEDS} at most."
    )


def quotas_of(texts: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """`drama=40` and `comedy=60`, each by itself or with commas between."""
    quotas: dict[str, int] = {}
    for part in (part for text in texts for part in text.split(",")):
        name, _, count = (piece.strip() for piece in part.rpartition("="))
        genre = " ".join(name.lower().split())
        if not genre or not count.isdecimal() or len(count) > MOST_DIGITS or genre in quotas:
            fault = "has one genre twice" if genre in quotas else "has no genre and number"
            raise UsageError(f"--quota {part.strip()!r} {fault}", "Write --quota drama=40 --quota comedy=60")
        quotas[genre] = int(count)
    return tuple(quotas.items())
