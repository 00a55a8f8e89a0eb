from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.engines import neighbours
from dreamgen.engines.neighbours import nearness

Floats = NDArray[np.float32]


def vectors(count: int, seed: int) -> Floats:
    found = np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


def test_one_pass_gives_the_nearest_of_every_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_BLOCK", 16)
    monkeypatch.setattr(neighbours, "_ASKED", 7)
    asked, rows = vectors(20, 0), vectors(100, 1)
    found = nearness(asked, lambda first, stop: rows[first:stop], (1, 16, 17, 100))
    for stop, near in zip((1, 16, 17, 100), found, strict=True):
        assert np.allclose(near, (asked @ rows[:stop].T).max(axis=1), atol=1e-6)


def test_more_can_only_come_nearer() -> None:
    asked, rows = vectors(5, 2), vectors(30, 3)
    found = nearness(asked, lambda first, stop: rows[first:stop], range(1, 31))
    assert (np.diff(found, axis=0) >= 0).all()
