"""Many threads ask one model: on a CPU one after the other, on a GPU whoever waits is answered together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from weakref import WeakValueDictionary

from dreamgen.engines.chat.flight import CalledOff
from dreamgen.engines.chat.local.weights import Weights
from dreamgen.engines.chat.local.writing import Order, Written, write
from dreamgen.errors import DreamgenError, ModelError

_POLL = 0.2
"""Seconds after which somebody who waits for a turn looks whether all is called off."""
_OPENING = threading.Lock()
_DESKS: WeakValueDictionary[tuple[int, int], Desk] = WeakValueDictionary()
"""A desk has its weights, so that no others come to their place in the memory while it is there."""


def open_desk(weights: Weights, together: int) -> Desk:
    """The desk of a model; all who ask it are answered together, those of other stories too. See `Desk`."""
    with _OPENING:
        key = id(weights), together
        desk = _DESKS.get(key)
        if desk is None:
            desk = _DESKS[key] = Desk(weights, together)
        return desk


class Desk:
    """Takes orders from any thread, and gives each its answer."""

    def __init__(self, weights: Weights, together: int) -> None:
        """Opens.

        Args:
            weights: who answers.
            together: most answers that are written at once. Over 1, the last bits of the likelihoods, and so now and
                then a word, depend on what else was asked at the time.
        """
        self._weights = weights
        self._together = together
        self._waiting: list[tuple[Order, Future[Written]]] = []
        self._list = threading.Lock()

    def write(self, order: Order) -> Written:
        """The answer; waits for its turn.

        Raises:
            ModelError: see `writing.write`.
            CalledOff: when `order.stop` is set before it is there.
        """
        mine: Future[Written] = Future()
        with self._list:
            self._waiting.append((order, mine))
        try:
            with self._turn(order.stop):
                # whoever comes first to the model answers for those who came after, too; they find it done
                while not mine.done():
                    _unless(order.stop)
                    self._serve()
        finally:
            with self._list:
                self._waiting = [one for one in self._waiting if one[1] is not mine]
        return mine.result()

    @contextmanager
    def _turn(self, stop: threading.Event) -> Iterator[None]:
        while not self._weights.busy.acquire(timeout=_POLL):
            _unless(stop)
        try:
            yield
        finally:
            self._weights.busy.release()

    def _serve(self) -> None:
        with self._list:
            batch = self._waiting[: self._together]
            del self._waiting[: self._together]
        try:
            answers = self._answers([order for order, _ in batch])
        except BaseException as error:
            for _, future in batch:
                future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if isinstance(answer, DreamgenError):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    def _answers(self, orders: list[Order]) -> list[Written | DreamgenError]:
        """One by one where they don't work together: memory may be short, or one of them wrong."""
        try:
            return list(write(self._weights, orders))
        except CalledOff as error:
            # nobody wants any of these; the others of the batch may be wanted
            return [error] * len(orders)
        except ModelError as error:
            if len(orders) == 1:
                return [error]
        half = len(orders) // 2
        return self._answers(orders[:half]) + self._answers(orders[half:])


def _unless(stop: threading.Event) -> None:
    if stop.is_set():
        raise CalledOff("the answer was called off")
