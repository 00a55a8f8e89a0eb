from __future__ import annotations

import heapq
from random import Random

import pytest

from dreamgen.bulk.forecast import Eta, Load, forecast
from dreamgen.bulk.rates import Durations, Spread


def test_the_pool_that_needs_longest_binds_and_the_last_story_still_has_its_way_to_go() -> None:
    eta = forecast(
        [
            Load("write", 1, Spread(50, 1.0, 0.0), new=100),
            Load("draw", 4, Spread(50, 20.0, 0.0), new=100, inside=4),
            Load("check", 2, Spread(50, 6.0, 0.0), new=100, inside=2),
        ]
    )
    assert eta is not None
    assert (eta.binds, eta.seconds) == ("draw", 100 * 20 / 4 + 20 + 6)
    assert eta.low < eta.seconds < eta.high


def test_nothing_is_foretold_before_a_walk_was_measured_or_when_nothing_is_left() -> None:
    assert forecast([Load("all", 2, None, new=10)]) is None
    assert forecast([Load("all", 2, Spread(9, 1.0, 0.0), new=0)]) is None


def test_a_pool_that_nobody_has_reached_is_named() -> None:
    eta = forecast([Load("draw", 1, Spread(9, 3.0, 1.0), new=10), Load("check", 1, None, new=10)])
    assert eta is not None and eta.unmeasured == ("check",)


def test_other_drivers_take_their_share() -> None:
    alone = forecast([Load("all", 1, Spread(9, 10.0, 0.0), new=100, inside=1)])
    helped = forecast([Load("all", 1, Spread(9, 10.0, 0.0), new=100, inside=1, others=0.1)])
    assert alone and helped
    assert (alone.seconds, helped.seconds) == (1000.0 + 10.0, 500.0 + 10.0)


def test_stories_that_come_back_are_more_work() -> None:
    eta = forecast([Load("all", 1, Spread(9, 10.0, 0.0), new=100, inside=1, often=1.5, through=Spread(9, 30.0, 0.0))])
    assert eta is not None and eta.seconds == 100 * 15 + 30


def test_more_workers_than_stories_do_not_help() -> None:
    eta = forecast([Load("all", 64, Spread(9, 10.0, 0.0), new=2)])
    assert eta is not None and eta.seconds == 10.0


def test_three_walks_say_little() -> None:
    eta = forecast([Load("all", 1, Spread(3, 10.0, 0.0), new=99, inside=1)])
    assert eta is not None and (eta.low, eta.seconds, eta.high) == (500.0, 1000.0, 3000.0)


@pytest.mark.parametrize("workers", [1, 8])
@pytest.mark.parametrize("after", [5, 40, 150])
def test_the_truth_lies_within_the_bounds_nearly_always(workers: int, after: int) -> None:
    """Stories of different lengths, by lot. Those that end first are short, and must not mislead."""
    tries = 100
    within = 0
    for seed in range(tries):
        lot = Random(seed)
        walks = [lot.lognormvariate(3.0, 0.4) for _ in range(200)]
        truth, eta = _play(walks, workers, after)
        within += eta.low <= truth <= eta.high
    assert within / tries >= 0.85


def _play(walks: list[float], workers: int, after: int) -> tuple[float, Eta]:
    """Makes all walks; what was left after so many, in truth and by the forecast."""
    ends, took, ended, now, eta = list[tuple[float, float]](), Durations(), 0, 0.0, None
    queue = list(reversed(walks))
    while queue or ends:
        while queue and len(ends) < workers:
            walk = queue.pop()
            heapq.heappush(ends, (now + walk, walk))
        now, walk = heapq.heappop(ends)
        took.add(walk)
        ended += 1
        if ended == after:
            each = took.spread([now - (end - walk) for end, walk in ends])
            eta, then = forecast([Load("all", workers, each, new=len(queue), inside=len(ends))]), now
    assert eta is not None
    return now - then, eta
