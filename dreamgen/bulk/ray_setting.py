"""What Ray is told before it starts: to be quiet, to listen to this machine alone, and how large to be."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from functools import cache
from math import ceil
from typing import Any, Final

from dreamgen.engines.processes import available_cpus
from dreamgen.engines.worker import ONE_THREAD
from dreamgen.run.bulking import Bulk

STORE: Final = 80 * 2**20
"""Bytes of Ray's object store on this machine: tasks are small, and artefacts go through the disk."""
WORKERS: Final = {**dict.fromkeys(ONE_THREAD, "1"), "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
"""A worker's environment. With the last, those that ask for no GPU see what there is, in every version of Ray."""
_QUIET: Final = {"RAY_USAGE_STATS_ENABLED": "0"}
_ALONE: Final = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_prestart_worker_first_driver": "0"}
"""Ray listens to this machine alone, as it does by default on systems other than Linux, and starts no process for each
CPU before anybody asks: these serve tasks, and our workers are actors, which get processes of their own."""


def surround(address: str) -> dict[str, str | None]:
    """Sets the environment that Ray reads when it is loaded; says what it was before.

    Args:
        address: of the cluster to join; empty for one of this machine, whose token nobody else has.
    """
    own = _QUIET if address else {**_QUIET, **_ALONE, **WORKERS, "RAY_AUTH_TOKEN": _token()}
    before = {name: os.environ.get(name) for name in (*own, "RAY_AUTH_MODE")}  # the last is Ray's own doing
    os.environ.update(own)
    return before


@cache
def _token() -> str:
    """One for all clusters of this process: Ray reads it once, and shows the first one to the second cluster too."""
    return secrets.token_hex(32)


def restore(before: Mapping[str, str | None]) -> None:
    """Sets the environment as it was before."""
    for name, value in before.items():
        os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def sent(address: str) -> dict[str, Any]:
    """What Ray is to give to workers: the environment that they don't inherit.

    A cluster of one's own is started in all of it, and a worker that is given one loads Ray twice.

    Args:
        address: of the cluster that was joined; empty for one of one's own.
    """
    return {"runtime_env": {"env_vars": WORKERS}} if address else {}


def local(bulk: Bulk, workers: int, scratch: str) -> dict[str, Any]:
    """A cluster of this machine; workers that were asked for share its CPUs, as the local executor's do.

    Args:
        bulk: the pools.
        workers: of each pool that leaves it open.
        scratch: a folder for Ray's logs and sockets.
    """
    asked = sum(pool.cpus * (pool.workers or workers) for pool in bulk.pools)
    return {
        "address": "local", "num_cpus": max(available_cpus(), ceil(asked)), "object_store_memory": STORE,
        "include_dashboard": False, "_temp_dir": scratch,
    }  # fmt: skip
