"""Workers that make no film: a stand-in for an executor, and walks that end as the plot says."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from pathlib import Path

from dreamgen.bulk.claims import Claims
from dreamgen.bulk.executing import Ended
from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.places import Places
from dreamgen.bulk.working import Outcome, Task, told
from dreamgen.core.brief import Brief
from dreamgen.engines.processes import map_processes
from dreamgen.run.bulking import Bulk

Act = Callable[[Task], Outcome | str]
"""What a worker makes of a task; words say how it died."""


def done(task: Task) -> Outcome:
    """Every story is whole at once."""
    return Outcome(item=task.item.id, ended="done")


def handed(task: Task, stage: str) -> Outcome:
    """Another pool is needed."""
    return Outcome(item=task.item.id, ended="handed", stage=stage)


def failed(task: Task, error: Exception) -> Outcome:
    """Something went wrong."""
    return Outcome(item=task.item.id, ended="failed").model_copy(update=told(error))


def no_dataset(plan: Plan, places: Places, marks: Mapping[str, Settled], claims: Claims) -> Mapping[str, str]:
    """Joins nothing, since stories that nobody made have no files."""
    return {}


class FakeExecutor:
    """Workers that need no time: what is submitted has ended at the next `wait`, one after the other.

    Args:
        act: what a worker makes of a task.
    """

    def __init__(self, act: Act = done) -> None:
        self.act = act
        self.begun: list[tuple[str, tuple[str, ...]]] = []
        self.closed = False
        self._busy: Counter[str] = Counter()
        self._count: dict[str, int] = {}
        self._given: deque[tuple[str, tuple[Task, ...]]] = deque()

    def start(self, bulk: Bulk) -> Mapping[str, int]:
        self._count = {pool.name: pool.workers or 2 for pool in bulk.pools}
        return dict(self._count)

    def workers(self) -> Mapping[str, int]:
        return dict(self._count)

    def grow(self, pool: str, count: int) -> None:
        """A pool has so many workers from now on."""
        self._count[pool] = count

    def free(self, pool: str) -> int:
        return self._count[pool] - self._busy[pool]

    def submit(self, pool: str, tasks: tuple[Task, ...]) -> None:
        assert self.free(pool), f"no worker of {pool} is free"
        self._busy[pool] += 1
        self.begun.append((pool, tuple(task.item.id for task in tasks)))
        self._given.append((pool, tasks))

    def wait(self, seconds: float) -> tuple[Ended, ...]:
        if not self._given:
            time.sleep(min(seconds, 0.01))
            return ()
        pool, tasks = self._given.popleft()
        self._busy[pool] -= 1
        said = [self.act(task) for task in tasks]
        deaths = [words for words in said if isinstance(words, str)]
        if deaths:
            return (Ended(pool, tasks, (), deaths[0]),)
        return (Ended(pool, tasks, tuple(one for one in said if isinstance(one, Outcome))),)

    def close(self) -> None:
        self.closed = True


def plot(task: Task) -> str:
    """What the story is to be made from; here, what its walk is to do."""
    assert isinstance(task.item.source, Brief)
    return task.item.source.text


def stub_walks(tasks: tuple[Task, ...]) -> tuple[Outcome, ...]:
    """What a real process does with plots such as `exit 3`, `kill`, `sleep 60`, `print words` and `done`."""
    return tuple(_stub_walk(task) for task in tasks)


def hangs(task: Task) -> str:
    """What a worker does that never comes up."""
    time.sleep(60.0)
    return ""


def _stub_walk(task: Task) -> Outcome:
    for what in plot(task).split("; "):
        verb, _, rest = what.partition(" ")
        match verb:
            case "exit":
                os._exit(int(rest))
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "kill-once":
                if not (mark := _beside(task)).exists():
                    mark.parent.mkdir(parents=True, exist_ok=True)
                    mark.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
            case "sleep":
                time.sleep(float(rest))
            case "print":
                sys.stdout.write(rest + "\n")
                sys.stderr.write(rest + "\n")
                sys.stdout.flush()
            case "raise":
                raise ValueError(rest)
            case "crew":
                list(map_processes(time.sleep, [60.0, 60.0], workers=2))
            case "tell":
                return Outcome(item=task.item.id, ended="done", said=(str(os.environ.get(rest)), str(os.getpid())))
    return done(task)


def _beside(task: Task) -> Path:
    return Places(task.folder).item(task.item.id) / "killed"
