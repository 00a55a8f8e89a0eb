import numpy as np
import pytest

from dreamgen.metrics.resampling import mean_of, mean_of_pairs


def test_an_interval_holds_the_mean_and_is_about_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(1).normal(5, 2, 400)
    mean = mean_of(values, 0, "test")
    assert mean.low is not None and mean.high is not None
    assert mean.low < mean.value < mean.high
    # 1.96 standard errors to each side
    assert mean.high - mean.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
    assert mean.n == 400


def test_lots_depend_on_seed_and_measure_alone() -> None:
    values = np.random.default_rng(1).normal(0, 1, 20)
    assert mean_of(values, 0, "test") == mean_of(values, 0, "test")
    assert mean_of(values, 0, "test") != mean_of(values, 1, "test")
    assert mean_of(values, 0, "test") != mean_of(values, 0, "other")


def test_of_two_values_no_interval_is_claimed() -> None:
    mean = mean_of(np.array([0.2, 0.4]), 0, "test")
    assert (mean.value, mean.low, mean.high) == (0.3, None, None)


def test_a_thing_drawn_twice_is_no_pair_with_itself() -> None:
    table = np.full((5, 5), 0.5)
    np.fill_diagonal(table, 99.0)
    mean = mean_of_pairs(table, 0, "test")
    assert (mean.value, mean.low, mean.high, mean.n) == (0.5, 0.5, 0.5, 10)


def test_pairs_vary_with_the_things_that_they_are_of() -> None:
    vectors = np.random.default_rng(2).normal(0, 1, (30, 4)) + 1
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    mean = mean_of_pairs(vectors @ vectors.T, 0, "test")
    assert mean.low is not None and mean.high is not None
    alone = mean_of((vectors @ vectors.T)[np.triu_indices(30, 1)], 0, "test")
    assert alone.low is not None and alone.high is not None
    # pairs that share a thing are no independent values, so the honest interval is the wider one
    assert mean.high - mean.low > 1.5 * (alone.high - alone.low)
