"""One function over many items in worker processes; see `worker` for what these are."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from dreamgen.engines.worker import Worker, WorkerDied, named
from dreamgen.errors import DreamgenError

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 16
"""How many items a worker may be ahead of whoever takes the results; bounds the memory."""

_QUOTA = Path("/sys/fs/cgroup/cpu.max")

ALLOWED: Final = "DREAMGEN_CPUS"
"""The environment's variable that says how many CPUs a process may use, where that is less than the machine has."""


def available_cpus() -> int:
    """How many CPUs this process may use: those it is bound to, and no more than `ALLOWED` or its container says."""
    if os.environ.get(ALLOWED, "").isdecimal():
        return max(1, int(os.environ[ALLOWED]))
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = _QUOTA.read_text().split()
        return max(1, min(bound, int(quota) // int(period)))
    except (OSError, ValueError):  # no control groups, or "max": no quota
        return bound


def map_processes(
    function: Callable[[T], R], items: Sequence[T], workers: int = 0, name: Callable[[T], str] = str,
    dead: Callable[[T, WorkerDied], R] | None = None,
) -> Generator[R, None, None]:  # fmt: skip
    """`function(item)` for every item, in the items' order; the workers go on while results are taken.

    Args:
        function: found by its module and name (or a `functools.partial` of such a function).
        items: each can be pickled.
        workers: processes; 0 for one a CPU, 1 for none: everything happens in this process.
        name: what to call an item in an error.
        dead: what comes of an item whose worker died; None for an error.

    Raises:
        DreamgenError: the function raised one, with the item named; or all workers died, and no other can be started.
        WorkerDied: a worker died, and nobody says what comes of it.
        RuntimeError: the function raised anything else; its traceback is in the message.
    """
    count = min(workers or available_cpus(), len(items))
    if count <= 1:
        for item in items:
            yield _call_here(function, item, name(item))
        return
    crew = _Crew(function, items, count, name)
    try:
        for item, future in zip(items, crew.results, strict=True):
            try:
                result = future.result()
            except WorkerDied as death:
                if dead is None:
                    raise
                result = dead(item, death)
            yield result
            crew.room.release()
    finally:
        crew.dismiss()


def _call_here(function: Callable[[T], R], item: T, name: str) -> R:
    try:
        return function(item)
    except DreamgenError as error:
        raise named(error.message, error.hint, error.exit_code, name) from error
    except Exception as error:
        error.add_note(f"while making {name}")
        raise


class _Crew:
    """Worker processes, each served by a thread that hands it one item after the other."""

    def __init__(
        self, function: Callable[[Any], Any], items: Sequence[Any], count: int, name: Callable[[Any], str]
    ) -> None:
        self.results: list[Future[Any]] = [Future() for _ in items]
        self.room = threading.Semaphore(count * _AHEAD)
        self._waiting = queue.SimpleQueue[int]()
        for index in range(len(items)):
            self._waiting.put(index)
        self._function, self._items, self._name = function, items, name
        self._over, self._lock = False, threading.Lock()
        self._serving = count
        self._workers = [Worker() for _ in range(count)]
        self._threads = [threading.Thread(target=self._serve, args=(worker,)) for worker in self._workers]
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def _serve(self, worker: Worker) -> None:
        while True:
            self.room.acquire()
            try:
                index = self._waiting.get_nowait()
            except queue.Empty:
                return
            if self._over:
                return
            future, item = self.results[index], self._items[index]
            try:
                future.set_result(worker.call(self._function, item, self._name(item)))
            except Exception as error:
                future.set_exception(error)  # first of all: whatever comes now, somebody waits for it
                if isinstance(error, WorkerDied):
                    try:
                        worker = self._another(worker)
                    except Exception as short:
                        self._leave(short)
                        return

    def _leave(self, why: Exception) -> None:
        """A thread ends that has no worker and gets none; the last one tells those for whom nobody works any more."""
        with self._lock:
            self._serving -= 1
            if self._serving:
                return
        error = DreamgenError(
            "no worker process is left, and no other can be started", "Memory may be short: try fewer workers."
        )
        error.__cause__ = why
        with suppress(queue.Empty):
            while True:
                self.results[self._waiting.get_nowait()].set_exception(error)

    def _another(self, worker: Worker) -> Worker:
        """One in the place of a worker that died."""
        with self._lock:
            if self._over:
                return worker
            worker.end()
            self._workers[self._workers.index(worker)] = another = Worker()
            return another

    def dismiss(self) -> None:
        """Ends the workers, whatever they are doing."""
        with self._lock:
            self._over = True
            for worker in self._workers:
                worker.kill()
                self.room.release()
        for worker, thread in zip(self._workers, self._threads, strict=True):
            thread.join()  # its worker is gone, so it is done
            worker.end()
