"""The workers of a Ray cluster: an actor each, on this machine or on many.

Ray places them and says when one is gone; it knows nothing of stories. Its own restarts and retries are off: a worker
that dies takes nothing along but the walk it was on, and whether that is walked again is the schedule's to say, which
counts. A new actor is hired in its place, on whatever node has room. Ray Data is not used: what it keeps of a job that
died is whole blocks of rows, and the store keeps every artefact.
"""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

from dreamgen.bulk.executing import START, Ended, Work
from dreamgen.bulk.ray_cluster import Cluster
from dreamgen.bulk.ray_ends import cause
from dreamgen.bulk.ray_worker import Answer, Greeting, Post, RayWorker, absolute, check_alike, greeting
from dreamgen.bulk.room import Node, counts, fits, needs, no_room
from dreamgen.bulk.working import Task, work_all
from dreamgen.errors import DreamgenError, MissingExtra, UsageError
from dreamgen.run.bulking import Bulk, Pool

GROWTH: Final = 300.0
"""Seconds in which a cluster may grow until a pool has a worker."""
LOOK: Final = 5.0
"""Seconds between two looks at whether a cluster has grown."""
STILLBORN: Final = 10
"""Workers of one pool that may die in a row before one has said a word."""


@dataclass(eq=False)
class _Hand:
    """One worker."""

    pool: Pool
    number: int
    """Which of the pool."""
    actor: Any
    awaited: Any
    """The answer that is to come; None when it has nothing to do."""
    greeting: Greeting | None = None
    """None until it has come up."""
    tasks: tuple[Task, ...] = ()
    """What it is at, or gets as soon as it has said that it is alive."""
    begun: bool = False
    """Whether it is at them: one that was dead before can't have died of them."""
    until: float = float("inf")
    """When patience with it ends."""

    @property
    def up(self) -> bool:
        """Whether it has come up."""
        return self.greeting is not None


class RayExecutor:
    """Actors of a Ray cluster, one a worker.

    Where neither the recipe nor `workers` says how many there are, there are as many as the cluster has room for, and
    more when it grows. A number is asked for whether or not there is room yet, so that an autoscaler makes it.

    Args:
        address: `auto` for the cluster of this node, or host:port of another's; empty starts one on this machine,
            which ends with this process, however that ends.
        workers: how many each pool has where the recipe leaves it open; 0 for as many as there is room for.
        growth: seconds to wait for a worker of every pool.
        work: what they do, found by its module and name.
    """

    def __init__(self, address: str = "", workers: int = 0, growth: float = GROWTH, work: Work = work_all) -> None:
        if find_spec("ray") is None:
            raise MissingExtra("ray", "bulk", "dreamgen bulk on Ray")
        if address.startswith("ray://"):
            raise UsageError(
                f"{address} is for Ray's client, which can't watch over workers",
                "Run dreamgen on a node of the cluster, with the address auto or HOST:PORT.",
            )
        self._workers, self._growth, self._work = workers, growth, work
        self._cluster = Cluster(address, workers)
        self._hands: list[_Hand] = []
        self._left: defaultdict[str, deque[tuple[Task, ...]]] = defaultdict(deque)
        self._stillborn = Counter[str]()
        self._alive: dict[str, float] = {}
        self._looked = 0.0

    def start(self, bulk: Bulk) -> Mapping[str, int]:
        """Joins the cluster, or starts one, and waits for the first worker of every pool."""
        self._bulk, self._own = bulk, greeting()
        self.join(bulk)
        for pool in bulk.pools:
            if not self._cluster.grows and not fits(pool, self._nodes()):
                raise no_room(pool, self._cluster.nodes())
        self._alive = dict.fromkeys((pool.name for pool in bulk.pools), time.monotonic())
        wanted = self._hire_all()
        while any(not self._up(pool) for pool in bulk.pools):
            self.wait(0.5)
        return wanted

    def workers(self) -> Mapping[str, int]:
        """How many workers of each pool are up."""
        return {pool.name: sum(hand.pool is pool and hand.up for hand in self._hands) for pool in self._bulk.pools}

    def free(self, pool: str) -> int:
        """How many workers of a pool have nothing to do."""
        return sum(hand.pool.name == pool and hand.awaited is None for hand in self._hands)

    def submit(self, pool: str, tasks: tuple[Task, ...]) -> None:
        """Gives a free worker something to do."""
        self._left[pool].append(tasks)
        self._hand_out()

    def wait(self, seconds: float) -> tuple[Ended, ...]:
        """What has ended; waits so long for the first of it.

        Raises:
            DreamgenError: when the cluster has no room for a pool, or its nodes can't make what the driver would.
        """
        import ray

        awaited = {hand.awaited: hand for hand in self._hands if hand.awaited is not None}
        if not awaited:
            time.sleep(seconds)
        ready = ray.wait(list(awaited), num_returns=1, timeout=seconds)[0] if awaited else []
        if ready:
            ready = ray.wait(list(awaited), num_returns=len(awaited), timeout=0)[0]
        ended = [self._heard(awaited[ref]) for ref in ready]
        ended += [self._lose_patience(hand) for hand in list(self._hands) if time.monotonic() > hand.until]
        self._hand_out()
        self._look_around()
        return tuple(one for one in ended if one is not None)

    def close(self) -> None:
        """Ends all workers, whatever they are doing."""
        processes = [hand.greeting.process for hand in self._hands if hand.greeting]
        for hand in self._hands:
            _end(hand)
        self._hands.clear()
        self._cluster.leave(processes)

    def join(self, bulk: Bulk) -> None:
        """Joins the cluster, or starts one, without workers."""
        self._cluster.join(bulk)

    def _hire_all(self) -> dict[str, int]:
        self._looked = time.monotonic()
        wanted = counts(self._bulk, self._workers, self._nodes())
        for pool in self._bulk.pools:
            taken = {hand.number for hand in self._hands if hand.pool is pool}
            for number in [number for number in range(wanted[pool.name]) if number not in taken]:
                self._hire(pool, number)
        return wanted

    def _hire(self, pool: Pool, number: int) -> None:
        import ray

        wanted = needs(pool)
        worker = ray.remote(RayWorker).options(
            num_cpus=wanted.get("CPU", 0), num_gpus=wanted.get("GPU", 0), memory=wanted.get("memory"), max_restarts=0,
            max_task_retries=0,
        )  # fmt: skip
        post = Post(pool=pool.name, number=number, cpus=max(1, round(pool.cpus)), home=os.getcwd())
        actor = worker.remote(post, self._work)
        self._hands.append(_Hand(pool, number, actor, actor.greet.remote(), until=time.monotonic() + START))

    def _hand_out(self) -> None:
        """Asks those that have nothing to do whether they are alive; the tasks follow when they say so."""
        for hand in self._hands:
            if hand.awaited is None and self._left[hand.pool.name]:
                hand.tasks = self._left[hand.pool.name].popleft()
                hand.awaited, hand.until = hand.actor.begin.remote(), time.monotonic() + START

    def _begin(self, hand: _Hand) -> None:
        hand.begun, hand.awaited = True, hand.actor.walk.remote(tuple(map(absolute, hand.tasks)))
        patience = self._bulk.patience * len(hand.tasks)
        hand.until = time.monotonic() + patience if patience else float("inf")

    def _heard(self, hand: _Hand) -> Ended | None:
        import ray

        try:
            said = ray.get(hand.awaited)
        except ray.exceptions.RayError as error:
            return self._lost(hand, cause(error))
        match said:
            case Greeting():
                self._greeted(hand, said)
            case Answer():
                return self._answered(hand, said)
            case _:
                self._begin(hand)
        return None

    def _answered(self, hand: _Hand, said: Answer) -> Ended:
        if said.complaint:
            raise DreamgenError(said.complaint, "--out must lie on a disk that all nodes share, under the same path.")
        tasks, hand.tasks = hand.tasks, ()
        hand.begun, hand.awaited, hand.until = False, None, float("inf")
        return Ended(hand.pool.name, tasks, said.outcomes)

    def _greeted(self, hand: _Hand, said: Greeting) -> None:
        check_alike(said, self._own)
        hand.greeting, hand.awaited, hand.until = said, None, float("inf")
        self._stillborn[hand.pool.name] = 0

    def _lost(self, hand: _Hand, why: str) -> Ended | None:
        """A worker is gone, or its node: another one is hired. What it never began with goes to whoever is free."""
        if hand.greeting is None:
            self._count_stillborn(hand.pool, why)
        self._replace(hand)
        if hand.greeting and hand.begun:
            return Ended(hand.pool.name, hand.tasks, (), hand.greeting.death(hand.tasks[0].folder, why))
        if hand.tasks:
            self._left[hand.pool.name].appendleft(hand.tasks)
        return None

    def _count_stillborn(self, pool: Pool, why: str) -> None:
        self._stillborn[pool.name] += 1
        if self._stillborn[pool.name] >= STILLBORN:
            raise DreamgenError(
                f"no worker of the pool {pool.name!r} comes up: {why}", "See Ray's own logs on its node."
            )

    def _lose_patience(self, hand: _Hand) -> Ended | None:
        if hand.greeting is None:  # it hangs, or no node has had room for it: the next one may have more luck
            self._replace(hand)
            return None
        return self._lost(hand, f"it took longer than bulk.patience = {self._bulk.patience:g} seconds, and was ended")

    def _replace(self, hand: _Hand) -> None:
        _end(hand)
        self._hands.remove(hand)
        self._hire(hand.pool, hand.number)

    def _look_around(self) -> None:
        now = time.monotonic()
        for pool in self._bulk.pools:
            if self._up(pool):
                self._alive[pool.name] = now
            elif now - self._alive[pool.name] > self._growth:
                raise no_room(pool, self._cluster.nodes())
        if now - self._looked > LOOK:
            self._hire_all()

    def _up(self, pool: Pool) -> bool:
        return any(hand.pool is pool and hand.up for hand in self._hands)

    def _nodes(self) -> list[Node]:
        return [node for _, node in self._cluster.nodes()]


def _end(hand: _Hand) -> None:
    import ray

    with suppress(ray.exceptions.RayError, RuntimeError):  # it is gone, or the cluster is
        ray.kill(hand.actor, no_restart=True)
