"""Orders become batches, and the next one is begun while the last is looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

from dreamgen.engines.diffusion.orders import Order

T = TypeVar("T")
B = TypeVar("B")
R = TypeVar("R")


def batches(orders: Iterable[Order], size: Callable[[], int]) -> Iterator[list[Order]]:
    """Orders of one kind that follow each other, some at a time.

    Args:
        orders: read no further than the batch that is asked for.
        size: how many; asked again for each batch, since it may shrink.
    """
    waiting: list[Order] = []
    for order in orders:
        if waiting and (len(waiting) >= size() or kind_of(order) != kind_of(waiting[0])):
            yield waiting
            waiting = []
        waiting.append(order)
        if len(waiting) >= size():
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def one_ahead(
    things: Iterable[T], begin: Callable[[T], B], finish: Callable[[B], R], worker: Executor | None
) -> Generator[R, None, None]:
    """What is made of each thing, in order.

    With a worker, which must do one thing after the other, the next thing is begun before one is finished, and all of
    it while the caller looks at what came before: a GPU has always something to do. Things are still asked for in the
    caller's own thread, two ahead of what it gets.

    Args:
        things: what from.
        begin: starts something, such as work on a GPU, and does not wait for it.
        finish: waits for it.
        worker: of one thread; None makes one thing at a time, when it is asked for.
    """
    if worker is None:
        for thing in things:
            yield finish(begin(thing))
        return
    waiting: deque[Future[R]] = deque()
    started: deque[Future[B]] = deque(maxlen=3)
    last: Future[B] | None = None
    try:
        for thing in things:
            begun = worker.submit(begin, thing)
            started.append(begun)
            if last is not None:
                waiting.append(worker.submit(_after, last, finish))
            last = begun
            if len(waiting) > 1:
                yield waiting.popleft().result()
        if last is not None:
            waiting.append(worker.submit(_after, last, finish))
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        for begun in started:
            begun.cancel()


def _after(begun: Future[B], finish: Callable[[B], R]) -> R:
    return finish(begun.result())


def kind_of(order: Order) -> float | None:
    """Pictures that begin from noise, or from a picture of which equally much is kept."""
    return order.strength if order.start is not None else None
