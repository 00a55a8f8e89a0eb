"""What a plan will cost: what a few of its stories took, scaled by shots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from dreamgen.bulk.items import Plan
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan_probe import Measured
from dreamgen.bulk.resuming import ended_items
from dreamgen.bulk.spending import charge
from dreamgen.core.base import Record
from dreamgen.run.bulking import Bulk

FEWEST: Final = 1e-9
"""Shots of nothing, so that nothing is divided by it."""


class Range(Record):
    """What to expect, and between what it varied."""

    value: float
    """At the mean of what was measured."""
    low: float
    """Were all stories like the cheapest, shot for shot."""
    high: float
    """Were all stories like the dearest."""


class PoolCost(Record):
    """What one pool has to do."""

    pool: str
    """Its name."""
    workers: int
    """How many it has."""
    worker_hours: Range
    """Of all of them together."""
    gpu_hours: Range
    """That they hold GPUs."""
    cpu_hours: Range
    """That they hold CPUs."""


class Forecast(Record):
    """What to expect of a plan."""

    stories: int
    """Of the plan."""
    left: int
    """Of these, how many are not made yet."""
    shots: int
    """Of the plan."""
    measured: tuple[str, ...]
    """The stories that this rests on; none where it rests on the tables of `run/estimate.py`."""
    film_seconds: Range
    """Of the plan's films."""
    clips: Range
    """Of the plan's dataset."""
    pairs: Range | None
    """Of the plan's dataset; None where nobody knows."""
    calls: Range | None
    """Of language and vision-language models, that are left to make; None where nobody knows."""
    tokens_in: Range | None
    """Of these calls."""
    tokens_out: Range | None
    """Of these calls."""
    pools: tuple[PoolCost, ...]
    """What is left to do, by pool; none where nobody knows."""
    gpu_hours: Range | None
    """Left to do; None where nobody knows."""
    cpu_hours: Range
    """Left to do; without what models do, where nothing was measured."""
    wall_seconds: Range | None
    """Until it is done, with these workers; None where nobody knows."""
    money: Range | None
    """For models and GPUs, at the recipe's prices; None where it names none."""
    items_bytes: Range
    """Room that the stories which are left will take."""
    dataset_bytes: Range
    """Room that the shards of the dataset will take besides."""
    free_bytes: int
    """Room that there is."""

    @property
    def disk_bytes(self) -> Range:
        """All that is to come."""
        return plus((self.items_bytes, self.dataset_bytes))


class Ground(NamedTuple):
    """What a forecast is made on."""

    shots: Mapping[str, float]
    """Of every story."""
    left: frozenset[str]
    """The stories that are not made yet."""
    workers: Mapping[str, int]
    """Of every pool."""
    cpus: int
    """Of the machine that all of them share; 0 where they don't."""
    free: int
    """Bytes."""

    @property
    def shots_left(self) -> float:
        """Of all stories that are not made yet."""
        return sum(self.shots[name] for name in self.left)


def unmade(plan: Plan, folder: Path, measured: Sequence[Measured]) -> frozenset[str]:
    """The stories that a run would still have to make."""
    made = {one.item for one in measured}
    settled = ended_items(Places(folder), plan)
    return frozenset(item.id for item in plan.items if item.id not in made and item.id not in settled)


def scaled(plan: Plan, measured: Sequence[Measured], ground: Ground) -> Forecast:
    """What stories took that were measured, times as many shots as there are."""
    whole, left, bulk = sum(ground.shots.values()), ground.shots_left, plan.recipe.bulk

    def expect(shots: float, what: Callable[[Measured], float]) -> Range:
        rates = [what(one) / max(FEWEST, one.shots) for one in measured]
        mean = sum(map(what, measured)) / max(FEWEST, sum(one.shots for one in measured))
        return Range(value=shots * mean, low=shots * min(rates), high=shots * max(rates))

    pools = tuple(_pool(bulk, name, count, lambda what: expect(left, what)) for name, count in ground.workers.items())
    gpu_hours = plus([one.gpu_hours for one in pools])
    longest = max((ground.shots[name] for name in ground.left), default=0.0)
    return Forecast(
        stories=len(plan.items), left=len(ground.left), shots=round(whole),
        measured=tuple(one.item for one in measured),
        film_seconds=expect(whole, lambda one: one.film_seconds), clips=expect(whole, lambda one: one.clips),
        pairs=expect(whole, lambda one: one.pairs), calls=expect(left, lambda one: sum(u.calls for u in one.usage)),
        tokens_in=expect(left, lambda one: sum(u.tokens_in for u in one.usage)),
        tokens_out=expect(left, lambda one: sum(u.tokens_out for u in one.usage)),
        pools=pools, gpu_hours=gpu_hours, cpu_hours=plus([one.cpu_hours for one in pools]),
        wall_seconds=wall(pools, ground.cpus, expect(longest, lambda one: one.seconds)),
        money=_money(bulk, gpu_hours, expect(left, lambda one: _charged(bulk, one))),
        items_bytes=expect(left, lambda one: one.disk_bytes), dataset_bytes=expect(whole, lambda one: one.shard_bytes),
        free_bytes=ground.free,
    )  # fmt: skip


def wall(pools: Sequence[PoolCost], cpus: int, longest: Range) -> Range:
    """Seconds until all is done: the pool with the most to do decides, or the machine's CPUs, or the longest story."""
    loads = [times(one.worker_hours, 3600.0 / max(1, one.workers)) for one in pools]
    if cpus:
        loads.append(times(plus([one.cpu_hours for one in pools]), 3600.0 / cpus))
    loads.append(longest)
    return Range(
        value=max(one.value for one in loads), low=max(one.low for one in loads), high=max(one.high for one in loads)
    )


def times(some: Range, factor: float) -> Range:
    """All of it multiplied."""
    return Range(value=some.value * factor, low=some.low * factor, high=some.high * factor)


def plus(some: Sequence[Range]) -> Range:
    """All of them together."""
    return Range(
        value=sum(one.value for one in some), low=sum(one.low for one in some), high=sum(one.high for one in some)
    )


def _pool(bulk: Bulk, name: str, workers: int, scale: Callable[[Callable[[Measured], float]], Range]) -> PoolCost:
    pool = next(pool for pool in bulk.pools if pool.name == name)
    hours = times(scale(lambda one: sum(spent.seconds for spent in one.spent if spent.pool == name)), 1 / 3600.0)
    return PoolCost(
        pool=name, workers=workers, worker_hours=hours, gpu_hours=times(hours, pool.gpus),
        cpu_hours=times(hours, pool.cpus),
    )  # fmt: skip


def _charged(bulk: Bulk, one: Measured) -> float:
    prices = {price.model: price for price in bulk.prices}
    return sum(
        charge(prices[used.model], used.tokens_in, used.tokens_out) for used in one.usage if used.model in prices
    )


def _money(bulk: Bulk, gpu_hours: Range, tokens: Range) -> Range | None:
    if not bulk.prices and not bulk.gpu_hour:
        return None
    return plus((times(gpu_hours, bulk.gpu_hour), tokens))
