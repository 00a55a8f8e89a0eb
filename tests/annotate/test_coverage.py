from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.annotate import coverage
from dreamgen.annotate.coverage import Clusters, budgets, cover, variety
from dreamgen.annotate.embedding import unit

pytest.importorskip("sklearn")

Rows = NDArray[np.int64]


def crowds() -> NDArray[np.float32]:
    """Four crowds of 40, 20, 10 and 2."""
    lot = np.random.default_rng(0)
    middles = np.repeat(np.eye(6)[:4], [40, 20, 10, 2], axis=0)
    return unit(middles + lot.normal(size=(72, 6)) * 0.03)


def test_the_curve_falls_to_nothing_and_says_what_drawing_by_lot_gives() -> None:
    vectors = crowds()
    order: Rows = np.array([0, 40, 60, 70, *(row for row in range(72) if row not in (0, 40, 60, 70))])
    clusters = Clusters(vectors, np.arange(72), 0, "sklearn")
    curve = cover(vectors, 72, order, clusters, (1, 4, 72), 0)
    assert [one.size for one in curve] == [1, 4, 72]
    assert curve[0].worst > 0.8 > 0.05 > curve[1].worst
    assert curve[1].mean < curve[1].random_mean
    assert curve[2].mean == curve[2].worst == curve[2].random_mean == 0
    assert curve[2].clusters == curve[2].random_clusters == len(clusters.sizes)
    brute = 1 - (vectors @ vectors[order[:4]].T).max(axis=1)
    assert curve[1].mean == pytest.approx(float(brute.mean()), abs=1e-4)
    assert curve[1].worst == pytest.approx(float(brute.max()), abs=1e-4)


def test_clusters_are_all_there_is_and_none_is_empty() -> None:
    clusters = Clusters(crowds() * 3, np.arange(72), 0, "sklearn")
    assert clusters.sizes.sum() == 72
    assert clusters.sizes.min() > 0
    assert set(clusters.of) == set(range(len(clusters.sizes)))


def test_rows_that_were_dropped_belong_nowhere() -> None:
    clusters = Clusters(crowds(), np.arange(10, 60), 0, "sklearn")
    assert set(clusters.of[:10]) == {-1}


def test_G5_diversity_before_and_after_pruning() -> None:
    lot = np.random.default_rng(1)
    every = unit(np.vstack([np.tile(np.eye(8)[0], (90, 1)), np.eye(8)[1:]]) + lot.normal(size=(97, 8)) * 1e-3)
    pruned = np.array([0, *range(90, 97)])
    before, after = variety("all", every, np.arange(97), 0), variety("8", every, pruned, 0)
    assert before.vendi < 2
    assert after.vendi == pytest.approx(8, abs=0.01)
    assert after.neighbour > 0.9 > before.neighbour


def test_the_vendi_score_counts_what_shares_nothing() -> None:
    assert variety("x", np.eye(5), np.arange(5), 0).vendi == pytest.approx(5, abs=1e-3)
    assert variety("x", np.ones((5, 5)), np.arange(5), 0).vendi == pytest.approx(1, abs=1e-3)


def test_the_nearest_neighbour_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "_LOOKED", 7)  # in blocks
    vectors = crowds()
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    assert variety("x", vectors, np.arange(72), 0).neighbour == pytest.approx(
        float((1 - cosines.max(axis=1)).mean()), abs=1e-4
    )


def test_budgets_go_up_to_the_largest_size() -> None:
    assert budgets((30, 8), 1000) == (1, 2, 5, 8, 10, 20, 30)
    assert budgets((5000,), 12) == (1, 2, 5, 10, 12)
    assert budgets((), 3) == (1, 2, 3)
