"""A page of metrics for Prometheus, which this machine alone can read."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

from dreamgen.bulk.marks import Settled
from dreamgen.bulk.snapshot import PoolNow, Snapshot
from dreamgen.bulk.viewing import View
from dreamgen.bulk.working import Outcome
from dreamgen.errors import MissingExtra, UsageError

HOST: Final = "127.0.0.1"
"""Nobody on the network reaches it; a Prometheus elsewhere comes through a tunnel."""
UNKNOWN: Final = float("nan")
"""What Prometheus takes for a number that nobody knows yet."""
BUCKETS: Final = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0)
"""Seconds: from a style that is looked up to a film that a large model draws."""


class Metric(NamedTuple):
    """One of those on the page."""

    name: str
    """Without `dreamgen_bulk_`, and without the `_total` that the page adds to counters."""
    kind: Literal["Counter", "Gauge", "Histogram"]
    """How it moves."""
    help: str
    """What it says."""
    labels: tuple[str, ...] = ()
    """What it is told apart by."""


METRICS: Final = (
    Metric("items", "Counter", "Stories that have ended, by this driver or others, since it began.", ("state",)),
    Metric("items_planned", "Gauge", "Stories of the plan."),
    Metric("items_before", "Gauge", "Stories that had ended when this driver began."),
    Metric("items_left", "Gauge", "Stories that have not begun, or are with another driver."),
    Metric("put_aside_ratio", "Gauge", "Share put aside of the stories that ended here last; see bulk.most_failed."),
    Metric("walks", "Counter", "Walks of workers through stories.", ("pool", "ended")),
    Metric("worker_deaths", "Counter", "Workers that died at work.", ("pool",)),
    Metric("workers", "Gauge", "Workers.", ("pool",)),
    Metric("running", "Gauge", "Stories in the hands of workers.", ("pool",)),
    Metric("queue", "Gauge", "Stories that wait for a worker.", ("pool",)),
    Metric("walk_seconds", "Gauge", "Mean length of the last walks.", ("pool",)),
    Metric("binds", "Gauge", "1 for the pool that everything waits for.", ("pool",)),
    Metric("stage_seconds", "Histogram", "What a stage took in a walk in which it made something.", ("stage",)),
    Metric("stage_made", "Counter", "Things that a stage made.", ("stage",)),
    Metric("eta_seconds", "Gauge", "Time that is left.", ("bound",)),
    Metric("tokens", "Counter", "Tokens that models were sent (in) and answered with (out).", ("model", "direction")),
    Metric("calls", "Counter", "Calls of models.", ("model", "ended")),
    Metric("cost", "Gauge", "Money spent, in the currency of bulk.prices and bulk.gpu_hour."),
    Metric("gpu_seconds", "Gauge", "Time of GPUs that were held, used or not: two for a minute are 120."),
    Metric("gpu_use_ratio", "Gauge", "How busy a GPU of the driver's machine is, 0 to 1.", ("gpu",)),
    Metric("gpu_memory_bytes", "Gauge", "Memory of a GPU of the driver's machine.", ("gpu", "kind")),
    Metric("pool_gpu_use_ratio", "Gauge", "How busy the GPUs of a pool's workers were in their last walks.", ("pool",)),
    Metric("worker_memory_bytes", "Gauge", "The most main memory that any worker had."),
    Metric("disk_free_bytes", "Gauge", "Free on the disk of the run's folder."),
    Metric("disk_needed_bytes", "Gauge", "What the stories that are left will need, as those before them did."),
)  # fmt: skip
"""All of them."""


class Metrics(View):
    """Counts what happens, and serves it until it is closed.

    Args:
        port: 0 for any that is free.

    Raises:
        MissingExtra: without prometheus_client.
        UsageError: when the port is taken.
    """

    def __init__(self, port: int = 0) -> None:
        try:
            import prometheus_client as library
        except ImportError:
            raise MissingExtra("prometheus_client", "bulk", "--metrics") from None
        # not the library's own registry: two runs in one process, or somebody else's metrics, stay apart
        registry = library.CollectorRegistry()
        self._all: dict[str, Any] = {}
        for name, kind, told, labels in METRICS:
            more = {"buckets": BUCKETS} if kind == "Histogram" else {}
            self._all[name] = getattr(library, kind)(f"dreamgen_bulk_{name}", told, labels, registry=registry, **more)
        try:
            self._server, self._thread = library.start_http_server(port, HOST, registry)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise UsageError(f"port {port} can't be had", "Choose another with --metrics; 0: any free.") from None
            raise

    @property
    def address(self) -> str:
        """Where Prometheus finds it."""
        return f"http://{HOST}:{self._server.server_port}/metrics"

    def ended(self, pool: str, outcome: Outcome) -> None:
        """Counts a walk, what its stages took, and what models were asked."""
        self._count("walks", 1, pool, "lent" if outcome.whose == "other" else outcome.ended)
        for timed in outcome.timed:
            stage = timed.stage.partition("-")[0]
            self._all["stage_seconds"].labels(stage).observe(timed.seconds)
            self._count("stage_made", timed.made, stage)
        for one in outcome.usage:
            self._count("tokens", one.tokens_in, one.model, "in")
            self._count("tokens", one.tokens_out, one.model, "out")
            self._count("calls", one.calls, one.model, "answered")
            self._count("calls", one.failed, one.model, "failed")

    def died(self, items: Sequence[str], pool: str, why: str) -> None:
        """Counts a worker's death."""
        self._count("worker_deaths", 1, pool)
        self._count("walks", len(items), pool, "died")

    def settled(self, mark: Settled) -> None:
        """Counts a story that has ended."""
        self._count("items", 1, mark.ended)

    def shows(self, now: Snapshot) -> None:
        """Takes over what rises and falls."""
        self._set("items_planned", now.total)
        self._set("items_before", now.before)
        self._set("items_left", now.left)
        self._set("put_aside_ratio", now.failed_share)
        for bound, seconds in _times(now):
            self._set("eta_seconds", seconds, bound)
        self._set("cost", now.money)
        self._set("gpu_seconds", now.gpu_hours * 3600)
        self._set("worker_memory_bytes", now.memory_mib * 2**20)
        self._set("disk_free_bytes", now.disk.free if now.disk else None)
        self._set("disk_needed_bytes", now.disk_needed)
        for pool in now.pools:
            self._shows_pool(pool, binds=now.eta is not None and now.eta.binds == pool.pool)
        for gpu in now.gpus:
            self._set("gpu_use_ratio", gpu.use, str(gpu.index))
            self._set("gpu_memory_bytes", gpu.memory_used, str(gpu.index), "used")
            self._set("gpu_memory_bytes", gpu.memory_total, str(gpu.index), "total")

    def closes(self) -> None:
        """Nobody is served any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _shows_pool(self, pool: PoolNow, *, binds: bool) -> None:
        self._set("workers", pool.workers, pool.pool)
        self._set("running", pool.running, pool.pool)
        self._set("queue", pool.waiting, pool.pool)
        self._set("walk_seconds", pool.seconds, pool.pool)
        self._set("binds", float(binds), pool.pool)
        self._set("pool_gpu_use_ratio", pool.gpu_use, pool.pool)

    def _count(self, name: str, more: float, *labels: str) -> None:
        self._all[name].labels(*labels).inc(more)

    def _set(self, name: str, value: float | None, *labels: str) -> None:
        metric = self._all[name].labels(*labels) if labels else self._all[name]
        metric.set(UNKNOWN if value is None else value)


def _times(now: Snapshot) -> tuple[tuple[str, float | None], ...]:
    if now.over:
        return ("low", 0.0), ("likely", 0.0), ("high", 0.0)
    if now.eta is None:
        return ("low", None), ("likely", None), ("high", None)
    return ("low", now.eta.low), ("likely", now.eta.seconds), ("high", now.eta.high)
