from __future__ import annotations

import numpy as np
import pytest

from dreamgen.clip.transitions import TRANSITIONS, Transition, between

BEFORE, AFTER = np.full((36, 64, 3), 40, np.uint8), np.full((36, 64, 3), 240, np.uint8)


@pytest.mark.parametrize("how", TRANSITIONS)
def test_every_transition_begins_with_one_picture_and_ends_with_the_other(how: Transition) -> None:
    first, last = between(BEFORE, AFTER, 0.0, how), between(BEFORE, AFTER, 1.0, how)
    assert (first == BEFORE).all()
    assert (last == AFTER).all()
    assert first.dtype == last.dtype == np.uint8


def test_a_crossfade_mixes_and_a_fade_goes_through_black() -> None:
    assert (between(BEFORE, AFTER, 0.25, "crossfade") == 90).all()
    assert (between(BEFORE, AFTER, 0.25, "fade") == 20).all()
    assert (between(BEFORE, AFTER, 0.5, "fade") == 0).all()
    assert (between(BEFORE, AFTER, 0.75, "fade") == 120).all()


def test_a_wipe_comes_from_the_left() -> None:
    half = between(BEFORE, AFTER, 0.5, "wipe")
    assert (half[:, :28] == 240).all()
    assert (half[:, 36:] == 40).all()


def test_a_slide_pushes_the_last_picture_out() -> None:
    before = np.tile(np.arange(64, dtype=np.uint8)[None, :, None], (36, 1, 3))
    half = between(before, AFTER, 0.5, "slide")
    assert (half[:, :32] == before[:, 32:]).all()
    assert (half[:, 32:] == 240).all()


def test_an_iris_opens_in_the_middle() -> None:
    half = between(BEFORE, AFTER, 0.5, "iris")
    assert (half[18, 32] == 240).all()
    assert (half[0, 0] == 40).all()
    assert (half[::-1, ::-1] == half).all()
