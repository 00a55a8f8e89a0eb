"""The workers of one machine: processes, each with a thread here that waits for it."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from dreamgen.bulk.arriving import Arrivals
from dreamgen.bulk.deaths import HEAD, last_words, memory_kills
from dreamgen.bulk.executing import START, Ended, Work
from dreamgen.bulk.local_room import crews
from dreamgen.bulk.places import Places
from dreamgen.bulk.working import CodeChanged, Outcome, Task, told, wake, work_all
from dreamgen.engines.gpu_use import VISIBLE
from dreamgen.engines.processes import ALLOWED
from dreamgen.engines.worker import Worker, WorkerDied
from dreamgen.run import keys
from dreamgen.run.bulking import Bulk, Pool

LONGEST_LOG: Final = 1 << 20
"""Bytes of a worker's log, beyond which it begins anew before the next walk."""
_AWHILE: Final = 0.2
"""Seconds in which whoever is free takes what another worker could not begin with."""
_GOODBYE: Final = 10.0
"""Seconds that workers have to be gone when everything ends; one that a dead disk holds is left to the system."""


class LocalExecutor:
    """Processes of this machine, one a worker.

    Args:
        workers: how many a pool has that leaves it open; 0 for as many as there is room for: one a CPU.
        work: what they do, found by its module and name.
    """

    def __init__(self, workers: int = 0, work: Work = work_all) -> None:
        self._workers, self._work = workers, work
        self._ended: queue.SimpleQueue[Ended] = queue.SimpleQueue()
        self._tasks: dict[str, queue.SimpleQueue[tuple[Task, ...] | None]] = {}
        self._busy: Counter[str] = Counter()
        self._hands: list[_Hand] = []

    def start(self, bulk: Bulk) -> Mapping[str, int]:
        """Starts the threads; each starts its process with its first task."""
        found = crews(bulk, self._workers)
        for pool in bulk.pools:
            self._tasks[pool.name] = queue.SimpleQueue()
            arrivals = Arrivals(pool.name)
            for number, gpus in enumerate(found[pool.name]):
                hand = _Hand(pool, number, gpus, bulk.patience, self._work, arrivals)
                self._hands.append(hand)
                hand.begin(self._tasks[pool.name], self._ended)
        return self.workers()

    def workers(self) -> Mapping[str, int]:
        """As many as there were at the start: one that dies is replaced when there is something to do for it."""
        return {name: sum(hand.pool.name == name for hand in self._hands) for name in self._tasks}

    def free(self, pool: str) -> int:
        """How many workers of a pool have nothing to do."""
        return sum(hand.pool.name == pool for hand in self._hands) - self._busy[pool]

    def submit(self, pool: str, tasks: tuple[Task, ...]) -> None:
        """Gives a free worker something to do."""
        self._busy[pool] += 1
        self._tasks[pool].put(tasks)

    def wait(self, seconds: float) -> tuple[Ended, ...]:
        """What has ended; waits so long for the first of it."""
        found = []
        with suppress(queue.Empty):
            found.append(self._ended.get(timeout=seconds))
            while True:
                found.append(self._ended.get_nowait())
        for ended in found:
            self._busy[ended.pool] -= 1
        return tuple(found)

    def close(self) -> None:
        """Ends all workers, whatever they are doing."""
        for hand in self._hands:
            hand.dismiss()
        for hand in self._hands:
            self._tasks[hand.pool.name].put(None)
        until = time.monotonic() + _GOODBYE
        for hand in self._hands:
            hand.thread.join(max(0.0, until - time.monotonic()))


class _Hand:
    """One worker, and the next one when it dies.

    Args:
        pool: whose it is.
        number: which of the pool.
        gpus: those that it sees.
        patience: seconds that a walk may take; 0 for as long as it likes.
        work: what it does.
        arrivals: what is known of all workers of the pool.
    """

    def __init__(
        self, pool: Pool, number: int, gpus: str, patience: float, work: Work, arrivals: Arrivals
    ) -> None:  # fmt: skip
        self.pool, self._number, self._gpus, self._patience, self._work = pool, number, gpus, patience, work
        self._arrivals = arrivals
        self._worker: Worker | None = None
        self._log = Path()
        self._kills = 0
        self._memory = 0.0
        self._lock = threading.Lock()
        self._over = False
        self._late = ""

    def begin(self, tasks: queue.SimpleQueue[tuple[Task, ...] | None], ended: queue.SimpleQueue[Ended]) -> None:
        """Takes tasks until there are no more."""
        self.thread = threading.Thread(target=self._serve, args=(tasks, ended), daemon=True)
        self.thread.start()

    def dismiss(self) -> None:
        """Whatever it is doing."""
        with self._lock:
            self._over = True
            if self._worker:
                self._worker.kill()

    def _serve(self, waiting: queue.SimpleQueue[tuple[Task, ...] | None], ended: queue.SimpleQueue[Ended]) -> None:
        while (tasks := waiting.get()) is not None:
            if one := self._do(tasks):
                ended.put(one)
                continue
            waiting.put(tasks)
            time.sleep(_AWHILE)
        self._bury()

    def _do(self, tasks: tuple[Task, ...]) -> Ended | None:
        """How it ended; None when it never began."""
        try:
            if (worker := self._ready(tasks[0])) is None:
                return None
            outcomes = self._walk(worker, tasks)
            self._memory = max((outcome.memory_mib for outcome in outcomes), default=0.0)
            return Ended(self.pool.name, tasks, outcomes)
        except WorkerDied as death:
            why = self._why(death.message)
            self._bury()
            return Ended(self.pool.name, tasks, (), why)
        except Exception as error:  # no process can be started, or the walk's own words don't cross the border
            self._bury()
            failed = Outcome(item="", ended="failed").model_copy(update=told(error))
            outcomes = tuple(failed.model_copy(update={"item": task.item.id}) for task in tasks)
            return Ended(self.pool.name, tasks, outcomes)

    def _walk(self, worker: Worker, tasks: tuple[Task, ...]) -> tuple[Outcome, ...]:
        self._write_head(tasks)
        if not self._patience:
            return worker.call(self._work, tasks)
        late = f"it took longer than bulk.patience = {self._patience:g} seconds"
        with self._waiting(worker, self._patience * len(tasks), late):
            return worker.call(self._work, tasks)

    @contextmanager
    def _waiting(self, worker: Worker, seconds: float, late: str) -> Iterator[None]:
        """Ends a worker that takes longer; `late` is why."""
        over = threading.Event()

        def lose_patience() -> None:
            with self._lock:
                if not over.is_set():  # it may have answered just now
                    self._late = late
                    worker.kill()

        timer = threading.Timer(seconds, lose_patience)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:
                over.set()

    def _ready(self, task: Task) -> Worker | None:
        """The process, awake; None when it died or hung before it began, which is no story's fault.

        Raises:
            NoWorker: no worker of the pool comes up, or none that may work.
        """
        self._kills, self._late = memory_kills(), ""
        new = self._worker is None
        worker = self._hire(task.folder)
        try:
            self._wake(worker, task)
        except WorkerDied as death:
            why = self._why(death.message)
            self._bury()
            if new:
                self._arrivals.failed(self._number, why, hung=bool(self._late))
            return None
        self._arrivals.came(self._number)
        return worker

    def _wake(self, worker: Worker, task: Task) -> None:
        with self._waiting(worker, START, f"it did not come up within {START:g} seconds"):
            code = worker.call(wake, task)
        if self._late:  # it answered in the moment in which it was ended
            raise WorkerDied(self._late)
        if code != keys.package_version():
            raise CodeChanged(
                "dreamgen was changed while it ran: a new worker would not make what those before it made"
            )

    def _hire(self, folder: Path) -> Worker:
        with self._lock:
            if self._over:
                raise WorkerDied("the workers were dismissed")
            if self._worker is None:
                self._log = Places(folder).log(f"{socket.gethostname()}-{self.pool.name}-{self._number}")
                self._log.parent.mkdir(parents=True, exist_ok=True)
                own = {ALLOWED: str(max(1, round(self.pool.cpus)))}
                self._worker = Worker({**own, VISIBLE: self._gpus} if self._gpus else own, self._log)
                self._memory = 0.0
            return self._worker

    def _bury(self) -> None:
        with self._lock:
            worker, self._worker = self._worker, None
        self._arrivals.left(self._number)
        if worker:
            worker.end()

    def _write_head(self, tasks: tuple[Task, ...]) -> None:
        """Says in the log what comes now; somebody may have cleared it away."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("a", encoding="utf-8") as file:
            if file.tell() > LONGEST_LOG:
                file.truncate(0)
            file.write(f"{HEAD}{self.pool.name}: {', '.join(task.item.id for task in tasks)}\n")

    def _why(self, message: str) -> str:
        """What is known of a worker's end."""
        if self._late:
            return f"{self._late}, and its worker was ended"
        worker = self._worker
        if worker and worker.killed and memory_kills() > self._kills:
            used = f", of which its worker had used {self._memory:,.0f} MiB before" if self._memory else ""
            return f"{message}: the system was out of memory{used}; try fewer workers"
        if worker and worker.killed:
            return message
        told_last = last_words(self._log)
        return f"{message}: {told_last}" if told_last else message
