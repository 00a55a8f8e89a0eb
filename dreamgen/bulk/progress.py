"""How a bulk run stands, worked out from what its driver tells: pure, with a clock that tests wind themselves."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from dreamgen.bulk.forecast import Eta, Load, forecast
from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.rates import Durations, Rate
from dreamgen.bulk.schedule import Counts
from dreamgen.bulk.snapshot import Disk, PoolNow, Snapshot, StageNow, Trouble
from dreamgen.bulk.spending import Purse
from dreamgen.bulk.stopping import WINDOW
from dreamgen.bulk.viewing import View
from dreamgen.bulk.working import Outcome
from dreamgen.engines.gpu_use import Gpu
from dreamgen.run.bulking import STAGES, Bulk, Pool

TROUBLES: Final = 5
"""How many things that went wrong are remembered."""


class _Pool:
    """What is known of one pool."""

    def __init__(self, pool: Pool, workers: int, now: float) -> None:
        self.pool, self.workers = pool, workers
        self._since, self._held = now, 0.0
        self.rate, self.gpu = Rate(now), Durations(50)
        self.each, self.through = Durations(), Durations()
        self.walks = self.failed = self.died = 0
        self.visits = 0
        """Walks in stories that have ended."""

    def hired(self, workers: int, now: float) -> None:
        """Workers came or went."""
        self._since, self._held, self.workers = now, self.held(now), workers

    def held(self, now: float) -> float:
        """Seconds that all its workers were there, together."""
        return self._held + self.workers * (now - self._since)


class _Stage:
    """What is known of one stage."""

    def __init__(self, now: float) -> None:
        self.rate, self.made, self.seconds = Rate(now), 0, 0.0


@dataclass
class _Way:
    """What a story has behind it."""

    visits: Counter[str] = field(default_factory=Counter)
    """Walks, by pool."""
    since: dict[str, float] = field(default_factory=dict)
    """When the first of them began, by pool."""


class _Walk(NamedTuple):
    """One that is under way."""

    pool: str
    since: float


class Progress(View):
    """Hears everything, and says how the run stands.

    It keeps one word for a story that has ended, so that a hundred thousand of them cost hardly more than ten.

    Args:
        clock: seconds that never jump.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._bulk = Bulk()
        self._began = clock()
        self._total = self._before = self._done = self._aside = self._others = 0
        self._how: dict[str, str] = {}
        self._pools: dict[str, _Pool] = {}
        self._stages: dict[str, _Stage] = {}
        self._walks: dict[str, _Walk] = {}
        self._ways: dict[str, _Way] = {}
        self._waiting: dict[str, int] = {}
        self._own = self._retried = self._written = self._whole = 0
        self._memory = 0.0
        self._troubles: deque[Trouble] = deque(maxlen=TROUBLES)
        self._judged: deque[bool] = deque()
        self._purse = Purse(self._bulk)
        self._ending, self._elsewhere = Rate(self._began), Rate(self._began)

    def starts(self, plan: Plan, marks: Mapping[str, Settled], workers: Mapping[str, int]) -> None:
        """Takes stock."""
        now = self._began = self._clock()
        self._bulk, self._purse = plan.recipe.bulk, Purse(plan.recipe.bulk)
        self._judged = deque(maxlen=WINDOW * self._bulk.judged_from)
        self._total, self._before = len(plan.items), len(marks)
        self._how = {name: mark.ended for name, mark in marks.items()}
        self._aside = sum(how == "put_aside" for how in self._how.values())
        self._done = self._before - self._aside
        order = sorted(self._bulk.pools, key=lambda pool: min(map(STAGES.index, pool.stages)))
        self._pools = {pool.name: _Pool(pool, workers.get(pool.name, 0), now) for pool in order}
        self._ending, self._elsewhere = Rate(now), Rate(now)

    def hired(self, workers: Mapping[str, int]) -> None:
        """Others will make what is left, and cost something, from now on."""
        for of in self._pools.values():
            of.hired(workers[of.pool.name], self._clock())

    def began(self, items: Sequence[str], pool: str) -> None:
        """Their walks begin."""
        now = self._clock()
        for item in items:
            self._walks[item] = _Walk(pool, now)
            way = self._ways.setdefault(item, _Way())
            way.visits[pool] += 1
            way.since.setdefault(pool, now)

    def ended(self, pool: str, outcome: Outcome) -> None:
        """Takes down what the walk took."""
        now, of = self._clock(), self._pools[pool]
        walk = self._walks.pop(outcome.item, None)
        if walk:
            of.each.add(now - walk.since)
        if outcome.gpu_use is not None:
            of.gpu.add(outcome.gpu_use)
        for timed in outcome.timed:
            stage = self._stages.setdefault(timed.stage.partition("-")[0], _Stage(self._began))
            stage.rate.add(now, timed.made)
            stage.made += timed.made
            stage.seconds += timed.seconds
        self._memory = max(self._memory, outcome.memory_mib)
        self._purse.add(outcome.usage)
        if outcome.whose == "other":  # somebody else has it in hand, and will bring it to its end
            self._ways.pop(outcome.item, None)
            return
        if outcome.ended == "failed":
            of.failed += 1
            self._went_wrong(outcome.item, "failed", outcome.reason)
            return
        of.walks += 1
        of.rate.add(now)
        if outcome.ended == "done":
            self._written += outcome.disk_bytes
            self._whole += 1

    def died(self, items: Sequence[str], pool: str, why: str) -> None:
        """The walk says nothing of how long walks are."""
        for item in items:
            self._walks.pop(item, None)
            self._pools[pool].died += 1
            self._went_wrong(item, "died", why)

    def settled(self, mark: Settled) -> None:
        """One story less; what its walks were tells how many the others will need."""
        now = self._clock()
        way = self._ways.pop(mark.item, None)
        self._walks.pop(mark.item, None)
        self._take_back(mark.item)
        self._how[mark.item] = mark.ended
        self._ending.add(now)
        if way is None:
            self._others += 1
            self._elsewhere.add(now)
        else:
            self._own += 1
            self._judged.append(mark.ended == "put_aside")
            for pool, count in way.visits.items():
                self._pools[pool].visits += count
                self._pools[pool].through.add(now - way.since[pool])
        if mark.ended == "done":
            self._done += 1
            return
        self._aside += 1
        if way is not None:
            self._retried -= 1  # its last failure led to no other try
        self._troubles.append(Trouble(item=mark.item, what="put_aside", reason=mark.reason))

    def counts(self, counts: Counts) -> None:
        """How many wait for whom."""
        self._waiting = dict(counts.waiting)

    @property
    def over(self) -> bool:
        """Whether every story has ended."""
        return self._done + self._aside == self._total

    def snapshot(self, gpus: Sequence[Gpu] = (), disk: Disk | None = None) -> Snapshot:
        """How the run stands now.

        Args:
            gpus: of this machine.
            disk: of the folder.
        """
        now = self._clock()
        running, waiting = len(self._walks), sum(self._waiting.values())
        ended = self._done + self._aside
        asked = self._purse.asked
        each = self._written / self._whole if self._whole else None
        return Snapshot(
            elapsed=round(now - self._began, 1),
            total=self._total, before=self._before, done=self._done, put_aside=self._aside, others=self._others,
            running=running, waiting=waiting, left=max(0, self._total - ended - running - waiting),
            a_minute=round(60 * self._ending.a_second(now), 3), retried=self._retried,
            failed_share=round(sum(self._judged) / max(1, len(self._judged)), 4), judged=len(self._judged),
            most_failed=self._bulk.most_failed, judged_from=self._bulk.judged_from,
            eta=self._eta(now),
            pools=tuple(self._pool_now(of, now) for of in self._pools.values()),
            stages=tuple(self._stage_now(name, now) for name in STAGES if name in self._stages),
            asked=asked, money=self._money(now), unpriced=tuple(one.model for one in asked if one.money is None),
            gpu_hours=round(self._gpu_hours(now), 4), memory_mib=self._memory, gpus=tuple(gpus),
            written=self._written, disk=disk,
            disk_needed=None if each is None else round(each * (self._total - ended)),
            troubles=tuple(self._troubles), over=self.over,
        )  # fmt: skip

    def _take_back(self, item: str) -> None:
        """A story that was whole and turned out to be damaged has been made again."""
        how = self._how.pop(item, "")
        self._done -= how == "done"
        self._aside -= how == "put_aside"

    def _went_wrong(self, item: str, what: str, reason: str) -> None:
        self._retried += 1
        self._troubles.append(Trouble(item=item, what=what, reason=reason))

    def _pool_now(self, of: _Pool, now: float) -> PoolNow:
        name, each, gpu = of.pool.name, of.each.spread(), of.gpu.spread()
        return PoolNow(
            pool=name, workers=of.workers, running=sum(walk.pool == name for walk in self._walks.values()),
            waiting=self._waiting.get(name, 0), walks=of.walks, a_minute=round(60 * of.rate.a_second(now), 3),
            seconds=round(each.mean, 3) if each else None, failed=of.failed, died=of.died,
            gpu_use=round(gpu.mean, 4) if gpu else None,
        )  # fmt: skip

    def _stage_now(self, name: str, now: float) -> StageNow:
        of = self._stages[name]
        return StageNow(
            stage=name, pool=self._bulk.pool_of(name).name, made=of.made, seconds=round(of.seconds, 3),
            a_minute=round(60 * of.rate.a_second(now), 3),
        )  # fmt: skip

    def _eta(self, now: float) -> Eta | None:
        others = self._elsewhere.a_second(now)
        return forecast([self._load(of, now, others) for of in self._pools.values()])

    def _load(self, of: _Pool, now: float, others: float) -> Load:
        """A story that has not passed a pool comes there as often as those did that have ended."""
        name = of.pool.name
        walks = [now - walk.since for walk in self._walks.values() if walk.pool == name]
        inside = [now - way.since[name] for way in self._ways.values() if name in way.since]
        return Load(
            # where none is up for the moment, one will be: nothing else is waited for
            pool=name, slots=max(1, of.workers) * of.pool.together, each=of.each.spread(walks),
            new=max(0, self._total - self._done - self._aside - len(inside)), inside=len(inside),
            often=of.visits / self._own if self._own else 1.0, through=of.through.spread(inside), others=others,
        )  # fmt: skip

    def _gpu_hours(self, now: float) -> float:
        return sum(of.pool.gpus * of.held(now) for of in self._pools.values()) / 3600

    def _money(self, now: float) -> float | None:
        """Models without a price are told of beside it."""
        known = [one.money for one in self._purse.asked if one.money is not None]
        if self._bulk.gpu_hour:
            known.append(self._bulk.gpu_hour * self._gpu_hours(now))
        return round(sum(known), 4) if known else None
