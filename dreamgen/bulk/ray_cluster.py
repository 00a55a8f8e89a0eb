"""A Ray cluster, joined or started: what its nodes have, and that nothing of it stays behind."""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from collections.abc import Sequence

from dreamgen.bulk.leaving import unmoved
from dreamgen.bulk.ray_ends import await_end
from dreamgen.bulk.ray_setting import local, restore, sent, surround
from dreamgen.bulk.room import Node
from dreamgen.errors import DreamgenError, first_line
from dreamgen.run.bulking import Bulk


class Cluster:
    """The cluster that this process is in.

    Args:
        address: `auto` or host:port; empty starts one on this machine, which ends with this process.
        workers: how many each pool has where the recipe leaves it open.
    """

    def __init__(self, address: str, workers: int) -> None:
        self._address, self._workers = address, workers
        self._before: dict[str, str | None] = {}
        self._scratch = ""
        self._joined = False

    @property
    def grows(self) -> bool:
        """Whether it may have more nodes some day; one of this machine never has."""
        return bool(self._address)

    def join(self, bulk: Bulk) -> None:
        """Joins the cluster, or starts one; a cluster that this process is in already it stays in.

        Raises:
            DreamgenError: when that can't be done.
        """
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
                ray.init(log_to_driver=False, logging_level=logging.ERROR, **sent(self._address), **where)
        except (ConnectionError, RuntimeError, ValueError) as error:
            tried = f"joined at {self._address}" if self._address else "started here"
            raise DreamgenError(
                f"Ray can't be {tried}: {first_line(error)}",
                "Look at `ray status` on this node; without an address dreamgen starts a Ray of its own.",
            ) from error
        self._joined = True

    def leave(self, processes: Sequence[int]) -> None:
        """Leaves it; one that was started here ends, and these processes of its workers with it."""
        if self._joined:  # else whoever joined the cluster also leaves it
            import ray

            ray.shutdown()
            self._joined = False
        if self._scratch:
            await_end(processes)
            shutil.rmtree(self._scratch, ignore_errors=True)
        restore(self._before)
        self._scratch, self._before = "", {}

    def nodes(self) -> list[tuple[str, Node]]:
        """What each node has, by its name."""
        import ray

        return [(node["NodeManagerHostname"], dict(node["Resources"])) for node in ray.nodes() if node["Alive"]]


def _hush(*, alone: bool) -> None:
    """What has no option: Ray prints on every death, though whoever watches this run is told by us, once.

    Args:
        alone: whether to listen to this machine alone, where Ray was loaded before the environment said so.
    """
    import ray

    ray._private.worker.print_to_stdstream = lambda *_, **__: None
    if alone:
        ray._private.ray_constants.ENABLE_RAY_CLUSTER = False
