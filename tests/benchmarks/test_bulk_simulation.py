"""Many GPUs that are not here, simulated: who is busy, who waits, and what binds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from dreamgen.bulk.journal import Journal
from dreamgen.bulk.places import Places
from dreamgen.bulk.working import Outcome, Timed
from dreamgen.run.bulking import Bulk

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield import_module("bulk_simulation")
    sys.modules.pop("bulk_simulation")


def _story(bench: Any, **seconds: float) -> Any:
    return bench.Story(seconds)


def _busy(told: Any, pool: str) -> float:
    return float(next(use.steady for use in told.uses if use.pool == pool))


def test_gpus_are_busy_where_everybody_else_has_room(bench: Any) -> None:
    stories = [_story(bench, story=1.0, render=20.0, clip=10.0, verify=5.0)] * 400
    told = bench.simulate(stories, bench.four_pools(stories, 8), 0.0)
    assert told.binding.pool == "draw"
    assert _busy(told, "draw") > 0.97
    # 400 stories of 20 s on 8 GPUs, and what comes before the first and after the last
    assert 1000.0 <= told.seconds <= 1050.0


def test_too_few_workers_behind_the_gpus_bind_and_hold_them_back(bench: Any) -> None:
    stories = [_story(bench, story=1.0, render=20.0, clip=10.0, verify=5.0)] * 200
    pools = bench.four_pools(stories, 8).pools
    few = Bulk(pools=tuple(pool.model_copy(update={"workers": 1}) if pool.name == "film" else pool for pool in pools))
    told = bench.simulate(stories, few, 0.0)
    assert told.binding.pool == "film"
    assert _busy(told, "draw") < 0.4
    assert told.seconds >= 2000.0
    # back-pressure: the GPUs do not run ahead for ever
    assert told.most_waiting < 30


def test_a_slow_driver_binds(bench: Any) -> None:
    stories = [_story(bench, story=0.1, render=1.0, clip=0.1, verify=0.1)] * 300
    told = bench.simulate(stories, bench.four_pools(stories, 64), 0.05)
    assert told.binding.pool == "driver"


def test_what_stages_take_is_read_from_the_journal(bench: Any, tmp_path: Path) -> None:
    journal = Journal(Places(tmp_path).journal("one"))
    timed = (Timed(stage="render-cast", made=1, seconds=1.0), Timed(stage="render", made=2, seconds=3.0))
    checked = (Timed(stage="claims", made=1, seconds=0.5),)
    journal.ended(Outcome(item="a", ended="handed", stage="clip", timed=timed), "draw")
    journal.ended(Outcome(item="a", ended="done", timed=checked), "check")
    journal.ended(Outcome(item="b", ended="handed", stage="clip", timed=timed), "draw")
    journal.close()
    (story,) = bench.measured(tmp_path, {"render": 0.5})
    assert dict(story.seconds) == {"render": 2.0, "claims": 0.5}
