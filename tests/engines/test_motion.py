import numpy as np
import pytest

from dreamgen.engines.imaging import resized
from dreamgen.engines.motion import STILL, camera_step, stabilised


def texture(seed: int = 1) -> np.ndarray:
    return resized(np.random.default_rng(seed).integers(0, 255, (40, 60), np.uint8), 300, 200)


def test_a_shift_is_measured_to_a_fraction_of_a_pixel() -> None:
    wide = texture()
    step = camera_step(wide[20:164, 20:276].copy(), wide[23:167, 26:282].copy())
    assert step.matrix[:, 2] == pytest.approx((-6, -3), abs=0.2)
    assert step.scale == pytest.approx(1, abs=0.01)
    assert step.inliers > 0.8


def test_a_thing_that_moves_is_outvoted_by_the_set() -> None:
    before = texture()[:144, :256].copy()
    after = before.copy()
    before[40:110, 60:120] = texture(2)[:70, :60]
    after[40:110, 75:135] = texture(2)[:70, :60]
    assert camera_step(before, after).matrix[:, 2] == pytest.approx((0, 0), abs=0.2)


def test_nothing_can_be_followed_on_a_blank_wall() -> None:
    wall = np.full((144, 256), 90, np.uint8)
    assert camera_step(wall, wall).inliers == 0


def test_a_stabilised_frame_lies_on_the_later_one() -> None:
    wide = texture()
    before, after = wide[20:164, 20:276].copy(), wide[20:164, 26:282].copy()
    moved = stabilised(before, camera_step(before, after))
    assert np.abs(moved[:, :240].astype(int) - after[:, :240]).mean() < 4


def test_steps_add_up() -> None:
    wide = texture()
    step = camera_step(wide[20:164, 20:276].copy(), wide[20:164, 26:282].copy())
    assert STILL.then(step).then(step).matrix[0, 2] == pytest.approx(-12, abs=0.4)
