"""Shares of things that come in clusters."""

from __future__ import annotations

import numpy as np
import pytest

from dreamgen.core.calibration import Rate, rate
from dreamgen.core.clustered import clustered_rate, difference


def test_things_that_do_not_care_for_their_cluster_are_worth_as_much_as_without() -> None:
    lot = np.random.default_rng(0)
    hits = lot.binomial(20, 0.8, 400)
    apart, together = rate(int(hits.sum()), 8000), clustered_rate(hits.tolist(), [20] * 400)
    assert apart and together and together.value == apart.value
    assert together.high - together.low == pytest.approx(apart.high - apart.low, rel=0.1)


def test_clusters_that_are_hit_as_a_whole_count_as_one_thing_each() -> None:
    whole = clustered_rate([20] * 80 + [0] * 20, [20] * 100)
    one_each = rate(80, 100)
    assert whole and one_each
    assert (whole.low, whole.high) == pytest.approx((one_each.low, one_each.high), abs=0.01)


def test_where_nothing_varies_a_cluster_counts_as_one_thing() -> None:
    perfect, ten = clustered_rate([50] * 10, [50] * 10), rate(10, 10)
    assert perfect and ten and (perfect.low, perfect.high, perfect.n) == (ten.low, ten.high, 500)
    assert clustered_rate([0, 0], [0, 0]) is None
    alone, one = clustered_rate([3, 0], [4, 0]), rate(1, 1)
    assert alone and one and alone.high - alone.low > 0.7, "one cluster tells next to nothing"


def test_the_interval_covers_the_true_share_as_often_as_it_says() -> None:
    lot = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        shares = lot.beta(9, 1, 40)
        found = clustered_rate(lot.binomial(15, shares).tolist(), [15] * 40)
        covered += found is not None and found.low <= 0.9 <= found.high
    assert 0.92 <= covered / 400 <= 0.98


def test_a_difference_matches_the_published_example() -> None:
    # Newcombe 1998, table II, first column: 56/70 - 48/80, method 10 without correction: 0.0524 to 0.3339
    one, other = rate(56, 70), rate(48, 80)
    assert one and other
    assert difference(one, other) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    same = Rate(value=1.0, low=0.9, high=1.0, n=35)
    assert difference(same, same) == pytest.approx((-0.1, 0.1))
