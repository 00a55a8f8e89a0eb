from __future__ import annotations

import pytest

from dreamgen.bulk.rates import Durations, Rate


def test_a_young_rate_looks_back_to_its_beginning_only() -> None:
    rate = Rate(now=1000.0, window=600.0)
    for second in range(1000, 1060, 10):
        rate.add(second)
    assert 60 * rate.a_second(1060.0) == pytest.approx(6.0)


def test_a_rate_forgets_what_is_older_than_its_window() -> None:
    rate = Rate(now=0.0, window=600.0)
    for second in range(0, 3000):
        rate.add(second, 2)
    assert rate.a_second(3000.0) == pytest.approx(2.0, rel=0.02)
    assert rate.a_second(3300.0) == pytest.approx(1.0, rel=0.04)  # nothing for half the window
    assert rate.a_second(4000.0) == 0.0


def test_durations_have_a_mean_and_a_deviation_of_the_last_few() -> None:
    took = Durations(most=3)
    assert took.spread() is None
    took.add(500.0)
    assert took.spread() == (1, 500.0, 0.0, 1.0)
    for seconds in (1.0, 2.0, 3.0):
        took.add(seconds)
    told = took.spread()
    assert told is not None
    assert (told.ended, told.mean, told.deviation) == pytest.approx((3, 2.0, 1.0))


def test_what_still_goes_on_counts_for_those_that_took_longer() -> None:
    took = Durations()
    for seconds in (10.0, 20.0, 40.0):
        took.add(seconds)
    told = took.spread(running=[15.0])
    assert told is not None
    # the one that has gone on for 15 s takes 20 or 40, each as likely
    assert told.mean == pytest.approx((10 + 1.5 * 20 + 1.5 * 40) / 4)
    assert told.known == 1.0


def test_those_that_go_on_longer_than_any_that_ended_are_not_known() -> None:
    took = Durations()
    took.add(10.0)
    told = took.spread(running=[12.0, 12.0, 12.0])
    assert told is not None
    assert told.known == pytest.approx(0.25)
    assert told.mean > 12.0
