from __future__ import annotations

import numpy as np
import pytest

from dreamgen.annotate import neighbours
from dreamgen.annotate.embedding import unit
from dreamgen.annotate.neighbours import twins


def test_groups_are_found_in_blocks_as_they_are_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    lot = np.random.default_rng(0)
    vectors = unit(lot.normal(size=(40, 6))[lot.integers(0, 40, 300)] + lot.normal(size=(300, 6)) * 0.02)
    worth = lot.permutation(300)
    whole = twins(vectors, worth, 0.98, 0)
    monkeypatch.setattr(neighbours, "_BLOCK", 7)
    parts = twins(vectors, worth, 0.98, 0)
    assert 0 < len(whole.stay) < 300
    assert np.array_equal(whole.of, parts.of)


def test_whoever_goes_is_like_one_that_stays_and_is_better() -> None:
    lot = np.random.default_rng(1)
    vectors = unit(lot.normal(size=(200, 4)))
    worth = lot.permutation(200)
    found = twins(vectors, worth, 0.9, 0)
    rank = np.argsort(worth)
    gone = np.flatnonzero(found.of != np.arange(200))
    assert len(gone)
    assert set(found.of[gone]) <= set(found.stay)
    assert (rank[found.of[gone]] < rank[gone]).all()
    assert np.allclose(found.cosine[gone], (vectors[gone] * vectors[found.of[gone]]).sum(axis=1), atol=1e-5)


def test_cells_find_what_all_pairs_find_where_copies_are_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn")
    lot = np.random.default_rng(2)
    singles = unit(lot.normal(size=(400, 16)))
    vectors = unit(np.vstack([singles, singles[:100] + lot.normal(size=(100, 16)) * 0.002]))
    exact = twins(vectors, np.arange(500), 0.99, 0)
    monkeypatch.setattr(neighbours, "EXACT", 100)
    monkeypatch.setattr(neighbours, "_CELL", 50)
    by_cells = twins(vectors, np.arange(500), 0.99, 0, "sklearn")
    assert exact.of[400:].tolist() == list(range(100))
    assert np.array_equal(exact.of, by_cells.of)


def test_a_thousand_copies_of_one_leave_one() -> None:
    found = twins(np.tile(np.array([[0.6, 0.8]], np.float32), (3000, 1)), np.arange(3000), 0.999, 0)
    assert found.stay.tolist() == [0]
