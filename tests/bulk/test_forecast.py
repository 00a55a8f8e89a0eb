from __future__ import annotations

import heapq
from random import Random

import pytest

from dreamgen.bulk.forecast import Eta, Load, forecast
from dreamgen.bulk.rates import Durations, Spread


def test_the_pool_with_most_to_do_binds_and_those_behind_it_come_on_top() -> None:
    eta = forecast(
        [
            Load("write", 100, 1, Spread(50, 1.0, 0.1), 0.0),
            Load("draw", 100, 4, Spread(50, 20.0, 2.0), 0.0),
            Load("check", 100, 2, Spread(50, 6.0, 1.0), 0.0),
        ]
    )
    assert eta is not None
    assert eta.binds == "draw"
    assert 100 * 20 / 4 + 6 <= eta.seconds < 100 * 20 / 4 + 6 + 20
    assert eta.low < eta.seconds < eta.high


def test_nothing_is_foretold_before_a_walk_was_measured_or_when_nothing_is_left() -> None:
    assert forecast([Load("all", 10, 2, None, 0.0)]) is None
    assert forecast([Load("all", 0, 2, Spread(9, 1.0, 0.0), 0.0)]) is None


def test_a_pool_that_nobody_has_reached_is_named() -> None:
    eta = forecast([Load("draw", 10, 1, Spread(9, 3.0, 1.0), 0.0), Load("check", 10, 1, None, 0.0)])
    assert eta is not None and eta.unmeasured == ("check",)


def test_other_drivers_take_their_share() -> None:
    alone = forecast([Load("all", 100, 1, Spread(9, 10.0, 0.0), 0.0)])
    helped = forecast([Load("all", 100, 1, Spread(9, 10.0, 0.0), 0.1)])
    assert alone and helped and helped.seconds == alone.seconds / 2


def test_more_workers_than_stories_do_not_help() -> None:
    eta = forecast([Load("all", 2, 64, Spread(9, 10.0, 0.0), 0.0)])
    assert eta is not None and eta.seconds == 10.0


def test_three_walks_say_little() -> None:
    eta = forecast([Load("all", 100, 1, Spread(3, 10.0, 0.1), 0.0)])
    assert eta is not None and (eta.low, eta.high) == (500.0, 3000.0)


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
            left = len(queue) + len(ends) / 2
            running = [now - (end - walk) for end, walk in ends]
            eta, then = forecast([Load("all", left, workers, took.spread(running), 0.0)]), now
    assert eta is not None
    return now - then, eta
