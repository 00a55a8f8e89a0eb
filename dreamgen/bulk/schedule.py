"""Which story goes to which pool next: pure, so that a simulation may ask it too."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dreamgen.run.bulking import STAGES, Bulk, Pool


@dataclass
class _Course:
    """How far one story is."""

    place: int
    """In the plan."""
    tries: int = 0
    deaths: int = 0
    not_before: float = 0.0


@dataclass
class Counts:
    """How the stories stand."""

    done: int = 0
    put_aside: int = 0
    running: dict[str, int] = field(default_factory=dict)
    """By pool."""
    waiting: dict[str, int] = field(default_factory=dict)
    """By pool; those that have not begun wait for none."""


class Schedule:
    """The stories that are not settled, and where each of them waits.

    Stories nearer to their end go first, and of those the first in the plan. A pool takes nothing while too much waits
    in front of one behind it: what nobody can go on with would only fill the disk.

    Args:
        items: names, in the order of the plan.
        bulk: the pools, and what happens when something fails.
        workers: of each pool, as many as there really are.
    """

    def __init__(self, items: Sequence[str], bulk: Bulk, workers: Mapping[str, int]) -> None:
        self._bulk, self._workers = bulk, dict(workers)
        self._courses = {name: _Course(place) for place, name in enumerate(items)}
        self._new: deque[str] = deque(items)
        self._waiting: dict[str, list[str]] = {pool.name: [] for pool in bulk.pools}
        self._running: dict[str, str] = {}
        self._elsewhere: dict[str, None] = {}
        self._settled: set[str] = set()
        self._done = 0
        self._aside = 0
        self._order = sorted(bulk.pools, key=lambda pool: min(STAGES.index(stage) for stage in pool.stages))

    @property
    def pools(self) -> tuple[Pool, ...]:
        """Those nearest to the end of a story first."""
        return tuple(reversed(self._order))

    @property
    def over(self) -> bool:
        """Whether every story is settled."""
        return self._done + self._aside == len(self._courses)

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The stories that somebody else had claimed when they were asked about last."""
        return tuple(self._elsewhere)

    @property
    def counts(self) -> Counts:
        """How the stories stand."""
        running = {pool.name: 0 for pool in self._order}
        for name in self._running.values():
            running[name] += 1
        return Counts(self._done, self._aside, running, {name: len(some) for name, some in self._waiting.items()})

    def take(self, pool: Pool, count: int, now: float, claim: Callable[[str], bool]) -> tuple[str, ...]:
        """The stories that a pool's worker gets next, fewer than `count` where there are no more.

        Args:
            pool: whose worker is free.
            count: how many it takes in hand at once.
            now: seconds; stories that failed are held back for a while.
            claim: says whether a story that has not begun is ours; one that is not is asked about again later.
        """
        taken: list[str] = []
        if self._congested(pool):
            return ()
        waiting = self._waiting[pool.name]
        for name in sorted(waiting, key=lambda name: self._courses[name].place):
            if len(taken) == count:
                break
            if self._courses[name].not_before <= now:
                waiting.remove(name)
                taken.append(name)
        if pool is self._order[0]:
            for _ in range(len(self._new)):
                if len(taken) == count:
                    break
                name = self._new.popleft()
                if claim(name):
                    self._elsewhere.pop(name, None)
                    taken.append(name)
                elif name not in self._settled:
                    self._elsewhere[name] = None
                    self._new.append(name)
        self._running.update(dict.fromkeys(taken, pool.name))
        return tuple(taken)

    def settled(self, name: str, *, put_aside: bool = False) -> None:
        """A story has ended, here or with another driver."""
        self._settled.add(name)
        self._running.pop(name, None)
        self._elsewhere.pop(name, None)
        if name in self._new:
            self._new.remove(name)
        if put_aside:
            self._aside += 1
        else:
            self._done += 1

    def handed(self, name: str, stage: str) -> None:
        """A story needs the pool of a stage."""
        self._running.pop(name)
        self._waiting[self._bulk.pool_of(stage).name].append(name)

    def failed(self, name: str, now: float) -> bool:
        """A story's walk has failed; says whether it is tried again, later."""
        course = self._courses[name]
        course.tries += 1
        if course.tries >= self._bulk.tries:
            return False
        course.not_before = now + self._bulk.backoff * 2 ** (course.tries - 1)
        self._waiting[self._running.pop(name)].append(name)
        return True

    def died(self, name: str) -> bool:
        """The worker of a story has died; says whether it is tried again, at once."""
        course = self._courses[name]
        course.deaths += 1
        if course.deaths >= self._bulk.deaths:
            return False
        self._waiting[self._running.pop(name)].append(name)
        return True

    def _congested(self, pool: Pool) -> bool:
        behind = self._order[self._order.index(pool) + 1 :]
        return any(len(self._waiting[one.name]) >= self._bulk.ahead * self._workers[one.name] for one in behind)
