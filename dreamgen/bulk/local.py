"""The workers of one machine: processes, each with a thread here that waits for it."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

from dreamgen.bulk.executing import Ended
from dreamgen.bulk.working import Task, work_all
from dreamgen.engines.processes import ALLOWED, Worker, WorkerDied, available_cpus
from dreamgen.run.bulking import Bulk, Pool


class LocalExecutor:
    """Processes of this machine, one a worker.

    Args:
        workers: how many the pools have in all, where they leave it open; 0 for one a CPU.
    """

    def __init__(self, workers: int = 0) -> None:
        self._wanted = workers or available_cpus()
        self._ended: queue.SimpleQueue[Ended] = queue.SimpleQueue()
        self._tasks: dict[str, queue.SimpleQueue[tuple[Task, ...] | None]] = {}
        self._busy: Counter[str] = Counter()
        self._count: dict[str, int] = {}
        self._lock = threading.Lock()
        self._workers: set[Worker] = set()
        self._threads: list[threading.Thread] = []
        self._over = False

    def start(self, bulk: Bulk) -> Mapping[str, int]:
        """Starts the threads; each starts its process with its first task."""
        for pool in bulk.pools:
            self._count[pool.name] = pool.workers or self._wanted
            self._tasks[pool.name] = queue.SimpleQueue()
            for _ in range(self._count[pool.name]):
                thread = threading.Thread(target=self._serve, args=(pool,), daemon=True)
                self._threads.append(thread)
                thread.start()
        return self._count

    def free(self, pool: str) -> int:
        """How many workers of a pool have nothing to do."""
        return self._count[pool] - self._busy[pool]

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
        with self._lock:
            self._over = True
            for worker in self._workers:
                worker.end()
        for pool, count in self._count.items():
            for _ in range(count):
                self._tasks[pool].put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, pool: Pool) -> None:
        worker: Worker | None = None
        while (tasks := self._tasks[pool.name].get()) is not None:
            try:
                worker = worker or self._hire(pool)
                self._ended.put(Ended(pool.name, tasks, worker.call(work_all, tasks)))
            except WorkerDied as death:
                self._bury(worker)
                worker = None
                self._ended.put(Ended(pool.name, tasks, (), death.message))
        self._bury(worker)

    def _hire(self, pool: Pool) -> Worker:
        with self._lock:
            if self._over:
                raise WorkerDied("the workers were dismissed")
            worker = Worker({ALLOWED: str(max(1, round(pool.cpus)))})
            self._workers.add(worker)
            return worker

    def _bury(self, worker: Worker | None) -> None:
        with self._lock:
            if worker in self._workers:
                self._workers.discard(worker)
                worker.end()
