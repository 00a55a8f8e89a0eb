from __future__ import annotations

import numpy as np
import pytest

from dreamgen.engines.toning import plain


@pytest.mark.parametrize(("curve", "paper"), [("pq", 148), ("hlg", 191)])
def test_paper_is_light_and_lamps_are_lighter(curve: str, paper: int) -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    levels = plain(ramp, curve)[0, :, 1].astype(int)
    assert levels[0] == 0
    assert (np.diff(levels) >= 0).all()
    assert 190 <= levels[paper] <= 240
    assert levels[255] > levels[paper]


def test_grey_stays_grey_and_red_stays_red() -> None:
    grey, red = np.full((1, 1, 3), 120, np.uint8), np.array([[[20, 20, 140]]], np.uint8)
    assert np.ptp(plain(grey, "pq").astype(int)) <= 2
    assert plain(red, "pq")[0, 0].argmax() == 2
