"""Processes of this machine that make shards, while the driver goes on giving signs of life."""

from __future__ import annotations

import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Final, Self

from dreamgen.bulk.shard_block import Built, Work, build
from dreamgen.engines.processes import available_cpus
from dreamgen.engines.worker import Worker, WorkerDied

TRIES: Final = 3
"""How often the worker of a shard may die."""
FEW: Final = 256
"""Stories that are sooner put into shards here than a process is started for them."""


class Crew:
    """Makes shards, several at once.

    Args:
        workers: processes; 0 for one a CPU, 1 for none: everything happens in this process.
        shards: how many there are to make.
        stories: how many these have together.
    """

    def __init__(self, workers: int, shards: int, stories: int) -> None:
        wanted = workers or (1 if stories <= FEW else available_cpus())
        self._count = max(1, min(wanted, shards))
        self._threads = ThreadPoolExecutor(self._count, "shards")
        self._running: set[Future[Built]] = set()
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._lock = threading.Lock()
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._over = True
            for worker in self._all:
                worker.end()
        self._threads.shutdown(cancel_futures=True)

    @property
    def free(self) -> int:
        """How many have nothing to do."""
        return self._count - len(self._running)

    def submit(self, work: Work) -> None:
        """Gives one of them something to do."""
        self._running.add(self._threads.submit(self._build, work))

    def wait(self, seconds: float) -> list[Built]:
        """What has ended; waits so long for the first of it.

        Raises:
            WorkerDied: the worker of a shard died again and again.
            OSError: the disk is full, or can't be written to.
        """
        if not self._running:
            time.sleep(seconds)
        ended, self._running = wait(self._running, seconds, FIRST_COMPLETED)
        return [future.result() for future in ended]

    def _build(self, work: Work) -> Built:
        if self._count == 1:
            return build(work)
        for _ in range(TRIES - 1):
            try:
                return self._built(work)
            except WorkerDied:
                continue
        return self._built(work)

    def _built(self, work: Work) -> Built:
        worker = self._hire()
        try:
            built = worker.call(build, work)
        except WorkerDied:
            self._bury(worker)
            raise
        self._idle.append(worker)
        return built

    def _hire(self) -> Worker:
        with self._lock:
            if self._over:
                raise WorkerDied("the workers were dismissed")
            if self._idle:
                return self._idle.pop()
            worker = Worker()
            self._all.add(worker)
            return worker

    def _bury(self, worker: Worker) -> None:
        with self._lock:
            if worker in self._all:
                self._all.discard(worker)
                worker.end()
