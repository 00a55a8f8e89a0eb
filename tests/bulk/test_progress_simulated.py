"""The forecast against the truth: pools, failures and retakes by lot, in a time that costs nothing."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from dreamgen.bulk.forecast import Eta
from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.progress import Progress
from dreamgen.bulk.schedule import Schedule
from dreamgen.bulk.working import Outcome
from dreamgen.run.bulking import Pool

SECONDS = {"write": 2.0, "draw": 30.0, "check": 8.0}
AFTER = {"write": "render", "draw": "claims"}
LOOKS = (0.1, 0.25, 0.5, 0.75)
"""Shares of the stories after which somebody looks."""


class Play:
    """A bulk run of which every walk takes what the lot says: a story fails now and then, and comes back for a take."""

    def __init__(self, plan: Plan, workers: dict[str, int], seed: int) -> None:
        self.now, self.lot, self.workers = 0.0, Random(seed), workers
        self.names = [item.id for item in plan.items]
        self.schedule = Schedule(self.names, plan.recipe.bulk, workers)
        self.progress = Progress(lambda: self.now)
        self.progress.starts(plan, {}, workers)
        self.busy, self.done = Counter[str](), 0

    def run(self) -> list[tuple[float, Eta]]:
        """The time that was left in truth, and what was foretold."""
        ends: list[tuple[float, str, str]] = []
        looks: list[tuple[float, Eta]] = []
        while not self.schedule.over:
            self._hand_out(ends)
            self.now, pool, name = heapq.heappop(ends)
            self.busy[pool] -= 1
            self._end(pool, name)
            self.progress.counts(self.schedule.counts)
            if len(looks) < len(LOOKS) and self.done >= LOOKS[len(looks)] * len(self.names):
                eta = self.progress.snapshot().eta
                assert eta is not None
                looks.append((self.now, eta))
        return [(self.now - at, eta) for at, eta in looks]

    def _hand_out(self, ends: list[tuple[float, str, str]]) -> None:
        for pool in self.schedule.pools:
            while self.busy[pool.name] < self.workers[pool.name]:
                names = self.schedule.take(pool, 1, self.now, lambda name: True)
                if not names:
                    break
                self.progress.began(names, pool.name)
                self.busy[pool.name] += 1
                takes = SECONDS[pool.name] * self.lot.lognormvariate(0.0, 0.4)
                heapq.heappush(ends, (self.now + takes, pool.name, names[0]))

    def _end(self, pool: str, name: str) -> None:
        if self.lot.random() < 0.02:
            self.progress.ended(pool, Outcome(item=name, ended="failed", reason="by lot"))
            if not self.schedule.failed(name, self.now):
                self._settle(name, "put_aside")
        elif pool in AFTER or self.lot.random() < 0.15:
            stage = AFTER.get(pool, "render")
            self.progress.ended(pool, Outcome(item=name, ended="handed", stage=stage))
            self.schedule.handed(name, stage)
        else:
            self.progress.ended(pool, Outcome(item=name, ended="done"))
            self._settle(name, "done")

    def _settle(self, name: str, how: str) -> None:
        self.progress.settled(Settled.model_validate({"item": name, "key": "", "ended": how}))
        self.schedule.settled(name, put_aside=how == "put_aside")
        self.done += 1


@pytest.mark.parametrize("draw", [1, 4])
def test_the_forecast_of_a_run_with_retakes_and_failures_holds(
    plan_of: Callable[..., Plan], pools: tuple[Pool, ...], draw: int
) -> None:
    plan = plan_of(120, pools=pools)
    told = [one for seed in range(24) for one in Play(plan, {"write": 1, "draw": draw, "check": 2}, seed).run()]
    assert {eta.binds for _, eta in told} == {"draw"}
    assert sum(eta.low <= truth <= eta.high for truth, eta in told) / len(told) >= 0.9
    assert sum(eta.seconds / truth for truth, eta in told) / len(told) == pytest.approx(1.0, abs=0.08)
