from __future__ import annotations

import numpy as np

from dreamgen.engines import imaging


def layer(alpha: int, value: int = 200) -> np.ndarray:
    pixels = np.zeros((20, 30, 4), np.uint8)
    pixels[..., :3], pixels[..., 3] = value * alpha // 255, alpha
    return pixels


def test_an_opaque_layer_replaces_and_a_clear_one_leaves() -> None:
    picture = np.full((20, 30, 3), 50, np.uint8)
    imaging.lay_over(picture, layer(0))
    assert (picture == 50).all()
    imaging.lay_over(picture, layer(128))
    assert abs(int(picture[0, 0, 0]) - 125) <= 2
    imaging.lay_over(picture, layer(255))
    assert (picture == 200).all()


def test_rows_that_are_opaque_below_are_copied() -> None:
    picture, top = np.full((20, 30, 3), 50, np.uint8), layer(255)
    top[:8] = 0
    imaging.lay_over(picture, top)
    assert (picture[:8] == 50).all() and (picture[8:] == 200).all()


def test_noise_follows_from_its_seed_and_stays_near_its_range() -> None:
    one, again, other = (imaging.noise(40, 60, 8, seed, -1.0, 1.0) for seed in (1, 1, 2))
    assert one.shape == (40, 60) and np.array_equal(one, again) and not np.array_equal(one, other)
    assert np.abs(one).max() < 1.6


def test_moving_shifts_by_whole_and_half_pixels() -> None:
    image = np.zeros((10, 10, 4), np.uint8)
    image[5, 5] = 200
    assert imaging.moved(image, 1.0, (2, 1), (10, 10))[6, 7, 0] == 200
    half = imaging.moved(image, 1.0, (0.5, 0), (10, 10))
    assert abs(int(half[5, 5, 0]) - 100) <= 4 and abs(int(half[5, 6, 0]) - 100) <= 4


def test_a_lamp_brightens_most_in_its_middle_and_never_outside() -> None:
    picture = np.full((60, 80, 3), 40, np.uint8)
    imaging.shine(picture, (40, 30), 20, 0.9, (0.6, 0.8, 1.0))
    assert int(picture[30, 40, 2]) > int(picture[30, 52, 2]) > 40
    assert (picture[2, 2] == 40).all()
    imaging.shine(picture, (900, 900), 20, 0.9, (0.6, 0.8, 1.0))


def test_softening_keeps_the_mean() -> None:
    image = np.zeros((40, 40), np.uint8)
    image[10:30, 10:30] = 200
    for sigma in (0.8, 4.0):
        assert abs(float(imaging.softened(image, sigma).mean()) - float(image.mean())) < 3


def test_a_rim_is_on_the_side_of_the_light() -> None:
    alpha = np.zeros((30, 30), np.uint8)
    alpha[10:20, 10:20] = 255
    edge = imaging.rim(alpha, (-3.0, 0.0))
    assert edge[15, 18] == 255 and edge[15, 11] == 0


def test_contrast_clips_at_both_ends() -> None:
    picture = np.array([[[0, 100, 255]]], np.uint8)
    assert imaging.contrasted(picture, 1.2, -20).ravel().tolist() == [0, 100, 255]
