"""Pictures go to disk beside the drawing: encoding one takes a core some 50 ms, in which a GPU should not wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")

_WAITING = 32
"""Results that may wait to be taken; bounds the memory."""


class Saving(Generic[T]):
    """Runs jobs on a few threads; gives out their results in order. For a `with` block."""

    def __init__(self, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="saving")
        self._jobs: deque[Future[T]] = deque()

    def __enter__(self) -> Saving[T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=kind is not None)

    def put(self, job: Callable[[], T]) -> None:
        """Hands over a job."""
        self._jobs.append(self._pool.submit(job))

    def ready(self) -> Iterator[T]:
        """What is done, without waiting, unless too much waits."""
        while self._jobs and (self._jobs[0].done() or len(self._jobs) > _WAITING):
            yield self._jobs.popleft().result()

    def rest(self) -> Iterator[T]:
        """All that is left, as it gets done."""
        while self._jobs:
            yield self._jobs.popleft().result()
