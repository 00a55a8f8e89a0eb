from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.core.media import Brush, Style
from dreamgen.illustrator.painters import Painter, painter_for
from dreamgen.illustrator.painters.finishing import finished, paper_of, toned

SIZE = (256, 144)

Pixels = NDArray[np.uint8]


def painter(**brush: object) -> Painter:
    """A flat painter with this brush."""
    return painter_for(Style(name="mine", words="", painter="flat", brush=Brush.model_validate(brush)))


def grey(level: int) -> Pixels:
    """A picture of one level."""
    return np.full((SIZE[1], SIZE[0], 3), level, np.uint8)


def painted(level: int, seed: int = 5, **brush: object) -> Pixels:
    """Such a picture, finished, with bright corners."""
    mine = painter(vignette=0.0, **brush)
    return finished(grey(level), mine, paper_of(mine, seed, SIZE, False))


def test_warm_paint_is_red_and_cold_paint_is_blue() -> None:
    warm, cold = painted(128, warmth=0.8), painted(128, warmth=-0.8)

    assert warm[..., 2].mean() > warm[..., 0].mean() + 10
    assert cold[..., 0].mean() > cold[..., 2].mean() + 10


def test_contrast_leaves_the_middle_alone() -> None:
    assert painted(60, contrast=1.3).mean() < 50 < 200 < painted(190, contrast=1.3).mean()
    assert abs(painted(128, contrast=1.3).mean() - 128) < 3


def test_few_steps_leave_few_levels() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None].repeat(144, 0), 3, 2)

    assert len(np.unique(toned(ramp, painter(steps=5)))) == 5


@pytest.mark.parametrize("finish", ["water", "paper", "ink", "canvas", "chalk", "wax", "wood", "grid"])
def test_a_texture_is_the_places_own_and_grows_with_its_grain(finish: str) -> None:
    once, strong = painted(90, finish=finish), painted(90, finish=finish, grain=2.0)

    assert np.array_equal(once, painted(90, finish=finish))
    assert 0.3 < once.std() < strong.std()
    assert not np.array_equal(once, painted(90, seed=6, finish=finish))


def test_no_grain_is_no_texture() -> None:
    assert painted(90, finish="wood", grain=0.0).std() < 1


def test_a_print_ends_in_a_straight_margin_of_its_paper() -> None:
    mine = painter(margin=True, paper="#102030", finish="wood")
    paper = paper_of(mine, 5, SIZE, False)
    picture = finished(grey(200), mine, paper)

    assert paper.bare is not None and paper.bare[:, 0].all() and paper.bare[0].all()
    assert not paper.bare[72, 20:-20].any()
    assert abs(picture[:, 0].mean(0) - (0x30, 0x20, 0x10)).max() < 8


def test_a_picture_in_squares_is_one_at_every_size() -> None:
    squares = painter(blocks=3.0)
    picture = np.random.default_rng(0).integers(0, 255, (72, 128, 3), dtype=np.uint8)

    out = finished(picture, squares, paper_of(squares, 5, (128, 72), False))

    assert (out[::2, ::2] == out[1::2, 1::2]).all()
