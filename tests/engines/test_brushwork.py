from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines import brushwork

Pixels = NDArray[np.uint8]


def grey(level: int, height: int = 40, width: int = 64) -> Pixels:
    """A picture of one level."""
    return np.full((height, width, 3), level, np.uint8)


def half() -> Pixels:
    """Black on the left, white on the right."""
    picture = grey(0)
    picture[:, 32:] = 255
    return picture


def curve(levels: int) -> Pixels:
    """A curve that leaves so many levels."""
    table = np.round(np.arange(256) / 255 * (levels - 1)) / (levels - 1) * 255
    return np.repeat(table.astype(np.uint8)[None, :, None], 3, 2)


def test_a_warp_fetches_pixels_from_where_it_says() -> None:
    still = np.zeros((40, 64), np.float32)

    moved = brushwork.warped(half(), brushwork.warp(still + 5, still))

    assert np.array_equal(brushwork.warped(half(), brushwork.warp(still, still)), half())
    assert (moved[:, 27:, 0] == 255).all() and (moved[:, :27, 0] == 0).all()


def test_strokes_cover_everything_and_reach_no_further_than_they_are_long() -> None:
    laid = brushwork.strokes(60, 80, 10.0, seed=3)
    again, other = brushwork.strokes(60, 80, 10.0, seed=3), brushwork.strokes(60, 80, 10.0, seed=4)

    assert np.array_equal(laid.tone, again.tone) and not np.array_equal(laid.tone, other.tone)
    assert np.hypot(laid.across, laid.down).max() <= 1.3
    assert len(np.unique(laid.tone)) > 50


def test_scribbles_slant() -> None:
    field = brushwork.scribble(80, 80, 3, 40, seed=1)

    along, against = np.abs(field[1:, :-1] - field[:-1, 1:]).mean(), np.abs(field[1:, 1:] - field[:-1, :-1]).mean()
    assert field.shape == (80, 80)
    assert along < 0.6 * against


def test_dots_are_printed_where_it_is_dark() -> None:
    screen = brushwork.dot_screen(40, 64, 6.0, 0.6)
    dark, light = grey(60), grey(200)
    brushwork.dotted(dark, screen, 0.5)
    brushwork.dotted(light, screen, 0.5)

    assert 0.2 < float((dark < 50).mean()) < 0.95
    assert dark.min() >= 29, "ink is half opaque"
    assert (light == 200).all()


def test_light_blooms_around_what_is_bright_and_darkness_stays() -> None:
    picture = half()
    brushwork.bloomed(picture, 0.8, 8.0)

    assert picture[20, 30, 0] > 20 and picture[20, 4, 0] == 0


def test_squares_are_even_and_have_few_colours() -> None:
    ramp = np.repeat(np.linspace(0, 255, 64).astype(np.uint8)[None, :, None].repeat(40, 0), 3, 2)

    out = brushwork.blocked(ramp, 4, curve(5), 5)

    assert out.shape == ramp.shape
    squares = out.reshape(10, 4, 16, 4, 3)
    assert (squares == squares[:, :1, :, :1]).all()
    assert len(np.unique(out)) <= 5
    assert abs(float(out.mean()) - float(ramp.mean())) < 8, "dithering keeps the mean"
