import numpy as np
import pytest

from dreamgen.engines.matching import Matcher, Template, contours, lab, opponent, resized, spectra


def picture(height: int = 60, width: int = 90) -> np.ndarray:
    lot = np.random.default_rng(3)
    return resized(lot.integers(0, 255, (height // 4, width // 4, 3), np.uint8), height, width)


def test_a_piece_of_the_picture_is_found_where_it_was_cut() -> None:
    image = opponent(picture())
    piece = Template(image[20:38, 31:49].copy(), np.ones((18, 18), np.float32))
    fits = Matcher([piece]).match(spectra(image), 0)
    assert tuple(map(int, np.unravel_index(fits.argmax(), fits.shape))) == (20, 31)
    assert fits.max() == pytest.approx(1.0, abs=1e-3)


def test_the_score_is_the_masked_correlation_pooled_over_the_channels() -> None:
    image = opponent(picture())
    mask = (np.random.default_rng(5).random((12, 10)) > 0.4).astype(np.float32)
    template = Template(image[5:17, 60:70].copy(), mask)
    fits = Matcher([template], flat=0.0).match(spectra(image), 0)
    patch, products, one, other = image[30:42, 8:18], 0.0, 0.0, 0.0
    for c in range(3):
        a, b = (
            (plane[..., c] - (plane[..., c] * mask).sum() / mask.sum()) * mask for plane in (patch, template.pixels)
        )
        products, one, other = products + (a * b).sum(), one + (a * a).sum(), other + (b * b).sum()
    assert fits[30, 8] == pytest.approx(products / np.sqrt(one * other), abs=1e-3)


def test_what_the_mask_leaves_out_does_not_count() -> None:
    image = opponent(picture())
    pixels, mask = image[20:38, 31:49].copy(), np.ones((18, 18), np.float32)
    pixels[:6], mask[:6] = 0, 0
    assert Matcher([Template(pixels, mask)]).match(spectra(image), 0)[20, 31] > 0.99


def test_a_template_bigger_than_the_picture_fits_nowhere() -> None:
    big = Template(np.zeros((80, 80, 3), np.float32), np.ones((80, 80), np.float32))
    assert Matcher([big]).match(spectra(opponent(picture())), 0).size == 0


def test_colours_are_told_apart_in_the_dark() -> None:
    red, green = np.array([[[20, 20, 60]]], np.uint8), np.array([[[20, 45, 20]]], np.uint8)
    assert opponent(red)[0, 0, 1] > 0 > opponent(green)[0, 0, 1]


def test_white_is_100_in_lab_and_an_edge_has_a_contour() -> None:
    assert lab(np.full((1, 1, 3), 255, np.uint8))[0, 0, 0] == pytest.approx(100, abs=0.1)
    step = np.zeros((8, 8, 3), np.float32)
    step[:, 4:] = 100
    assert contours(step)[4, 3, 0] > 10 > contours(step)[4, 0, 0]
