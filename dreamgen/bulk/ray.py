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
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

from dreamgen.bulk.executing import Ended
from dreamgen.bulk.ray_room import counts, fits, needs, words
from dreamgen.bulk.ray_worker import Answer, Greeting, RayWorker, absolute, differs, greeting
from dreamgen.bulk.working import Task
from dreamgen.engines.processes import ALLOWED, ONE_THREAD, available_cpus
from dreamgen.errors import DreamgenError, MissingExtra, UsageError
from dreamgen.run.bulking import Bulk, Pool

PATIENCE: Final = 300.0
"""Seconds in which a cluster may grow until a pool has its first worker."""
LOOK: Final = 5.0
"""Seconds between two looks at whether a cluster has grown."""
STILLBORN: Final = 10
"""Workers of one pool that may die in a row before one has said a word."""
STORE: Final = 80 * 2**20
"""Bytes of Ray's object store on this machine: tasks are small, and artefacts go through the disk."""

_QUIET: Final = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
_ALONE: Final = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token"}
"""With the first, Ray listens to this machine alone, as it does elsewhere by default."""


@dataclass(eq=False)
class _Hand:
    """One worker."""

    pool: Pool
    actor: Any
    awaited: Any
    """The answer that is to come; None when it has nothing to do."""
    greeting: Greeting | None = None
    """None until it has come up."""
    tasks: tuple[Task, ...] = ()


class RayExecutor:
    """Actors of a Ray cluster, one a worker.

    Where neither the recipe nor `workers` says how many there are, there are as many as the cluster has room for, and
    more when it grows. A number is asked for whether or not there is room yet, so that an autoscaler makes it.

    Args:
        address: `auto` for the cluster of this node, or host:port of another's; empty starts one on this machine,
            which ends with this process, however that ends.
        workers: how many each pool has where the recipe leaves it open; 0 for as many as there is room for.
        patience: seconds to wait for the first worker of every pool.
    """

    def __init__(self, address: str = "", workers: int = 0, patience: float = PATIENCE) -> None:
        if find_spec("ray") is None:
            raise MissingExtra("ray", "bulk", "dreamgen bulk on Ray")
        if address.startswith("ray://"):
            raise UsageError(
                f"{address} is for Ray's client, which can't watch over workers",
                "Run dreamgen on a node of the cluster, with the address auto or HOST:PORT.",
            )
        self._address, self._workers, self._patience = address, workers, patience
        self._hands: list[_Hand] = []
        self._wanted: dict[str, int] = {}
        self._stillborn: dict[str, int] = {}
        self._alive: dict[str, float] = {}
        self._before: dict[str, str | None] = {}
        self._scratch = ""
        self._joined = False

    def start(self, bulk: Bulk) -> Mapping[str, int]:
        """Joins the cluster, or starts one, and waits for the first worker of every pool."""
        self._bulk, self._own = bulk, greeting()
        self._join(bulk)
        self._check_room()
        now = time.monotonic()
        self._alive = {pool.name: now for pool in bulk.pools}
        self._looked = now
        self._hire_all()
        while any(not self._up(pool) for pool in bulk.pools):
            self.wait(0.5)
        return dict(self._wanted)

    def free(self, pool: str) -> int:
        """How many workers of a pool have nothing to do."""
        return sum(hand.pool.name == pool and hand.awaited is None for hand in self._hands)

    def submit(self, pool: str, tasks: tuple[Task, ...]) -> None:
        """Gives a free worker something to do."""
        hand = next(hand for hand in self._hands if hand.pool.name == pool and hand.awaited is None)
        hand.tasks = tasks
        hand.awaited = hand.actor.walk.remote(tuple(map(absolute, tasks)))

    def wait(self, seconds: float) -> tuple[Ended, ...]:
        """What has ended; waits so long for the first of it.

        Raises:
            DreamgenError: when the cluster has no room for a pool, or its nodes can't make what the driver would.
        """
        import ray

        awaited = {hand.awaited: hand for hand in self._hands if hand.awaited is not None}
        ended = []
        if awaited:
            ready, _ = ray.wait(list(awaited), num_returns=1, timeout=seconds)
            if ready:
                ready, _ = ray.wait(list(awaited), num_returns=len(awaited), timeout=0)
            ended = [one for ref in ready if (one := self._heard(awaited[ref])) is not None]
        else:
            time.sleep(seconds)
        self._look_around()
        return tuple(ended)

    def close(self) -> None:
        """Ends all workers, whatever they are doing."""
        import ray

        processes = [hand.greeting.process for hand in self._hands if hand.greeting]
        for hand in self._hands:
            _end(hand)
        self._hands.clear()
        if not self._joined:
            return
        ray.shutdown()
        self._joined = False
        if not self._address:
            _await_end(processes)
            shutil.rmtree(self._scratch, ignore_errors=True)
        for name, value in self._before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})

    def _join(self, bulk: Bulk) -> None:
        """Connects, unless this process is connected already: then whoever did that also ends it."""
        own = {**_QUIET, **({} if self._address else {**_ALONE, "RAY_AUTH_TOKEN": secrets.token_hex(32)})}
        self._before = {name: os.environ.get(name) for name in own}
        os.environ.update(own)  # Ray reads them when it is loaded, and hands them to what it starts
        import ray

        if ray.is_initialized():
            return
        try:
            ray.init(
                log_to_driver=False,
                logging_level=logging.ERROR,
                runtime_env={"env_vars": dict.fromkeys(ONE_THREAD, "1")},
                **({"address": self._address} if self._address else self._local(bulk)),
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise DreamgenError(
                f"Ray can't be {'joined at ' + self._address if self._address else 'started here'}: {_first(error)}",
                "Look at `ray status` on this node; without an address dreamgen starts a Ray of its own.",
            ) from error
        self._joined = True

    def _local(self, bulk: Bulk) -> dict[str, Any]:
        """A cluster of this machine alone; workers that were asked for share its CPUs, as the local executor's do."""
        self._scratch = tempfile.mkdtemp(prefix="dreamgen-ray-")
        asked = sum(pool.cpus * (pool.workers or self._workers) for pool in bulk.pools)
        return {
            "address": "local", "num_cpus": max(available_cpus(), int(-(-asked // 1))), "object_store_memory": STORE,
            "include_dashboard": False, "_temp_dir": self._scratch,
        }  # fmt: skip

    def _check_room(self) -> None:
        """What does not fit on the only machine there is never will."""
        if self._address:
            return
        for pool in self._bulk.pools:
            if not fits(pool, self._nodes()):
                raise self._no_room(pool)

    def _hire_all(self) -> None:
        self._wanted = counts(self._bulk, self._workers, self._nodes())
        for pool in self._bulk.pools:
            here = sum(hand.pool is pool for hand in self._hands)
            for _ in range(self._wanted[pool.name] - here):
                self._hire(pool)

    def _hire(self, pool: Pool) -> None:
        import ray

        wanted = needs(pool)
        cpus, gpus, memory = wanted.get("CPU", 0), wanted.get("GPU", 0), wanted.get("memory")
        worker = ray.remote(RayWorker).options(
            num_cpus=cpus, num_gpus=gpus, memory=memory, max_restarts=0, max_task_retries=0
        )
        actor = worker.remote(os.getcwd(), {ALLOWED: str(max(1, round(pool.cpus)))})
        self._hands.append(_Hand(pool, actor, actor.greet.remote()))

    def _heard(self, hand: _Hand) -> Ended | None:
        import ray

        try:
            said = ray.get(hand.awaited)
        except ray.exceptions.RayError as error:
            return self._lost(hand, error)
        hand.awaited = None
        if isinstance(said, Greeting):
            self._greeted(hand, said)
            return None
        assert isinstance(said, Answer)
        if said.complaint:
            raise DreamgenError(said.complaint, "--out must lie on a disk that all nodes share, under the same path.")
        tasks, hand.tasks = hand.tasks, ()
        return Ended(hand.pool.name, tasks, said.outcomes)

    def _greeted(self, hand: _Hand, said: Greeting) -> None:
        wrong = differs(said, self._own)
        if wrong:
            raise DreamgenError(
                f"the nodes of the cluster are not alike: {wrong}",
                "Install the same packages on all of them, and start from a folder that they share.",
            )
        hand.greeting = said
        self._stillborn[hand.pool.name] = 0

    def _lost(self, hand: _Hand, error: Exception) -> Ended | None:
        """A worker is gone, or its node: another one is hired."""
        _end(hand)
        self._hands.remove(hand)
        name, why = hand.pool.name, _why(error)
        if hand.greeting is None:
            self._stillborn[name] = self._stillborn.get(name, 0) + 1
            if self._stillborn[name] >= STILLBORN:
                raise DreamgenError(f"no worker of the pool {name!r} comes up: {why}", "See Ray's logs of that node.")
        self._hire(hand.pool)
        if not hand.tasks:
            return None
        where = f" on {hand.greeting.node}" if hand.greeting else ""
        return Ended(name, hand.tasks, (), f"its worker{where} died: {why}")

    def _look_around(self) -> None:
        now = time.monotonic()
        for pool in self._bulk.pools:
            if self._up(pool):
                self._alive[pool.name] = now
            elif now - self._alive[pool.name] > self._patience:
                raise self._no_room(pool)
        if now - self._looked > LOOK:
            self._looked = now
            self._hire_all()

    def _up(self, pool: Pool) -> bool:
        return any(hand.pool is pool and hand.greeting is not None for hand in self._hands)

    def _nodes(self) -> list[dict[str, float]]:
        import ray

        return [dict(node["Resources"]) for node in ray.nodes() if node["Alive"]]

    def _no_room(self, pool: Pool) -> DreamgenError:
        import ray

        nodes = [node for node in ray.nodes() if node["Alive"]]
        have = "; ".join(f"{node['NodeManagerHostname']} has {words(node['Resources'])}" for node in nodes)
        return DreamgenError(
            f"no node has room for a worker of the pool {pool.name!r}, which wants {words(needs(pool))}: {have}",
            "Change the pool in the recipe's [bulk] table, free what others hold, or add nodes.",
        )


def _end(hand: _Hand) -> None:
    import ray

    with suppress(ray.exceptions.RayError, RuntimeError):  # it is gone, or the cluster is
        ray.kill(hand.actor, no_restart=True)


def _await_end(processes: list[int], seconds: float = 5.0) -> None:
    """Ray's own end is told to a worker of this machine; here it has come."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(map(_runs, processes)):
        time.sleep(0.02)


def _runs(process: int) -> bool:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process, 0)
        return True
    return False


def _why(error: Exception) -> str:
    """What Ray says of a death, without the numbers of its parts."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if "because" in line or "Error:" in line]
    return (telling or lines or [type(error).__name__])[-1][:300]


def _first(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
