"""Many plots become one dataset: the whole bulk run on one page. Start reading here."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from dreamgen.bulk.claims import Claims
from dreamgen.bulk.executing import Ended, Executor
from dreamgen.bulk.items import Plan
from dreamgen.bulk.journal import Journal
from dreamgen.bulk.leaving import leaving
from dreamgen.bulk.marks import Settled, Why, drop_mark, key_of, light, read_mark, write_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import write_left_out
from dreamgen.bulk.resuming import standing
from dreamgen.bulk.schedule import Schedule
from dreamgen.bulk.shards import BEGUN_ANEW, Merge, merge
from dreamgen.bulk.stopping import Breaker
from dreamgen.bulk.viewing import UNSEEN, View
from dreamgen.bulk.working import Outcome, Task
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run import disk
from dreamgen.run.bulking import Pool
from dreamgen.run.journal import lines

PAUSE = 0.2
"""Seconds to wait for workers before looking around again."""
LOOK = 1.0
"""Seconds between two looks at what other drivers have settled."""
GLANCES = 200
"""How many stories of other drivers one look is for."""


class Driving:
    """One driver at work; others may work in the same folder.

    How often a story failed, or its worker died, is counted as long as this driver lives; the next one begins anew.

    Args:
        plan: what to make.
        out: the folder.
        executor: runs the workers.
        view: hears how it goes.
        retry: whether what was put aside before gets another chance.
        join: makes one dataset of all stories.
    """

    def __init__(
        self, plan: Plan, out: Path, executor: Executor, view: View = UNSEEN, *, retry: bool = False,
        join: Merge = merge,
    ) -> None:  # fmt: skip
        self._join = join
        self.plan, self.places, self.executor, self.view, self.retry = plan, Places(out), executor, view, retry
        self.items = {item.id: item for item in plan.items}
        self.claims = Claims(self.places, plan.key, plan.recipe.bulk.lease)
        self.journal = Journal(self.places.journal(self.claims.name))
        self.marks: dict[str, Settled] = {}
        self._workers: Mapping[str, int] = {}
        self._hired = False
        self._tries = Counter[str]()
        self._damaged = Counter[str]()
        self._said: set[str] = set()
        self._looked = time.monotonic()
        self._tracebacks = self.places.settled("x").parent.parent

    def run(self) -> None:
        """Makes what is not there yet.

        Raises:
            UsageError: another driver follows another plan here.
            DreamgenError: too many stories failed, or the machine did; everything finished so far is kept.
            OSError: the driver itself can't write, as when the disk is full.
        """
        with leaving(self._leave):
            self.places.folder.mkdir(parents=True, exist_ok=True)
            # the own sign first: of two that come at once, one at least sees the other
            with self.claims.beating():
                self._begin()
                self._start([item.id for item in self.plan.items if item.id not in self.marks])
                self._make()
                self._check_made()
                while damaged := self._join(self.plan, self.places, self.marks, self.claims):
                    self._again(damaged)
                    self._make()
                self.claims.sweep()

    def _make(self) -> None:
        """One story after the other, until all are settled."""
        while not self.schedule.over:
            self.claims.live()
            self._hand_out()
            for ended in self.executor.wait(PAUSE):
                self._take_in(ended)
            self._count_workers()
            self._look_around()
            self.view.counts(self.schedule.counts)

    def _begin(self) -> None:
        """Says what is made here, and finds what there is already."""
        if self.claims.strangers():
            raise UsageError(
                f"another driver follows another plan, or runs another dreamgen, in {self.places.folder}",
                "Wait until it has finished, or give another folder with --out.",
            )
        write_left_out(self.plan, self.places.folder)
        disk.write_whole(self.places.plan, lines(self.plan.items))
        disk.write_whole(self.places.folder / "recipe.toml", self.plan.recipe.toml())
        for mark, why in standing(self.places, self.plan):
            self.marks[mark.item] = mark
            if why:  # a story of which something is gone has not ended after all
                self._drop(mark.item, why)
        if self.retry:
            for name in [name for name, mark in self.marks.items() if mark.ended == "put_aside"]:
                drop_mark(self.places, name)
                del self.marks[name]

    def _drop(self, name: str, why: str) -> None:
        self.view.says(f"{name} is made again: {why}")
        drop_mark(self.places, name)
        self.marks.pop(name, None)

    def _start(self, todo: Sequence[str]) -> None:
        """Workers come when there is something to do for them."""
        bulk = self.plan.recipe.bulk
        if not self._hired:
            self._hired = bool(todo)
            self._workers = self.executor.start(bulk) if todo else {pool.name: 0 for pool in bulk.pools}
            self.breaker = Breaker(bulk, self._workers, self._tracebacks)
            self.view.starts(self.plan, self.marks, self._workers)
        self.schedule = Schedule(todo, bulk, self._workers)

    def _count_workers(self) -> None:
        """As many stories are under way as there are workers, also where a cluster grows and shrinks meanwhile."""
        if (workers := self.executor.workers()) != self._workers:
            self._workers = workers
            for who in (self.schedule, self.breaker, self.view):
                who.hired(workers)

    def _check_made(self) -> None:
        """A run that ends with nothing has not gone well."""
        if self.marks and all(mark.ended == "put_aside" for mark in self.marks.values()):
            last = self.marks[self.plan.items[-1].id]
            raise DreamgenError(
                f"all {len(self.marks)} stories failed, the last one with: {last.reason}",
                f"Their tracebacks are in {self._tracebacks}. Mend what is wrong and run the same command again with "
                "--retry.",
            )

    def _again(self, damaged: Mapping[str, str]) -> None:
        """Has stories made again whose files turned out to be not what their records say."""
        for name, why in damaged.items():
            if why != BEGUN_ANEW:  # of such a one there is no mark, or already the next one
                self._damaged[name] += 1
                self._drop(name, why)
        self._start(list(damaged))
        tries = self.plan.recipe.bulk.tries
        for name, why in damaged.items():
            if self._damaged[name] >= tries and self.claims.take(name):
                self._put_aside(name, "damaged", f"damaged {tries} times: {why}")

    def _leave(self) -> None:
        self.executor.close()
        self.journal.close()
        self.claims.leave()
        self.view.closes()

    def _hand_out(self) -> None:
        for pool in self.schedule.pools:
            while self.executor.free(pool.name):
                names = self.schedule.take(pool, pool.together, time.monotonic(), self._claim)
                if not names:
                    break
                self.journal.began(names, pool.name)
                self.view.began(names, pool.name)
                self.executor.submit(pool.name, tuple(self._task(name, pool) for name in names))

    def _claim(self, name: str) -> bool:
        if self._settled_meanwhile(name) or not self.claims.take(name):
            return False
        # whoever had it until now may just have brought it to its end, and this machine may not know of the mark yet
        disk.look_anew(self.places.settled(name).parent)
        if not self._settled_meanwhile(name):
            return True
        self.claims.drop(name)
        return False

    def _settled_meanwhile(self, name: str) -> bool:
        mark = read_mark(self.places, self.items[name], self.plan)
        if mark is not None:
            self._heard(mark)
        return mark is not None

    def _task(self, name: str, pool: Pool) -> Task:
        return Task(folder=self.places.folder, item=self.items[name], recipe=self.plan.recipe, pool=pool)

    def _take_in(self, ended: Ended) -> None:
        if ended.outcomes:
            for outcome in ended.outcomes:
                self._walked(outcome, ended.pool)
            return
        names = tuple(task.item.id for task in ended.tasks)
        self.journal.died(names, ended.pool, ended.why)
        self.view.died(names, ended.pool, ended.why)
        self.breaker.died(names, ended.pool, ended.why)
        for name in filter(self._ours, names):
            self._tries[name] += 1
            if not self.schedule.died(name, time.monotonic()):
                self._put_aside(name, "died", ended.why)

    def _walked(self, outcome: Outcome, pool: str) -> None:
        name = outcome.item
        self.breaker.walked(pool)
        self.journal.ended(outcome, pool)
        self.view.ended(pool, outcome)
        self._tell(outcome.said)
        if not self._ours(name):
            return
        match outcome.ended:
            case "done":
                tallies, files = outcome.tallies, outcome.files
                self._settle(Settled(item=name, key=self._key(name), ended="done", tallies=tallies, files=files))
                self.breaker.settled(put_aside=False)
            case "handed":
                self.schedule.handed(name, outcome.stage)
            case "failed":
                self._failed(outcome)

    def _ours(self, name: str) -> bool:
        """Whether a story is still this driver's. Who was halted for longer than a lease leaves it to its heir."""
        if self.claims.has(name):
            return True
        self.schedule.lent(name, time.monotonic())
        return False

    def _failed(self, outcome: Outcome) -> None:
        name, now = outcome.item, time.monotonic()
        if outcome.whose == "machine":
            error = DreamgenError(
                f"{name}: {outcome.reason}",
                f"{outcome.hint or 'Mend it.'} Everything finished so far is kept: run the same command again.",
            )
            error.exit_code = outcome.exit_code
            raise error
        if outcome.whose == "other":
            self.claims.drop(name)
            self.schedule.lent(name, now)
            return
        self._tries[name] += 1
        if outcome.whose == "user" or not self.schedule.failed(name, now):
            why: Why = "refused" if outcome.whose == "user" else "failed"
            self._put_aside(name, why, outcome.reason, outcome.trace, outcome.exit_code)

    def _put_aside(self, name: str, why: Why, reason: str, trace: str = "", exit_code: int = 1) -> None:
        told = {"why": why, "reason": reason, "trace": trace, "tries": self._tries[name]}
        mark = Settled.model_validate({"item": name, "key": self._key(name), "ended": "put_aside", **told})
        self._settle(mark)
        self.journal.put_aside(name, reason)
        self.breaker.settled(put_aside=True, reason=reason, exit_code=exit_code)

    def _settle(self, mark: Settled) -> None:
        write_mark(self.places, mark)
        self._heard(mark)
        self.claims.drop(mark.item)

    def _heard(self, mark: Settled) -> None:
        self.marks[mark.item] = light(mark)
        self.schedule.settled(mark.item, put_aside=mark.ended == "put_aside")
        self.view.settled(mark)

    def _look_around(self) -> None:
        """What others have settled meanwhile need not be claimed."""
        if time.monotonic() - self._looked < LOOK:
            return
        self._looked = time.monotonic()
        for name in self.schedule.elsewhere[:GLANCES]:
            self._settled_meanwhile(name)

    def _tell(self, sentences: Sequence[str]) -> None:
        """Each once: every story of a recipe says the same."""
        for words in sentences:
            if words not in self._said:
                self._said.add(words)
                self.view.says(words)

    def _key(self, name: str) -> str:
        return key_of(self.items[name], self.plan)


def run_bulk(
    plan: Plan, out: Path, executor: Executor, view: View = UNSEEN, *, retry: bool = False, join: Merge = merge
) -> Sequence[Settled]:
    """Makes every story of a plan that is not there yet; says how each of them ended, in the plan's order."""
    driving = Driving(plan, out, executor, view, retry=retry, join=join)
    driving.run()
    return [driving.marks[item.id] for item in plan.items]
