"""Orders of several stories fill one batch: whoever draws at the same time shares what a GPU draws at once.

Every story is walked through by a thread of its own, and its thread asks the studio for pictures as ever. The orders
of all of them wait in one place; the studio's own thread takes those of one kind, the first story's first. A batch that
is not full is begun only when nothing is being drawn and everybody who could add to it waits for pictures, or lets
itself be waited for too long: so nobody waits for ever, whatever becomes of the others.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from dreamgen.engines.diffusion.batching import kind_of
from dreamgen.engines.diffusion.memory import Portions
from dreamgen.engines.diffusion.orders import Drawing, Order, Sampling
from dreamgen.engines.diffusion.walking import CHANGED, Walker, awaited

PATIENCE: Final = 2.0
"""Seconds for which a card with nothing to do waits for those who may fill up a batch."""
_AHEAD: Final = 3
"""Batches that the first story may have asked for: one is looked at, one is drawn and one is begun."""
_PASSED: Final = 3
"""Full batches of another kind that are drawn before an earlier story's that is not full."""


@dataclass(eq=False)
class Client:
    """One draw of one story."""

    walker: Walker
    """Whose it is."""
    sampling: Sampling
    """Of all its pictures."""
    portions: Portions
    """How many are drawn at once."""
    orders: deque[Order] = field(default_factory=deque)
    """Not yet in any batch."""
    drawn: deque[Drawing | Exception] = field(default_factory=deque)
    """Not yet handed out."""
    open: int = 0
    """Asked for and not handed out."""
    waiting: bool = False
    """For a drawing: it can't ask for more."""
    passed: int = 0
    """Batches in which there was nothing of it, though it had orders."""


class Shared(NamedTuple):
    """A batch, and whose its pictures are."""

    sampling: Sampling
    """Of all of them."""
    portions: Portions
    """How many are drawn at once."""
    clients: tuple[Client, ...]
    """One an order."""
    orders: tuple[Order, ...]
    """Of one kind."""


Begin = Callable[[Sampling, Portions, Sequence[Order]], Any]
Finish = Callable[[Sampling, Any], Sequence[Drawing]]


class Gathering:
    """Orders from several threads become batches of one studio.

    Args:
        begin: starts the pictures of some orders, and does not wait for them.
        finish: waits for what was begun; one drawing an order.
        worker: of one thread, in which both are called; asked for when there is something to draw.
        clock: seconds that never jump.
    """

    def __init__(
        self, begin: Begin, finish: Finish, worker: Callable[[], Executor], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._begin, self._finish, self._worker, self._clock = begin, finish, worker, clock
        self._clients: list[Client] = []
        self._serving = False

    def draw(
        self, who: Walker, orders: Iterable[Order], sampling: Sampling, portions: Portions
    ) -> Generator[Drawing, None, None]:
        """One drawing an order, in order. Orders are asked for in the caller's own thread.

        Args:
            who: the caller's story.
            orders: read no further ahead than batches need.
            sampling: orders of another one never share a batch.
            portions: how many are drawn at once.
        """
        client = self._enter(Client(who, sampling, portions))
        left, more = iter(orders), True
        try:
            while True:
                while more and self._has_room(client):
                    order = next(left, None)
                    more = order is not None
                    if order is not None:
                        self._ask(client, order)
                if not client.open:
                    return
                yield self._taken(client)
        finally:
            self._leave(client)

    def _enter(self, client: Client) -> Client:
        with CHANGED:
            self._clients.append(client)
            self._clients.sort(key=lambda one: one.walker.rank)
            client.walker.drawing += 1
        return client

    def _leave(self, client: Client) -> None:
        with CHANGED:
            self._clients.remove(client)
            client.walker.drawing -= 1
            client.orders.clear()
            CHANGED.notify_all()

    def _has_room(self, client: Client) -> bool:
        """The first story may keep the card busy alone; the others have together what fills up one batch."""
        with CHANGED:
            size = client.portions.size
            others = len(self._clients) - 1
            first = client is self._clients[0]
            return client.open < (_AHEAD * size if first else -(-size // max(1, others)))

    def _ask(self, client: Client, order: Order) -> None:
        worker = self._worker()  # which may wait for a model that is being loaded, as nobody else must
        with CHANGED:
            client.orders.append(order)
            client.open += 1
            CHANGED.notify_all()
            if not self._serving:
                worker.submit(self._serve)
                self._serving = True

    def _taken(self, client: Client) -> Drawing:
        with CHANGED:
            client.waiting = True
            CHANGED.notify_all()
            CHANGED.wait_for(lambda: client.drawn)
            client.waiting = False
            client.open -= 1
            drawing = client.drawn.popleft()
        if isinstance(drawing, Exception):
            raise drawing
        return drawing

    def _serve(self) -> None:
        """Draws until nobody has orders; the next batch is begun before the last one is waited for."""
        last: tuple[Shared, Any] | None = None
        try:
            while True:
                batch = self._next(idle=last is None)
                begun = None if batch is None else (batch, self._begun(batch))
                if last is not None:
                    self._finished(*last)
                elif batch is None:
                    return
                last = begun
        except BaseException as error:
            self._fail(error)
            raise

    def _next(self, *, idle: bool) -> Shared | None:
        """The next batch: a full one; when the card has nothing to do, one that is as full as it gets."""
        since = self._clock()
        with CHANGED:
            while True:
                found = self._choice(idle and (self._all_wait() or self._clock() - since >= PATIENCE))
                if found is not None:
                    return self._cut(found)
                if not idle:
                    return None
                if not any(client.orders for client in self._clients):
                    self._serving = False
                    return None
                CHANGED.wait(max(0.001, PATIENCE - (self._clock() - since)))

    def _all_wait(self) -> bool:
        """Whether nobody can add to what is there before something is drawn."""
        busy = any(not client.waiting or client.drawn for client in self._clients)
        return not busy and not awaited()

    def _choice(self, short: bool) -> Client | None:
        """Whose kind of picture is drawn next."""
        asking = [client for client in self._clients if client.orders]
        if not asking:
            return None
        if asking[0].passed >= _PASSED:
            return asking[0]
        for client in asking:
            if sum(len(_alike(one, client)) for one in asking) >= client.portions.size:
                return client
        return asking[0] if short else None

    def _cut(self, chosen: Client) -> Shared:
        """Takes the orders of one kind, those of the first story first."""
        kind, size = kind_of(chosen.orders[0]), chosen.portions.size
        taken: list[tuple[Client, Order]] = []
        for client in [client for client in self._clients if client.orders]:
            before = len(taken)
            while (
                len(taken) < size
                and client.orders
                and client.sampling == chosen.sampling
                and kind_of(client.orders[0]) == kind
            ):
                taken.append((client, client.orders.popleft()))
            client.passed = 0 if len(taken) > before else client.passed + 1
        clients, orders = zip(*taken, strict=True)
        return Shared(chosen.sampling, chosen.portions, clients, orders)

    def _begun(self, batch: Shared) -> Any:
        """What the batch was begun as, or why it could not be: that is told in its turn."""
        try:
            return self._begin(batch.sampling, batch.portions, batch.orders)
        except Exception as error:
            return error

    def _finished(self, batch: Shared, begun: Any) -> None:
        try:
            if isinstance(begun, Exception):
                raise begun
            drawings = self._finish(batch.sampling, begun)
        except Exception as error:
            self._apart(batch, error)
            return
        with CHANGED:
            for client, drawing in zip(batch.clients, drawings, strict=True):
                client.drawn.append(drawing)
            CHANGED.notify_all()

    def _apart(self, batch: Shared, error: Exception) -> None:
        """A batch failed: one story's fault is not another one's, so each has its part drawn alone."""
        clients = tuple(dict.fromkeys(batch.clients))
        if len(clients) == 1:
            with CHANGED:
                clients[0].orders.clear()
                clients[0].drawn.append(error)
                CHANGED.notify_all()
            return
        for client in clients:
            own = tuple(order for one, order in zip(batch.clients, batch.orders, strict=True) if one is client)
            part = Shared(batch.sampling, batch.portions, (client,) * len(own), own)
            self._finished(part, self._begun(part))

    def _fail(self, error: BaseException) -> None:
        """Nobody draws any more: whoever waits must hear of it."""
        told = error if isinstance(error, Exception) else RuntimeError(f"drawing was stopped: {error!r}")
        with CHANGED:
            self._serving = False
            for client in self._clients:
                client.orders.clear()
                client.drawn.append(told)
            CHANGED.notify_all()


def _alike(one: Client, other: Client) -> list[Order]:
    """The orders of one that could stand in a batch with the first of the other."""
    if one.sampling != other.sampling:
        return []
    kind = kind_of(other.orders[0])
    found = []
    for order in one.orders:
        if kind_of(order) != kind:
            break
        found.append(order)
    return found
