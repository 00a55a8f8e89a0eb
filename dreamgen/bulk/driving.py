"""Many plots become one dataset: the whole bulk run on one page. Start reading here."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from dreamgen.bulk.claims import Claims
from dreamgen.bulk.executing import Ended, Executor
from dreamgen.bulk.items import Plan
from dreamgen.bulk.journal import Journal, Line
from dreamgen.bulk.marks import Settled, key_of, read_mark, write_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.schedule import Schedule
from dreamgen.bulk.working import Outcome, Task
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run import disk
from dreamgen.run.bulking import Pool
from dreamgen.run.journal import lines

PAUSE = 0.2
"""Seconds to wait for workers before looking around again."""
LOOK = 1.0
"""Seconds between two looks at what other drivers have settled."""


class Driving:
    """One driver at work; others may work in the same folder.

    Args:
        plan: what to make.
        out: the folder.
        executor: runs the workers.
    """

    def __init__(self, plan: Plan, out: Path, executor: Executor) -> None:
        self.plan, self.places, self.executor = plan, Places(out), executor
        self.items = {item.id: item for item in plan.items}
        self.claims = Claims(self.places, plan.key, plan.recipe.bulk.lease)
        self.tries: dict[str, int] = {}
        self.marks: dict[str, Settled] = {}
        self._looked = time.monotonic()

    def run(self) -> None:
        """Makes what is not there yet.

        Raises:
            UsageError: another driver follows another plan here.
            DreamgenError: too many stories failed, or the machine did; everything finished so far is kept.
        """
        self._begin()
        todo = [item.id for item in self.plan.items if item.id not in self.marks]
        self.journal = Journal(self.places.journal(self.claims.name))
        try:
            self.schedule = Schedule(todo, self.plan.recipe.bulk, self.executor.start(self.plan.recipe.bulk))
            while not self.schedule.over:
                self.claims.live()
                self._hand_out()
                for ended in self.executor.wait(PAUSE):
                    self._take_in(ended)
                self._look_around()
        finally:
            self.executor.close()
            self.journal.close()
            self.claims.leave()

    def _begin(self) -> None:
        self.places.folder.mkdir(parents=True, exist_ok=True)
        strange = [sign for sign in self.claims.others() if sign.plan != self.plan.key]
        if strange:
            raise UsageError(
                f"another driver follows another plan in {self.places.folder}",
                "Wait until it has finished, or give another folder with --out.",
            )
        self.claims.live()
        disk.write_whole(self.places.plan, lines(self.plan.items))
        disk.write_whole(self.places.folder / "recipe.toml", self.plan.recipe.toml())
        found = ((item.id, read_mark(self.places, item, self.plan)) for item in self.plan.items)
        self.marks = {name: mark for name, mark in found if mark is not None}

    def _hand_out(self) -> None:
        for pool in self.schedule.pools:
            while self.executor.free(pool.name):
                names = self.schedule.take(pool, pool.together, time.monotonic(), self._claim)
                if not names:
                    break
                for name in names:
                    self._note(name, pool.name, "began")
                self.executor.submit(pool.name, tuple(self._task(name, pool) for name in names))

    def _claim(self, name: str) -> bool:
        if not self.claims.take(name):
            return False
        # whoever had it before may have brought it to its end
        mark = read_mark(self.places, self.items[name], self.plan)
        if mark is None:
            return True
        self._heard(mark)
        self.claims.drop(name)
        return False

    def _task(self, name: str, pool: Pool) -> Task:
        return Task(folder=self.places.folder, item=self.items[name], recipe=self.plan.recipe, pool=pool)

    def _take_in(self, ended: Ended) -> None:
        if not ended.outcomes:
            for task in ended.tasks:
                self._died(task.item.id, ended)
            return
        for outcome in ended.outcomes:
            self._walked(outcome, ended.pool)

    def _walked(self, outcome: Outcome, pool: str) -> None:
        name = outcome.item
        self._note(name, pool, outcome.ended, outcome.stage or outcome.reason, outcome)
        match outcome.ended:
            case "done":
                self._settle(Settled(item=name, key=self._key(name), ended="done", tallies=outcome.tallies))
            case "handed":
                self.schedule.handed(name, outcome.stage)
            case "failed":
                self._failed(outcome)

    def _failed(self, outcome: Outcome) -> None:
        if outcome.whose == "machine":
            raise DreamgenError(
                f"{outcome.item}: {outcome.reason}",
                "Mend it and run the same command again: everything finished so far is kept.",
            )
        self._count(outcome.item)
        if not self.schedule.failed(outcome.item, time.monotonic()):
            self._put_aside(outcome.item, outcome.reason, outcome.trace)

    def _died(self, name: str, ended: Ended) -> None:
        self._note(name, ended.pool, "died", ended.why)
        self._count(name)
        if not self.schedule.died(name):
            self._put_aside(name, ended.why, "")

    def _put_aside(self, name: str, reason: str, trace: str) -> None:
        tries = self.tries[name]
        self._settle(
            Settled(item=name, key=self._key(name), ended="put_aside", reason=reason, trace=trace, tries=tries)
        )
        self._note(name, "", "put_aside", reason)
        self._check_failures()

    def _check_failures(self) -> None:
        bulk, aside = self.plan.recipe.bulk, [mark for mark in self.marks.values() if mark.ended == "put_aside"]
        if len(self.marks) < bulk.judged_from or len(aside) / len(self.marks) <= bulk.most_failed:
            return
        raise DreamgenError(
            f"{len(aside)} of {len(self.marks)} stories failed, the last one with: {aside[-1].reason}",
            f"Their tracebacks are in {self.places.settled('x').parent.parent}. Mend what is wrong and run the same "
            "command again with --retry; bulk.most_failed sets how many may fail.",
        )

    def _settle(self, mark: Settled) -> None:
        write_mark(self.places, mark)
        self._heard(mark)
        self.claims.drop(mark.item)

    def _heard(self, mark: Settled) -> None:
        self.marks[mark.item] = mark
        self.schedule.settled(mark.item, put_aside=mark.ended == "put_aside")

    def _look_around(self) -> None:
        """What others have settled meanwhile need not be claimed."""
        if time.monotonic() - self._looked < LOOK:
            return
        self._looked = time.monotonic()
        for name in self.schedule.elsewhere:
            mark = read_mark(self.places, self.items[name], self.plan)
            if mark is not None:
                self._heard(mark)

    def _count(self, name: str) -> None:
        self.tries[name] = self.tries.get(name, 0) + 1

    def _key(self, name: str) -> str:
        return key_of(self.items[name], self.plan)

    def _note(self, name: str, pool: str, what: str, detail: str = "", outcome: Outcome | None = None) -> None:
        timed, memory = (outcome.timed, outcome.memory_mib) if outcome else ((), 0.0)
        self.journal.write(
            Line.model_validate(
                {"at": time.time(), "item": name, "pool": pool, "what": what, "detail": detail, "timed": timed,
                 "memory_mib": memory}
            )
        )  # fmt: skip


def run_bulk(plan: Plan, out: Path, executor: Executor) -> Sequence[Settled]:
    """Makes every story of a plan that is not there yet; says how each of them ended, in the plan's order."""
    driving = Driving(plan, out, executor)
    driving.run()
    return [driving.marks[item.id] for item in plan.items]
