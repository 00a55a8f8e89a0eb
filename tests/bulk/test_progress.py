from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.progress import Progress
from dreamgen.bulk.schedule import Counts
from dreamgen.bulk.snapshot import Disk
from dreamgen.bulk.working import Outcome, Task, Timed
from dreamgen.core.receipts import Usage
from dreamgen.run.bulking import Pool, Price
from tests.bulk.stubs import FakeExecutor

PlanOf = Callable[..., Plan]


class Clock:
    """Seconds, as a test says."""

    def __init__(self) -> None:
        self.now = 5000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def mark(item: str, reason: str = "") -> Settled:
    return Settled(item=item, key="", ended="put_aside" if reason else "done", reason=reason, tries=3)


def walk(progress: Progress, clock: Clock, outcome: Outcome, pool: str = "all", seconds: float = 10.0) -> None:
    progress.began([outcome.item], pool)
    clock.now += seconds
    progress.ended(pool, outcome)
    if outcome.ended == "done":
        progress.settled(mark(outcome.item))


def done(item: str, **more: object) -> Outcome:
    return Outcome.model_validate({"item": item, "ended": "done", **more})


def test_stories_are_counted_and_the_rest_foretold(plan_of: PlanOf, clock: Clock) -> None:
    progress = Progress(clock)
    progress.starts(plan_of(20), {"story-0": mark("story-0"), "story-1": mark("story-1", "no story")}, {"all": 1})
    for k in range(2, 8):
        walk(progress, clock, done(f"story-{k}"))
    now = progress.snapshot()
    assert (now.total, now.before, now.done, now.put_aside, now.left) == (20, 2, 7, 1, 12)
    assert now.a_minute == pytest.approx(6.0, rel=0.1)
    assert now.eta is not None
    assert (now.eta.seconds, now.eta.binds) == (120.0, "all")
    assert not now.over


def test_the_pool_that_holds_everything_up_is_named(plan_of: PlanOf, pools: tuple[Pool, ...], clock: Clock) -> None:
    progress = Progress(clock)
    progress.starts(plan_of(10, pools=pools), {}, {"write": 1, "draw": 2, "check": 1})
    for k in range(6):
        item = f"story-{k}"
        walk(progress, clock, Outcome(item=item, ended="handed", stage="render"), "write", 1.0)
        walk(progress, clock, Outcome(item=item, ended="handed", stage="claims"), "draw", 30.0)
        if k < 5:
            walk(progress, clock, done(item), "check", 4.0)
    progress.counts(Counts(waiting={"write": 0, "draw": 0, "check": 1}))
    now = progress.snapshot()
    assert (now.waiting, now.running, now.left) == (1, 0, 4)
    assert [(pool.pool, pool.walks, pool.waiting) for pool in now.pools] == [
        ("write", 6, 0), ("draw", 6, 0), ("check", 5, 1),
    ]  # fmt: skip
    assert now.eta is not None and now.eta.binds == "draw"
    # four stories to draw, two at a time, and the last of them to be checked
    assert now.eta.low < 4 * 30 / 2 + 4 < now.eta.high


def test_stories_that_come_back_for_another_take_are_more_work(
    plan_of: PlanOf, pools: tuple[Pool, ...], clock: Clock
) -> None:
    progress = Progress(clock)
    progress.starts(plan_of(10, pools=pools), {}, {"write": 1, "draw": 1, "check": 1})
    walk(progress, clock, Outcome(item="story-0", ended="handed", stage="render"), "write", 1.0)
    for _ in range(2):
        walk(progress, clock, Outcome(item="story-0", ended="handed", stage="claims"), "draw")
        walk(progress, clock, Outcome(item="story-0", ended="handed", stage="render"), "check", 1.0)
    walk(progress, clock, Outcome(item="story-0", ended="handed", stage="claims"), "draw")
    walk(progress, clock, done("story-0"), "check", 1.0)
    eta = progress.snapshot().eta
    # nine stories to draw three times, and the last of them to be checked as often
    assert eta is not None and eta.seconds == pytest.approx(9 * 3 * 10.0 + 3 * 1.0)


def test_what_goes_wrong_is_counted_and_told(plan_of: PlanOf, clock: Clock) -> None:
    progress = Progress(clock)
    progress.starts(plan_of(4), {}, {"all": 2})
    for _ in range(3):
        walk(progress, clock, Outcome(item="story-1", ended="failed", reason="no weights"))
    progress.settled(mark("story-1", "no weights"))
    progress.began(["story-2", "story-3"], "all")
    progress.died(["story-2", "story-3"], "all", "killed")
    now = progress.snapshot()
    assert (now.put_aside, now.retried, now.failed_share) == (1, 4, 1.0)
    assert (now.pools[0].failed, now.pools[0].died) == (3, 2)
    assert [trouble.what for trouble in now.troubles] == ["failed", "failed", "put_aside", "died", "died"]
    assert now.pools[0].walks == 0


def test_what_other_drivers_bring_to_an_end_is_not_ours(plan_of: PlanOf, clock: Clock) -> None:
    progress = Progress(clock)
    progress.starts(plan_of(10), {}, {"all": 1})
    progress.began(["story-0"], "all")
    progress.ended("all", Outcome(item="story-0", ended="failed", whose="other", reason="busy"))
    progress.settled(mark("story-0"))
    progress.settled(mark("story-9"))
    now = progress.snapshot()
    assert (now.done, now.others, now.retried, now.pools[0].failed) == (2, 2, 0, 0)


def test_tokens_money_and_gpus_add_up(plan_of: PlanOf, clock: Clock) -> None:
    progress = Progress(clock)
    plan = plan_of(
        4,
        pools=(Pool(name="all", stages=plan_of(0).recipe.bulk.pools[0].stages, workers=2, gpus=0.5),),
        prices=(Price(model="writer", tokens_in=2.0, tokens_out=10.0),),
        gpu_hour=3.0,
    )
    progress.starts(plan, {}, {"all": 2})
    spent = Usage(model="writer", purpose="story/outline", calls=2, tokens_in=1000, tokens_out=500)
    free = Usage(model="watcher", purpose="verify/ask", calls=7, failed=1, tokens_in=9000, tokens_out=70)
    for k in range(2):
        walk(
            progress, clock, done(f"story-{k}", usage=(spent, free), gpu_use=0.5 + k / 4, disk_bytes=100), seconds=1800
        )
    now = progress.snapshot(disk=Disk(free=150, total=1000))
    assert {one.model: (one.calls, one.tokens_in, one.money) for one in now.asked} == {
        "watcher": (14, 18000, None),
        "writer": (4, 2000, pytest.approx(2 * (0.002 + 0.005))),
    }
    assert now.gpu_hours == 1.0
    assert now.money == pytest.approx(3.0 + 0.014)
    assert now.unpriced == ("watcher",)
    assert now.pools[0].gpu_use == pytest.approx(0.625)

    progress.hired({"all": 6})  # the cluster has grown
    clock.now += 1800
    progress.hired({"all": 0})  # and gone
    clock.now += 1800
    now = progress.snapshot()
    assert now.gpu_hours == 1.0 + 6 * 0.5 * 0.5
    assert now.pools[0].workers == 0
    assert now.eta is not None, "somebody will come again"
    assert (now.written, now.disk_needed) == (200, 200)


def test_stages_are_added_up_whatever_stands_behind_the_dash(plan_of: PlanOf, clock: Clock) -> None:
    progress = Progress(clock)
    progress.starts(plan_of(4), {}, {"all": 1})
    timed = (
        Timed(stage="render", made=4, seconds=3.0),
        Timed(stage="verify-pixels", made=2, seconds=1.0),
        Timed(stage="verify-sight", made=2, seconds=0.5),
    )
    walk(progress, clock, done("story-0", timed=timed))
    assert [(one.stage, one.made, one.seconds) for one in progress.snapshot().stages] == [
        ("render", 4, 3.0), ("verify", 4, 1.5),
    ]  # fmt: skip


def test_it_hears_all_that_a_driver_tells(plan_of: PlanOf, tmp_path: Path) -> None:
    def act(task: Task) -> Outcome:
        return (
            Outcome(item=task.item.id, ended="failed", reason="no") if task.item.id == "story-3" else done(task.item.id)
        )

    progress = Progress()
    run_bulk(plan_of(8, tries=2), tmp_path, FakeExecutor(act), progress, join=lambda *_: {})
    now = progress.snapshot()
    assert (now.done, now.put_aside, now.running, now.waiting, now.left) == (7, 1, 0, 0, 0)
    assert (now.pools[0].walks, now.pools[0].failed, now.retried) == (7, 2, 1)
    assert now.over and now.eta is None


def test_a_story_that_is_made_again_counts_once(plan_of: PlanOf, clock: Clock) -> None:
    progress = Progress(clock)
    progress.starts(plan_of(3), {"story-0": mark("story-0")}, {"all": 1})
    walk(progress, clock, done("story-1"))
    walk(progress, clock, done("story-0"))
    walk(progress, clock, done("story-1"))
    now = progress.snapshot()
    assert (now.done, now.left) == (2, 1)


def test_a_hundred_thousand_stories_cost_no_more_than_ten(plan_of: PlanOf, clock: Clock) -> None:
    small = plan_of(1)
    plan = small.model_copy(update={"items": small.items * 100_000})
    progress = Progress(clock)
    progress.starts(plan, {}, {"all": 64})
    for k in range(5_000):
        progress.began([f"story-{k}"], "all")
        clock.now += 0.5
        if k >= 64:
            progress.ended("all", done(f"story-{k - 64}"))
            progress.settled(mark(f"story-{k - 64}"))
    before = time.process_time()
    now = progress.snapshot()
    assert time.process_time() - before < 0.1
    assert (now.done, now.running) == (4_936, 64)
    assert now.eta is not None
    assert now.eta.seconds == pytest.approx((100_000 - 4_936) * 0.5, rel=0.02)
