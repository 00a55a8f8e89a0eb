from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.annotate import merging
from dreamgen.annotate.embedding import unit
from dreamgen.annotate.merging import merge
from dreamgen.engines.clustering import Tool

Floats = NDArray[np.float32]


def planted(clusters: int, items: int, channels: int = 32, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Vectors around a few directions, most of them around the first (Zipf), and the cluster of each."""
    lot = np.random.default_rng(seed)
    shares = 1 / np.arange(1, clusters + 1)
    of = lot.choice(clusters, items, p=shares / shares.sum())
    of[:clusters] = np.arange(clusters)
    middles = unit(lot.normal(size=(clusters, channels)))
    return unit(middles[of] + lot.normal(size=(items, channels)) * 0.5 / np.sqrt(channels)), of


def test_every_row_has_one_place_and_leaves_for_one_that_stays_longer() -> None:
    vectors, _ = planted(5, 200)
    found = merge(vectors.copy(), 0)
    place = {int(row): at for at, row in enumerate(found.order)}
    assert sorted(place) == list(range(200))
    assert all(place[int(into)] < at for at, into in enumerate(found.into[1:], 1))
    assert found.into[0] == found.order[0]
    assert found.cosine[0] == -1


def test_of_three_the_odd_one_is_chosen_before_the_second_of_a_pair() -> None:
    vectors = unit(np.array([[1, 0.1, 0], [0, 0, 1], [1, 0, 0]]))
    assert set(merge(vectors, 0).order[:2].tolist()) in ({0, 1}, {1, 2})


def test_as_many_as_there_are_clusters_reach_them_all_where_drawing_by_lot_misses_some() -> None:
    vectors, of = planted(40, 1000)
    order = merge(vectors.copy(), 0).order
    assert len(set(of[order[:40]])) == 40
    by_lot = [len(set(of[np.random.default_rng(seed).permutation(1000)[:40]])) for seed in range(20)]
    assert max(by_lot) < 32


@pytest.mark.parametrize("tool", ["sklearn", "faiss"])
def test_more_than_fit_at_once_are_merged_cell_by_cell(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip(tool)
    monkeypatch.setattr(merging, "FEW", 128)
    monkeypatch.setattr(merging, "_CELL", 100)
    vectors, of = planted(20, 600)
    first, again = merge(vectors.copy(), 3, tool), merge(vectors.copy(), 3, tool)
    assert sorted(first.order.tolist()) == list(range(600))
    assert np.array_equal(first.order, again.order)
    assert len(set(of[first.order[:40]])) == 20


def test_groups_are_weighted_by_how_many_they_stand_for() -> None:
    # nine near the first direction outweigh one that leans away, so one of the nine stands for all ten
    lot = np.random.default_rng(1)
    crowd = np.array([1, 0, 0]) + lot.normal(size=(9, 3)) * 0.02
    vectors = unit(np.vstack([crowd, [[1, 0.4, 0]], [[0, 0, 1]]]))
    found = merge(vectors, 0)
    stands = set(found.order[:2].tolist())
    assert 10 in stands
    assert stands - {10} < set(range(9))


def test_the_same_vector_many_times_is_chosen_once_before_anything_twice() -> None:
    vectors = unit(np.repeat(np.eye(6), [200, 1, 150, 2, 1, 5], axis=0))
    order = merge(vectors, 0).order
    groups = np.repeat(np.arange(6), [200, 1, 150, 2, 1, 5])
    assert set(groups[order[:6]]) == set(range(6))


def test_half_precision_is_enough() -> None:
    vectors, of = planted(20, 300)
    order = merge(vectors.astype(np.float16), 0).order
    assert len(set(of[order[:20]])) == 20


def test_one_alone_and_none_at_all() -> None:
    assert merge(np.ones((1, 2), np.float32), 0).order.tolist() == [0]
    assert merge(np.ones((0, 2), np.float32), 0).order.tolist() == []
