from __future__ import annotations

import numpy as np
import pytest

from dreamgen.engines.flowing import Step, step
from tests.moving import Picture, camera, crossing, plain, texture


def between(pictures: list[Picture]) -> Step:
    one, other = (picture[..., 0].copy() for picture in pictures)
    return step(one, other)


def test_a_scene_that_shifts_to_the_right_is_found_to_shift() -> None:
    found = between(list(camera(texture(), 2, (128, 72), pan=1.5)))
    assert found.across == pytest.approx(1.5 / 128, abs=0.001)
    assert abs(found.down) < 0.001 and abs(found.growth) < 0.002
    assert found.agree > 0.95 and found.moving < 0.01 and found.spread == 1


def test_a_scene_that_grows_is_found_to_grow() -> None:
    found = between(list(camera(texture(), 2, (128, 72), zoom=0.02)))
    assert found.growth == pytest.approx(0.02, abs=0.004)
    assert abs(found.across) < 0.002


def test_what_moves_before_a_scene_that_stands_still_is_not_the_camera() -> None:
    found = between(list(crossing(camera(texture(), 2, (160, 90)), 4.0)))
    assert abs(found.across) < 0.002
    assert found.moving > 0.03
    assert found.drift[0] > 0 and found.together > 0.7


def test_of_a_blank_picture_nothing_is_said() -> None:
    found = between(list(plain(2, (90, 90, 90), (128, 72))))
    assert found.agree == found.spread == 0
    assert found == between(list(plain(2, (90, 90, 90), (128, 72))))
    assert np.isfinite([*found[:6], *found.drift]).all()


def test_what_was_looked_at_before_changes_nothing() -> None:
    lot = np.random.default_rng(0)
    first, second = (lot.integers(0, 255, (72, 128), np.uint8) for _ in range(2))
    found = step(first, second)
    for high, wide in ((40, 150), (100, 33), (64, 64)):
        other = lot.integers(0, 255, (high, wide), np.uint8)
        step(other, other[::-1].copy())
        assert step(first, second) == found
