from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.engines import clustering
from dreamgen.engines.clustering import Tool, centres, divide, probe, resolved
from dreamgen.errors import MissingExtra


def crowds(seed: int = 0) -> NDArray[np.float32]:
    """Six far crowds of fifty."""
    lot = np.random.default_rng(seed)
    middles = np.eye(8)[:6]
    found = np.repeat(middles, 50, axis=0) + lot.normal(size=(300, 8)) * 0.05
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize("tool", ["sklearn", "faiss"])
def test_crowds_are_told_apart_and_again_the_same(tool: Tool) -> None:
    pytest.importorskip(tool)
    cells = divide(crowds(), np.arange(300), 6, 1, tool)
    assert [len(set(cells[first : first + 50])) for first in range(0, 300, 50)] == [1] * 6
    assert len(set(cells)) == 6
    assert np.array_equal(cells, divide(crowds(), np.arange(300), 6, 1, tool))


def test_only_the_rows_that_are_asked_for_count() -> None:
    pytest.importorskip("sklearn")
    rows = np.arange(100, 200)
    assert len(set(divide(crowds(), rows, 2, 0, "sklearn").tolist())) == 2
    assert len(divide(crowds(), rows, 2, 0, "sklearn")) == 100


def test_the_nearest_centre_comes_first_and_the_next_after_it() -> None:
    middles = np.eye(3, dtype=np.float32)
    vectors = np.array([[1, 0.5, 0], [0, 0.2, 1]], np.float16)
    assert probe(vectors, np.arange(2), middles, 2).tolist() == [[0, 1], [2, 1]]
    assert probe(vectors, np.arange(2), middles, 9).shape == (2, 3)


def test_as_many_cells_as_rows_need_nobody_to_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "installed", lambda library: False)
    assert divide(crowds(), np.arange(5), 5, 0).tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(MissingExtra, match="scikit-learn"):
        divide(crowds(), np.arange(300), 6, 0)


def test_auto_takes_faiss_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "installed", lambda library: True)
    assert resolved() == "faiss"
    monkeypatch.setattr(clustering, "installed", lambda library: library == "sklearn")
    assert resolved() == "sklearn"


def test_no_more_centres_than_rows() -> None:
    pytest.importorskip("sklearn")
    assert len(centres(crowds(), np.arange(3), 10, 0, "sklearn")) == 3
