from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dreamgen.annotate.coreset import Coreset, Items, choose
from dreamgen.annotate.embedding import unit
from dreamgen.engines import clustering
from dreamgen.errors import MissingExtra

SIZES = Coreset(near=0, sizes=(3,))


def some(count: int, seed: int = 0, kinds: int = 5) -> Items:
    """Clips of a few kinds, some of which are the same to the last bit."""
    lot = np.random.default_rng(seed)
    of = lot.integers(0, kinds, count)
    vectors = lot.normal(size=(kinds, 8))[of] + lot.normal(size=(count, 8)) * lot.choice([0, 1e-6, 0.3], (count, 1))
    return Items([f"clip-{number}" for number in range(count)], vectors.astype(np.float32))


def shuffled(items: Items, seed: int) -> Items:
    order = np.random.default_rng(seed).permutation(len(items.names))
    return Items(
        [items.names[row] for row in order], items.vectors[order],
        [items.worth[row] for row in order] if len(items.worth) else (),
    )  # fmt: skip


@settings(derandomize=True, max_examples=40)
@given(st.integers(1, 60), st.integers(0, 10**6), st.lists(st.integers(1, 80), min_size=2, max_size=5, unique=True))
def test_G3_core_sets_of_any_sizes_are_nested(count: int, seed: int, sizes: list[int]) -> None:
    items = some(count, seed)
    every = [choose(items, Coreset(near=0, sizes=(size,)), 0).order[:size] for size in sorted(sizes)]
    for smaller, larger in itertools.pairwise(every):
        assert larger[: len(smaller)] == smaller
        assert set(smaller) <= set(larger)


@settings(derandomize=True, max_examples=40)
@given(st.integers(1, 60), st.integers(0, 10**6), st.sampled_from([0.0, 0.9, 0.999, 1.0]))
def test_the_order_follows_from_ids_and_vectors_and_not_from_the_order_of_rows(
    count: int, seed: int, near: float
) -> None:
    items, options = some(count, seed), Coreset(near=near, sizes=(1,))
    first, other = choose(items, options, 0), choose(shuffled(items, seed), options, 0)
    assert first.order == other.order
    assert first.into == other.into
    assert first.rejects == other.rejects
    assert np.array_equal(first.cosine, other.cosine)


@settings(derandomize=True, max_examples=30)
@given(st.integers(1, 60), st.integers(0, 10**6), st.floats(0.5, 1.0))
def test_no_two_of_those_that_stay_are_near_duplicates_and_whoever_goes_is_counted(
    count: int, seed: int, near: float
) -> None:
    items = some(count, seed)
    found = choose(items, Coreset(near=near), 0)
    assert {*found.order, *(one.what for one in found.rejects)} == set(items.names)
    assert len(found.order) + len(found.rejects) == count
    seen = unit(items.vectors[found.rows])
    assert (np.triu(seen @ seen.T, 1) < near + 1e-6).all()


def test_rows_lead_back_to_the_items() -> None:
    items = shuffled(some(30), 4)
    found = choose(items, SIZES, 0)
    assert tuple(items.names[row] for row in found.rows) == found.order


def test_of_near_duplicates_the_best_stays_and_of_equals_the_first_by_id() -> None:
    vectors = np.array([[1, 0], [1, 0.001], [1, 0.002], [0, 1]])
    names = ["c", "b", "a", "other"]
    by_worth = choose(Items(names, vectors, [2.0, 3.0, 1.0, 0.0]), Coreset(near=0.99), 0)
    assert by_worth.order == ("b", "other")
    assert [(one.what, one.reason, one.detail) for one in by_worth.rejects] == [
        ("a", "near_duplicate", "like b, cosine 1.0000"),
        ("c", "near_duplicate", "like b, cosine 1.0000"),
    ]
    assert by_worth.alike == (("a", "b"), ("c", "b"))
    assert choose(Items(names, vectors), Coreset(near=0.99), 0).order == ("a", "other")


def test_somebody_like_one_that_left_but_not_like_one_that_stayed_stays() -> None:
    steps = np.array([[np.cos(angle), np.sin(angle)] for angle in (0.0, 0.1, 0.2)])
    found = choose(Items(["a", "b", "c"], steps), Coreset(near=float(np.cos(0.15))), 0)
    assert found.order == ("a", "c")


@pytest.mark.parametrize("broken", [0.0, np.nan, np.inf])
def test_a_broken_vector_is_dropped_with_a_reason(broken: float) -> None:
    vectors = np.array([[1.0, 0.0], [broken, broken], [0.0, 1.0]])
    found = choose(Items(["a", "b", "c"], vectors), SIZES, 0)
    assert set(found.order) == {"a", "c"}
    assert [(one.what, one.kind, one.reason) for one in found.rejects] == [("b", "clip", "no_embedding")]


def test_the_vectors_are_left_as_they_are() -> None:
    items = some(50)
    before = items.vectors.copy()
    choose(items, Coreset(sizes=(5,)), 0)
    assert np.array_equal(items.vectors, before)


def test_without_sizes_all_but_near_duplicates_are_kept_in_the_order_of_their_ids() -> None:
    found = choose(shuffled(some(12, kinds=12), 1), Coreset(near=0), 0)
    assert found.order == tuple(sorted(f"clip-{number}" for number in range(12)))
    assert found.rejects == ()


def test_many_items_in_half_precision_give_a_whole_order(monkeypatch: pytest.MonkeyPatch) -> None:
    items = some(40)
    full = choose(items, SIZES, 0)
    monkeypatch.setattr("dreamgen.annotate.coreset._WIDE", 1)
    half = choose(items, SIZES, 0)
    assert sorted(half.order) == sorted(full.order)


def test_core_sets_without_anybody_to_cluster_are_refused_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "installed", lambda library: False)
    Coreset().ready()
    with pytest.raises(MissingExtra, match="scikit-learn"):
        Coreset(sizes=(5,)).ready()
    with pytest.raises(MissingExtra, match="faiss"):
        Coreset(tool="faiss").ready()


@pytest.mark.parametrize("sizes", [(0,), (5, 5), (-1,)])
def test_sizes_that_make_no_sense_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError, match="different numbers from 1 on"):
        Coreset(sizes=sizes)
