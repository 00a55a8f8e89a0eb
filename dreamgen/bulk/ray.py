"""The workers of a Ray cluster: an actor each, on this machine or on many.

Ray places them and says when one is gone; it knows nothing of stories. Its own restarts and retries are off: a worker
that dies takes nothing along but the walk it was on, and whether that is walked again is the schedule's to say, which
counts. A new actor is hired in its place, on whatever node has room. Ray Data is not used: what it keeps of a job that
died is whole blocks of rows, and the store keeps every artefact.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from math import ceil
from typing import Any, Final

from dreamgen.bulk.executing import Ended
from dreamgen.bulk.ray_room import counts, fits, needs, no_room
from dreamgen.bulk.ray_worker import Answer, Greeting, Post, RayWorker, absolute, await_end, check_alike, greeting, told
from dreamgen.bulk.working import Task
from dreamgen.engines.processes import ONE_THREAD, available_cpus
from dreamgen.errors import DreamgenError, MissingExtra, UsageError, first_line
from dreamgen.run.bulking import Bulk, Pool

GROWTH: Final = 300.0
"""Seconds in which a cluster may grow until a pool has a worker."""
LOOK: Final = 5.0
"""Seconds between two looks at whether a cluster has grown."""
STILLBORN: Final = 10
"""Workers of one pool that may die in a row before one has said a word."""
STORE: Final = 80 * 2**20
"""Bytes of Ray's object store on this machine: tasks are small, and artefacts go through the disk."""

_QUIET: Final = {"RAY_USAGE_STATS_ENABLED": "0"}
_ALONE: Final = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token"}
"""With the first, Ray listens to this machine alone, as it does by default on systems other than Linux."""
_WORKERS: Final = {**dict.fromkeys(ONE_THREAD, "1"), "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
"""With the last, workers that ask for no GPU see those that are there, in every version of Ray."""


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
    begun: Any = None
    """Comes when it begins with them: one that was dead by then can't have died of them."""
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
    """

    def __init__(self, address: str = "", workers: int = 0, growth: float = GROWTH) -> None:
        if find_spec("ray") is None:
            raise MissingExtra("ray", "bulk", "dreamgen bulk on Ray")
        if address.startswith("ray://"):
            raise UsageError(
                f"{address} is for Ray's client, which can't watch over workers",
                "Run dreamgen on a node of the cluster, with the address auto or HOST:PORT.",
            )
        self._address, self._workers, self._growth = address, workers, growth
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
        ended += [self._lose_patience(hand) for hand in self._hands if time.monotonic() > hand.until]
        self._look_around()
        return tuple(one for one in ended if one is not None)

    def close(self) -> None:
        """Ends all workers, whatever they are doing."""
        if not self._hands and not self._joined:
            return
        import ray

        processes = [hand.greeting.process for hand in self._hands if hand.greeting]
        for hand in self._hands:
            _end(hand)
        self._hands.clear()
        if not self._joined:  # whoever joined the cluster also leaves it
            return
        ray.shutdown()
        self._joined = False
        if not self._address:
            await_end(processes)
            shutil.rmtree(self._scratch, ignore_errors=True)
        for name, value in self._before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})

    def join(self, bulk: Bulk) -> None:
        """Joins the cluster, or starts one, without workers; a cluster that this process is in already it stays in."""
        own = _QUIET if self._address else {**_QUIET, **_ALONE, "RAY_AUTH_TOKEN": secrets.token_hex(32)}
        before = {name: os.environ.get(name) for name in own}
        os.environ.update(own)  # Ray reads them when it is loaded, and hands them to what it starts
        import ray

        if ray.is_initialized():
            return
        try:
            ray.init(
                log_to_driver=False,
                logging_level=logging.ERROR,
                runtime_env={"env_vars": _WORKERS},
                **({"address": self._address} if self._address else self._local(bulk)),
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            where = f"joined at {self._address}" if self._address else "started here"
            raise DreamgenError(
                f"Ray can't be {where}: {first_line(error)}",
                "Look at `ray status` on this node; without an address dreamgen starts a Ray of its own.",
            ) from error
        self._before, self._joined = before, True
        _hush()

    def _local(self, bulk: Bulk) -> dict[str, Any]:
        """A cluster of this machine alone; workers that were asked for share its CPUs, as the local executor's do."""
        self._scratch = tempfile.mkdtemp(prefix="dreamgen-ray-")
        asked = sum(pool.cpus * (pool.workers or self._workers) for pool in bulk.pools)
        return {
            "address": "local", "num_cpus": max(available_cpus(), ceil(asked)), "object_store_memory": STORE,
            "include_dashboard": False, "_temp_dir": self._scratch,
        }  # fmt: skip

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
        actor = worker.remote(Post(pool=pool.name, number=number, cpus=max(1, round(pool.cpus)), home=os.getcwd()))
        self._hands.append(_Hand(pool, number, actor, actor.greet.remote(), tasks=tasks))

    def _send(self, hand: _Hand) -> None:
        hand.begun = hand.actor.begin.remote()
        hand.awaited = hand.actor.walk.remote(tuple(map(absolute, hand.tasks)))
        if self._bulk.patience:
            hand.until = time.monotonic() + self._bulk.patience * len(hand.tasks)

    def _heard(self, hand: _Hand) -> Ended | None:
        import ray

        try:
            said = ray.get(hand.awaited)
        except ray.exceptions.RayError as error:
            return self._lost(hand, told(error))
        if isinstance(said, Greeting):
            self._greeted(hand, said)
            return None
        assert isinstance(said, Answer)
        if said.complaint:
            raise DreamgenError(said.complaint, "--out must lie on a disk that all nodes share, under the same path.")
        tasks, hand.tasks, hand.awaited, hand.until = hand.tasks, (), None, float("inf")
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
        if hand.greeting is None or not hand.tasks or not _came(hand.begun):
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


def _came(ref: Any) -> bool:
    """Whether an answer came, and not the news of a death."""
    import ray

    try:
        ray.get(ref, timeout=1.0)
    except ray.exceptions.RayError:
        return False
    return True


def _hush() -> None:
    """Ray prints on every death, whatever it is told of logs; whoever watches this run is told by us, once."""
    import ray

    ray._private.worker.print_to_stdstream = lambda *_, **__: None
