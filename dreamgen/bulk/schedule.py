"""Which story goes to which pool next: pure, so that a simulation may ask it too."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final, Literal

from dreamgen.run.bulking import STAGES, Bulk, Pool

AGAIN: Final = 1.0
"""Seconds before a story that somebody else has is asked about again."""
_NOT_BEGUN: Final = -1
_PLACES: Final = {stage: place for place, stage in enumerate(STAGES)}


@dataclass(slots=True)
class _Course:
    """How far one story is."""

    place: int
    """In the plan."""
    state: Literal["new", "elsewhere", "waiting", "held_back", "running", "settled"] = "new"
    pool: str = ""
    """Where it waits or runs."""
    stage: int = _NOT_BEGUN
    """What it waits for, or was taken for."""
    tries: int = 0
    deaths: int = 0


@dataclass
class Counts:
    """How the stories stand; together they are all that were to be made."""

    done: int = 0
    put_aside: int = 0
    running: dict[str, int] = field(default_factory=dict)
    """By pool."""
    waiting: dict[str, int] = field(default_factory=dict)
    """By pool, those that failed and are held back for a while with them."""
    elsewhere: int = 0
    """Another driver had them when they were asked about last."""
    new: int = 0
    """Not begun by this driver."""

    @property
    def total(self) -> int:
        """All of them."""
        moving = sum(self.running.values()) + sum(self.waiting.values())
        return self.done + self.put_aside + moving + self.elsewhere + self.new


class _Line:
    """What waits in front of one pool."""

    def __init__(self) -> None:
        self.limit = 1
        """Stories that may be ready before nothing new is begun."""
        self._ready: dict[int, list[tuple[int, str]]] = {}
        self._held: list[tuple[float, int, str]] = []
        self.count: Counter[int] = Counter()
        """Those that are ready, by the stage that they wait for."""

    def full(self, behind: int) -> bool:
        """Whether too many wait for stages behind this one."""
        return sum(count for stage, count in self.count.items() if stage > behind) >= self.limit

    def push(self, name: str, course: _Course) -> None:
        """One more that is ready."""
        course.state = "waiting"
        self.count[course.stage] += 1
        heappush(self._ready.setdefault(course.stage, []), (course.place, name))

    def hold(self, name: str, course: _Course, until: float) -> None:
        """One that is not ready before a certain second."""
        course.state = "held_back"
        heappush(self._held, (until, course.place, name))

    def released(self, now: float) -> Iterator[str]:
        """Those that were held back long enough."""
        while self._held and self._held[0][0] <= now:
            yield heappop(self._held)[2]

    def first(self, courses: Mapping[str, _Course], blocked: Callable[[int], bool]) -> str | None:
        """The story nearest to its end, and of those the first in the plan; None when none may go on."""
        for stage in sorted(self._ready, reverse=True):
            ready = self._ready[stage]
            # somebody else may have settled it meanwhile
            while ready and courses[ready[0][1]].state == "settled":
                heappop(ready)
            if ready:
                # what blocks a stage blocks those before it too
                return None if blocked(stage) else self._pop(stage)
        return None

    def _pop(self, stage: int) -> str:
        self.count[stage] -= 1
        return heappop(self._ready[stage])[1]


class Schedule:
    """The stories that are not settled, and where each of them waits.

    Stories nearer to their end go first, and of those the first in the plan. A story goes no further towards a stage
    while too much waits for that one or for one behind it: what nobody can go on with would only fill the disk. What
    waits for the last of all stages that anything waits for is never held up by this, so there is always a way on.

    A step takes O(log n) of n stories.

    Args:
        items: names, in the order of the plan.
        bulk: the pools, and what happens when something fails.
        workers: of each pool, as many as there really are.
    """

    def __init__(self, items: Sequence[str], bulk: Bulk, workers: Mapping[str, int]) -> None:
        self._bulk = bulk
        self._courses = {name: _Course(place) for place, name in enumerate(items)}
        self._new = deque(items)
        self._elsewhere: dict[str, None] = {}
        self._ask_again: deque[tuple[float, str]] = deque()
        self._lines = {pool.name: _Line() for pool in bulk.pools}
        self._pool_of = {stage: pool.name for pool in bulk.pools for stage in pool.stages}
        self._order = sorted(bulk.pools, key=lambda pool: min(_PLACES[stage] for stage in pool.stages))
        self._waiting: Counter[str] = Counter()
        self._running: Counter[str] = Counter()
        self._ended: Counter[str] = Counter()
        self.hired(workers)

    def hired(self, workers: Mapping[str, int]) -> None:
        """Workers came or went: so many each pool has now, and so much may wait for them."""
        for pool in self._bulk.pools:
            self._lines[pool.name].limit = self._bulk.ahead * max(1, workers[pool.name]) * pool.together

    @property
    def pools(self) -> tuple[Pool, ...]:
        """Those nearest to the end of a story first."""
        return tuple(reversed(self._order))

    @property
    def over(self) -> bool:
        """Whether every story is settled."""
        return self._ended.total() == len(self._courses)

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The stories that somebody else had when they were asked about last, longest ago first."""
        return tuple(self._elsewhere)

    @property
    def counts(self) -> Counts:
        """How the stories stand."""
        running = {pool.name: self._running[pool.name] for pool in self._order}
        waiting = {pool.name: self._waiting[pool.name] for pool in self._order}
        counts = Counts(self._ended["done"], self._ended["put_aside"], running, waiting, len(self._elsewhere))
        counts.new = len(self._courses) - counts.total
        return counts

    def take(self, pool: Pool, count: int, now: float, claim: Callable[[str], bool]) -> tuple[str, ...]:
        """The stories that a pool's worker gets next, fewer than `count` where there are no more.

        One whose worker has died goes alone, so that nobody who was in hand with it dies with it again.

        Args:
            pool: whose worker is free.
            count: how many it takes in hand at once.
            now: seconds; stories that failed are held back for a while.
            claim: says whether a story that has not begun is ours; one that is not is asked about again later. It may
                call `settled` for what it is asked about.
        """
        line = self._lines[pool.name]
        for name in line.released(now):
            if self._courses[name].state == "held_back":
                line.push(name, self._courses[name])
        taken: list[str] = []
        while len(taken) < count and (found := line.first(self._courses, self._blocked)) is not None:
            alone = self._courses[found].deaths > 0
            if alone and taken:
                line.push(found, self._courses[found])
                return tuple(taken)
            self._waiting[pool.name] -= 1
            self._run(found, pool.name)
            taken.append(found)
            count = 1 if alone else count
        if pool is self._order[0]:
            while len(taken) < count and (begun := self._begin(now, claim)) is not None:
                self._run(begun, pool.name)
                taken.append(begun)
        return tuple(taken)

    def settled(self, name: str, *, put_aside: bool = False) -> None:
        """A story has ended, here or with another driver."""
        course = self._courses[name]
        match course.state:
            case "settled":
                return
            case "running":
                self._running[course.pool] -= 1
            case "waiting":
                self._lines[course.pool].count[course.stage] -= 1
                self._waiting[course.pool] -= 1
            case "held_back":
                self._waiting[course.pool] -= 1
            case "elsewhere":
                del self._elsewhere[name]
        course.state = "settled"
        self._ended["put_aside" if put_aside else "done"] += 1

    def handed(self, name: str, stage: str) -> None:
        """A story needs the pool of a stage."""
        course = self._halt(name)
        stage = stage.partition("-")[0]
        course.pool, course.stage = self._pool_of[stage], _PLACES[stage]
        self._waiting[course.pool] += 1
        self._lines[course.pool].push(name, course)

    def failed(self, name: str, now: float) -> bool:
        """A story's walk has failed; says whether it is tried again, later."""
        course = self._courses[name]
        course.tries += 1
        if course.tries >= self._bulk.tries:
            return False
        self._back(name, now + self._pause(course.tries))
        return True

    def died(self, name: str, now: float) -> bool:
        """The worker of a story has died; says whether it is tried again: at once, and later when it dies again."""
        course = self._courses[name]
        course.deaths += 1
        if course.deaths >= self._bulk.deaths:
            return False
        # once may be anybody's fault; from then on others go first, so that they show whose it is
        self._back(name, now + self._pause(course.deaths - 1) if course.deaths > 1 else now)
        return True

    def lent(self, name: str, now: float) -> None:
        """Somebody else turns out to be at work on a story that was thought ours; it is asked about again later."""
        self._halt(name)
        self._give_up(name, now)

    def _run(self, name: str, pool: str) -> None:
        course = self._courses[name]
        course.state, course.pool, course.stage = "running", pool, max(course.stage, 0)
        self._running[pool] += 1

    def _back(self, name: str, until: float) -> None:
        """To where it came from, and not again before a certain second."""
        course = self._halt(name)
        self._waiting[course.pool] += 1
        self._lines[course.pool].hold(name, course, until)

    def _pause(self, times: int) -> float:
        """Seconds to wait after something went wrong so often."""
        return self._bulk.backoff * 2.0 ** (times - 1)

    def _halt(self, name: str) -> _Course:
        """Not running any more."""
        course = self._courses[name]
        if course.state != "running":
            raise ValueError(f"{name} is {course.state}, not running")
        self._running[course.pool] -= 1
        return course

    def _blocked(self, stage: int) -> bool:
        """Whether too much waits behind a stage for anything more to go there."""
        return any(line.full(stage) for line in self._lines.values())

    def _begin(self, now: float, claim: Callable[[str], bool]) -> str | None:
        """The next story that is ours to begin."""
        if self._blocked(_NOT_BEGUN):
            return None
        for name in self._not_begun(now):
            if claim(name):
                self._elsewhere.pop(name, None)
                return name
            if self._courses[name].state != "settled":
                self._give_up(name, now)
        return None

    def _not_begun(self, now: float) -> Iterator[str]:
        """Those that may be asked about, each once."""
        while self._new:
            name = self._new.popleft()
            if self._courses[name].state == "new":
                yield name
        while self._ask_again and self._ask_again[0][0] <= now:
            name = self._ask_again.popleft()[1]
            if self._courses[name].state == "elsewhere":
                yield name

    def _give_up(self, name: str, now: float) -> None:
        self._courses[name].state = "elsewhere"
        self._elsewhere.pop(name, None)
        self._elsewhere[name] = None
        self._ask_again.append((now + AGAIN, name))
