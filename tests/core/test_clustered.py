"""Shares of things that come in clusters."""

from __future__ import annotations

import numpy as np
import pytest

from dreamgen.core.calibration import Rate, rate
from dreamgen.core.clustered import clustered_rates, difference

Rows = list[tuple[list[int], list[int]]]


def one(hits: list[int], sizes: list[int]) -> Rate:
    (found,) = clustered_rates([(hits, sizes)])
    assert found is not None
    return found


def table(lot: np.random.Generator, films: int, share: float, alike: float, kinds: int = 8) -> Rows:
    """Hits in films of unequal sizes, of which some have nothing; `alike` is the correlation within a film."""
    heads, tails = share * (1 / alike - 1), (1 - share) * (1 / alike - 1)
    rows = []
    for _ in range(kinds):
        sizes = lot.poisson(15, films) * (lot.random(films) < 0.8)
        rows.append((lot.binomial(sizes, lot.beta(heads, tails, films)).tolist(), sizes.tolist()))
    return rows


def test_things_that_do_not_care_for_their_cluster_are_worth_as_much_as_without() -> None:
    hits = np.random.default_rng(0).binomial(20, 0.8, 400)
    apart, together = rate(int(hits.sum()), 8000), one(hits.tolist(), [20] * 400)
    assert apart and together.value == apart.value
    assert together.high - together.low == pytest.approx(apart.high - apart.low, rel=0.1)


def test_clusters_that_are_hit_as_a_whole_count_as_one_thing_each() -> None:
    whole, one_each = one([20] * 80 + [0] * 20, [20] * 100), rate(80, 100)
    assert one_each
    assert (whole.low, whole.high) == pytest.approx((one_each.low, one_each.high), abs=0.01)


def test_clusters_of_the_same_share_are_worth_no_more_than_things_apart() -> None:
    same, apart = one([1] * 40, [2] * 40), rate(40, 80)
    assert apart and same.value == 0.5
    assert same.high - same.low == pytest.approx(apart.high - apart.low, rel=0.05)


def test_few_misses_say_little_of_how_alike_a_clusters_things_are_so_other_rows_do() -> None:
    alike = ([20] * 40 + [0] * 10, [20] * 50)
    none, single = ([20] * 50, [20] * 50), ([20] * 49 + [19], [20] * 50)
    _, perfect, nearly = clustered_rates([alike, none, single])
    assert perfect and nearly
    assert perfect.high == 1.0 and 0.92 < perfect.low < 0.95, "fifty films that fare as a whole"
    assert nearly.low == pytest.approx(perfect.low, abs=0.01), "one miss is not much worse than none"
    (apart,) = clustered_rates([single])
    assert apart and apart.low > 0.99, "where nothing tells of clusters there are none"


def test_nothing_has_no_share_and_one_cluster_tells_nothing() -> None:
    assert clustered_rates([([0, 0], [0, 0])]) == (None,)
    alone = one([3, 0], [4, 0])
    assert (alone.value, alone.low, alone.high, alone.n) == (0.75, 0.0, 1.0, 4)


@pytest.mark.parametrize(("films", "share", "alike"), [(8, 0.9, 0.1), (48, 0.9, 0.1), (48, 0.99, 0.1), (48, 0.95, 0.3)])
def test_the_interval_covers_the_true_share_as_often_as_it_says(films: int, share: float, alike: float) -> None:
    lot = np.random.default_rng(1)
    rates = [found for _ in range(40) for found in clustered_rates(table(lot, films, share, alike)) if found]
    assert 0.92 <= sum(found.low <= share <= found.high for found in rates) / len(rates) <= 0.995


def test_two_tables_of_the_same_thing_differ_as_seldom_as_they_should() -> None:
    lot = np.random.default_rng(2)
    for z, most in ((1.959964, 0.08), (2.965, 0.01)):
        outside = [
            not low <= 0 <= high
            for _ in range(30)
            for a, b in zip(*(clustered_rates(table(lot, 48, 0.9, 0.1), z) for _ in range(2)), strict=True)
            if a and b
            for low, high in [difference(a, b)]
        ]
        assert sum(outside) / len(outside) <= most


def test_a_difference_matches_the_published_example() -> None:
    # Newcombe 1998, table II, first column: 56/70 - 48/80, method 10 without correction: 0.0524 to 0.3339
    first, second = rate(56, 70), rate(48, 80)
    assert first and second
    assert difference(first, second) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    same = Rate(value=1.0, low=0.9, high=1.0, n=35)
    assert difference(same, same) == pytest.approx((-0.1, 0.1))
