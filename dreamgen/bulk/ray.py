"""The workers of a Ray cluster: an actor each, on this machine or on many.

Ray places them and says when one is gone; it knows nothing of stories. Its own restarts and retries are off: a worker
that dies takes nothing along but the walk it was on, and whether that is walked again is the schedule's to say, which
counts. A new actor is hired in its place, on whatever node has room. Ray Data is not used: what it keeps of a job that
died is whole blocks of rows, and the store keeps every artefact.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

from dreamgen.bulk.executing import Ended, Work
from dreamgen.bulk.leaving import unmoved
from dreamgen.bulk.ray_ends import await_end, cause
from dreamgen.bulk.ray_setting import WORKERS, local, restore, surround
from dreamgen.bulk.ray_worker import Answer, Greeting, Post, RayWorker, absolute, check_alike, greeting
from dreamgen.bulk.room import counts, fits, needs, no_room
from dreamgen.bulk.working import Task, work_all
from dreamgen.errors import DreamgenError, MissingExtra, UsageError, first_line
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
    """What it is at, or gets as soon as it has come up."""
    begun: bool = False
    """Whether it is at them: one that was dead before can't have died of them."""
    until: float = float("inf")
    """When patience with it ends."""


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
        self._address, self._workers, self._growth, self._work = address, workers, growth, work
        self._hands: list[_Hand] = []
        self._stillborn = Counter[str]()
        self._alive: dict[str, float] = {}
        self._looked = 0.0
        self._before: dict[str, str | None] = {}
        self._scratch = ""
        self._joined = False

    def start(self, bulk: Bulk) -> Mapping[str, int]:
        """Joins the cluster, or starts one, and waits for the first worker of every pool."""
        self._bulk, self._own = bulk, greeting()
        self.join(bulk)
        for pool in bulk.pools:
            if not self._address and not fits(pool, self._nodes()):  # this machine won't grow
                raise self._no_room(pool)
        self._alive = dict.fromkeys((pool.name for pool in bulk.pools), time.monotonic())
        wanted = self._hire_all()
        while any(not self._up(pool) for pool in bulk.pools):
            self.wait(0.5)
        return wanted

    def free(self, pool: str) -> int:
        """How many workers of a pool have nothing to do."""
        return sum(hand.pool.name == pool and hand.awaited is None for hand in self._hands)

    def submit(self, pool: str, tasks: tuple[Task, ...]) -> None:
        """Gives a free worker something to do."""
        hand = next(hand for hand in self._hands if hand.pool.name == pool and hand.awaited is None)
        hand.tasks = tasks
        self._send(hand)

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
        self._look_around()
        return tuple(one for one in ended if one is not None)

    def close(self) -> None:
        """Ends all workers, whatever they are doing."""
        processes = [hand.greeting.process for hand in self._hands if hand.greeting]
        for hand in self._hands:
            _end(hand)
        self._hands.clear()
        if self._joined:  # else whoever joined the cluster also leaves it
            import ray

            ray.shutdown()
            self._joined = False
        if self._scratch:
            await_end(processes)
            shutil.rmtree(self._scratch, ignore_errors=True)
        restore(self._before)
        self._scratch, self._before = "", {}

    def join(self, bulk: Bulk) -> None:
        """Joins the cluster, or starts one, without workers; a cluster that this process is in already it stays in."""
        loaded = sys.modules.get("ray")
        if loaded and loaded.is_initialized():
            return
        self._before = surround(self._address)
        import ray

        _hush(alone=not self._address)
        self._scratch = "" if self._address else tempfile.mkdtemp(prefix="dreamgen-ray-")
        where = {"address": self._address} if self._address else local(bulk, self._workers, self._scratch)
        try:
            with unmoved():
                ray.init(log_to_driver=False, logging_level=logging.ERROR, runtime_env={"env_vars": WORKERS}, **where)
        except (ConnectionError, RuntimeError, ValueError) as error:
            tried = f"joined at {self._address}" if self._address else "started here"
            raise DreamgenError(
                f"Ray can't be {tried}: {first_line(error)}",
                "Look at `ray status` on this node; without an address dreamgen starts a Ray of its own.",
            ) from error
        self._joined = True

    def _hire_all(self) -> dict[str, int]:
        self._looked = time.monotonic()
        wanted = counts(self._bulk, self._workers, self._nodes())
        for pool in self._bulk.pools:
            taken = {hand.number for hand in self._hands if hand.pool is pool}
            for number in [number for number in range(wanted[pool.name]) if number not in taken]:
                self._hire(pool, number)
        return wanted

    def _hire(self, pool: Pool, number: int, tasks: tuple[Task, ...] = ()) -> None:
        import ray

        wanted = needs(pool)
        worker = ray.remote(RayWorker).options(
            num_cpus=wanted.get("CPU", 0), num_gpus=wanted.get("GPU", 0), memory=wanted.get("memory"), max_restarts=0,
            max_task_retries=0,
        )  # fmt: skip
        post = Post(pool=pool.name, number=number, cpus=max(1, round(pool.cpus)), home=os.getcwd())
        actor = worker.remote(post, self._work)
        self._hands.append(_Hand(pool, number, actor, actor.greet.remote(), tasks=tasks))

    def _send(self, hand: _Hand) -> None:
        """Asks whether a worker is alive; its tasks follow when it says so."""
        hand.awaited = hand.actor.begin.remote()

    def _begin(self, hand: _Hand) -> None:
        hand.begun, hand.awaited = True, hand.actor.walk.remote(tuple(map(absolute, hand.tasks)))
        if self._bulk.patience:
            hand.until = time.monotonic() + self._bulk.patience * len(hand.tasks)

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
        hand.greeting, hand.awaited = said, None
        self._stillborn[hand.pool.name] = 0
        if hand.tasks:
            self._send(hand)

    def _lost(self, hand: _Hand, why: str) -> Ended | None:
        """A worker is gone, or its node: another one is hired, and gets what this one never began with."""
        _end(hand)
        self._hands.remove(hand)
        if hand.greeting is None:
            self._stillborn[hand.pool.name] += 1
            if self._stillborn[hand.pool.name] >= STILLBORN:
                raise DreamgenError(
                    f"no worker of the pool {hand.pool.name!r} comes up: {why}", "See Ray's own logs on its node."
                )
        if hand.greeting is None or not hand.begun:
            self._hire(hand.pool, hand.number, hand.tasks)
            return None
        self._hire(hand.pool, hand.number)
        return Ended(hand.pool.name, hand.tasks, (), hand.greeting.death(hand.tasks[0].folder, why))

    def _lose_patience(self, hand: _Hand) -> Ended | None:
        return self._lost(hand, f"it took longer than bulk.patience = {self._bulk.patience:g} seconds, and was ended")

    def _look_around(self) -> None:
        now = time.monotonic()
        for pool in self._bulk.pools:
            if self._up(pool):
                self._alive[pool.name] = now
            elif now - self._alive[pool.name] > self._growth:
                raise self._no_room(pool)
        if now - self._looked > LOOK:
            self._hire_all()

    def _up(self, pool: Pool) -> bool:
        return any(hand.pool is pool and hand.greeting is not None for hand in self._hands)

    def _nodes(self) -> list[dict[str, float]]:
        import ray

        return [dict(node["Resources"]) for node in ray.nodes() if node["Alive"]]

    def _no_room(self, pool: Pool) -> DreamgenError:
        import ray

        found = [(node["NodeManagerHostname"], node["Resources"]) for node in ray.nodes() if node["Alive"]]
        return no_room(pool, found)


def _end(hand: _Hand) -> None:
    import ray

    with suppress(ray.exceptions.RayError, RuntimeError):  # it is gone, or the cluster is
        ray.kill(hand.actor, no_restart=True)


def _hush(*, alone: bool) -> None:
    """What has no option: Ray prints on every death, though whoever watches this run is told by us, once.

    Args:
        alone: whether to listen to this machine alone, where Ray was loaded before the environment said so.
    """
    import ray

    ray._private.worker.print_to_stdstream = lambda *_, **__: None
    if alone:
        ray._private.ray_constants.ENABLE_RAY_CLUSTER = False
