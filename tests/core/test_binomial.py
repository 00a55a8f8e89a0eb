from __future__ import annotations

from math import comb

import pytest

from dreamgen.core.binomial import at_least, wilson


def test_the_interval_of_half_is_around_half_and_narrows() -> None:
    low, high = wilson(50, 100)
    assert (round(low, 3), round(high, 3)) == (0.404, 0.596)
    assert wilson(500, 1000)[0] > low


def test_nothing_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_upper_tail_is_the_sum_of_its_terms() -> None:
    by_hand = sum(comb(20, k) * 0.25**k * 0.75 ** (20 - k) for k in range(9, 21))
    assert at_least(9, 20, 0.25) == pytest.approx(by_hand)


def test_a_tie_counts_for_less_than_a_hit() -> None:
    assert at_least(8.75, 20, 0.25) == at_least(8, 20, 0.25) > at_least(9, 20, 0.25)


@pytest.mark.parametrize(("hits", "n", "luck"), [(0, 5, 1.0), (6, 5, 0.0), (5, 5, 0.5**5)])
def test_the_ends_of_the_tail(hits: int, n: int, luck: float) -> None:
    assert at_least(hits, n, 0.5) == pytest.approx(luck)
