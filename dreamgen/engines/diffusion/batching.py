"""Orders become batches, and one batch is made while the last one is looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

from dreamgen.engines.diffusion.orders import Order

T = TypeVar("T")
R = TypeVar("R")


def batches(orders: Iterable[Order], size: Callable[[], int]) -> Iterator[list[Order]]:
    """Orders of one kind that follow each other, some at a time.

    Args:
        orders: read no further than the batch that is asked for.
        size: how many; asked again for each batch, since it may shrink.
    """
    waiting: list[Order] = []
    for order in orders:
        if waiting and (len(waiting) >= size() or _kind(order) != _kind(waiting[0])):
            yield waiting
            waiting = []
        waiting.append(order)
        if len(waiting) >= size():
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def one_ahead(things: Iterable[T], make: Callable[[T], R], worker: Executor | None) -> Iterator[R]:
    """What is made of each thing, in order.

    With a worker, one thing is being made while the caller looks at what was made before: a GPU draws while pictures
    are saved. Things are still asked for in the caller's own thread.
    """
    if worker is None:
        yield from map(make, things)
        return
    waiting: deque[Future[R]] = deque()
    try:
        for thing in things:
            waiting.append(worker.submit(make, thing))
            if len(waiting) > 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _kind(order: Order) -> float | None:
    """Pictures that begin from noise, or from a picture of which equally much is kept."""
    return order.strength if order.start is not None else None
