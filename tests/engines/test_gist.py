from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.engines.gist import gist

Pixels = NDArray[np.uint8]


def scene(seed: int, shift: int = 0) -> Pixels:
    """Coloured blocks; moved to the right by some pixels."""
    lot = np.random.default_rng(seed)
    blocks = np.clip(lot.integers(30, 220, 3) + lot.normal(size=(6, 10, 3)) * 35, 0, 255).astype(np.uint8)
    return np.roll(np.kron(blocks, np.ones((12, 12, 1), np.uint8)), shift, axis=1)


def test_it_has_length_1_and_is_the_same_again() -> None:
    pairs = [(scene(1), scene(1, 4))]
    assert np.linalg.norm(gist(pairs)) == pytest.approx(1, abs=1e-6)
    assert np.array_equal(gist(pairs), gist(pairs))


def test_a_clip_is_nearer_to_itself_made_smaller_than_to_another() -> None:
    one = gist([(scene(1), scene(1))])
    smaller = gist([(scene(1)[::2, ::2], scene(1)[::2, ::2])])
    other = gist([(scene(2), scene(2))])
    assert one @ smaller > 0.99
    assert one @ other < 0.9


def test_the_same_picture_still_and_moving_are_told_apart() -> None:
    still, moving = gist([(scene(1), scene(1))]), gist([(scene(1), scene(1, 12))])
    assert still @ moving < 0.97


def test_the_same_colours_in_other_places_are_told_apart() -> None:
    one = gist([(scene(1), scene(1))])
    flipped = gist([(scene(1)[::-1, ::-1].copy(), scene(1)[::-1, ::-1].copy())])
    assert one @ flipped < 0.995


def test_black_is_no_error() -> None:
    black = np.zeros((48, 64, 3), np.uint8)
    assert np.isfinite(gist([(black, black)])).all()
