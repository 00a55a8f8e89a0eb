from __future__ import annotations

import builtins
import socket
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.metrics import METRICS, Metrics
from dreamgen.bulk.progress import Progress
from dreamgen.bulk.snapshot import Disk
from dreamgen.bulk.working import Outcome, Timed
from dreamgen.core.receipts import Usage
from dreamgen.engines.gpu_use import Gpu
from dreamgen.errors import MissingExtra, UsageError

GPU = Gpu(index=0, name="NVIDIA H100", use=0.75, memory_used=30, memory_total=80)


@pytest.fixture(scope="module")
def page() -> Iterator[Metrics]:
    metrics = Metrics()
    yield metrics
    metrics.closes()


def scraped(page: Metrics) -> dict[tuple[str, ...], float]:
    """What Prometheus gets: the name, its labels in the order of theirs, and the value."""
    with urllib.request.urlopen(page.address, timeout=60) as answer:
        text = answer.read().decode()
    return {
        (
            sample.name.removeprefix("dreamgen_bulk_"),
            *(sample.labels[label] for label in sorted(sample.labels)),
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_prometheus_reads_how_a_run_stands(page: Metrics, plan_of: Callable[..., Plan]) -> None:
    progress = Progress(clock=iter(range(0, 1000, 10)).__next__)
    views = (progress, page)
    outcome = Outcome(
        item="story-0",
        ended="done",
        timed=(Timed(stage="verify-sight", made=3, seconds=2.0),),
        usage=(Usage(model="writer", purpose="story/outline", calls=2, failed=1, tokens_in=30, tokens_out=4),),
    )
    for view in views:
        view.starts(plan_of(5), {}, {"all": 2})
        view.began(["story-0", "story-1"], "all")
        view.ended("all", outcome)
        view.settled(Settled(item="story-0", key="", ended="done"))
        view.died(["story-1"], "all", "killed")
    page.shows(progress.snapshot([GPU], Disk(free=7, total=9)))
    told = scraped(page)
    expected: dict[tuple[str, ...], float] = {
        ("items_total", "done"): 1, ("items_planned",): 5, ("items_left",): 4, ("workers", "all"): 2,
        ("walks_total", "done", "all"): 1, ("walks_total", "died", "all"): 1, ("worker_deaths_total", "all"): 1,
        ("stage_seconds_count", "verify"): 1, ("stage_seconds_sum", "verify"): 2.0, ("stage_made_total", "verify"): 3,
        ("stage_seconds_bucket", "1.0", "verify"): 0, ("stage_seconds_bucket", "3.0", "verify"): 1,
        ("tokens_total", "in", "writer"): 30, ("tokens_total", "out", "writer"): 4,
        ("calls_total", "failed", "writer"): 1, ("binds", "all"): 1, ("queue", "all"): 0,
        ("gpu_use_ratio", "0"): 0.75, ("gpu_memory_bytes", "0", "used"): 30, ("disk_free_bytes",): 7,
    }  # fmt: skip
    assert {key: told.get(key) for key in expected} == expected
    assert told["eta_seconds", "low"] < told["eta_seconds", "likely"] < told["eta_seconds", "high"]
    assert told["cost",] != told["cost",]  # not a number: the recipe has no price


def test_every_metric_of_the_list_is_on_the_page(page: Metrics) -> None:
    with urllib.request.urlopen(page.address, timeout=60) as answer:
        families = {family.name for family in text_string_to_metric_families(answer.read().decode())}
    assert families >= {f"dreamgen_bulk_{metric.name}" for metric in METRICS}


def test_only_this_machine_reaches_it(page: Metrics) -> None:
    assert page.address.startswith("http://127.0.0.1:")
    port = int(page.address.split(":")[2].split("/")[0])
    with socket.socket() as other, pytest.raises(OSError):
        other.settimeout(1.0)
        other.connect(("127.0.0.2", port))


def test_two_pages_do_not_mix_and_one_that_is_closed_serves_nobody(page: Metrics) -> None:
    other = Metrics()
    other.settled(Settled(item="a", key="", ended="put_aside"))
    assert scraped(other)["items_total", "put_aside"] == 1
    assert ("items_total", "put_aside") not in scraped(page)
    other.closes()
    with pytest.raises(OSError):
        scraped(other)


def test_a_taken_port_is_said(page: Metrics) -> None:
    port = int(page.address.split(":")[2].split("/")[0])
    with pytest.raises(UsageError, match=f"port {port} can't be had"):
        Metrics(port)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "prometheus_client":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match="--metrics needs prometheus_client"):
        Metrics()


def test_the_page_of_docs_lists_them_all() -> None:
    page = (Path(__file__).parents[2] / "docs" / "bulk.md").read_text("utf-8")
    for name, kind, told, labels in METRICS:
        whole = f"{name}_total" if kind == "Counter" else name
        assert f"| `{whole}` | {kind.lower()} | {', '.join(labels)} | {told} |" in page
