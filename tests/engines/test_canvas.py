"""Both rasterisers draw the same marks."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.engines import canvas
from dreamgen.engines.canvas import Fill, Line, Mark, Outline, Ramp, argb, blank, draw, drawn_by, rasteriser, stamp

RED, BLUE = argb((1.0, 0.0, 0.0)), argb((0.0, 0.0, 1.0))


def square(x: float, y: float, side: float) -> Outline:
    corners = np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)], float)
    curve = np.empty((13, 2))
    curve[0::3], curve[1::3], curve[2::3] = corners, corners[:-1], corners[1:]
    return Outline(curve, True)


def level(y: float, x0: float, x1: float) -> Outline:
    return Outline(np.array([(x0, y), (x0, y), (x1, y), (x1, y)], float), False)


@pytest.fixture(params=["skia", "opencv"])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "skia":
        pytest.importorskip("skia")
    with drawn_by(request.param):
        yield request.param


def painted(
    *marks: Mark, smooth: bool = True, zoom: float = 1.0, shift: tuple[float, float] = (0, 0)
) -> NDArray[np.uint8]:
    pixels = blank(40, 40)
    draw(pixels, marks, zoom, shift, smooth)
    return pixels


def test_a_fill_covers_its_inside_and_nothing_else(engine: str) -> None:
    pixels = painted(Fill(square(10, 10, 20), RED))
    assert tuple(pixels[20, 20]) == (0, 0, 255, 255)
    assert not pixels[4, 4].any() and not pixels[35, 35].any()
    assert abs(int((pixels[..., 3] > 127).sum()) - 400) <= 42


def test_what_an_outline_was_drawn_for_before_changes_no_pixel(engine: str) -> None:
    left, bend, tip, back, right = np.array([(5, 38), (14, 32), (29, 30), (17, 35), (8, 38)], float)
    along = (tip - left) / 6
    # a blade of grass, sharp where control points lie on each other: it depends on the last bits whether it is convex
    ends = [left, left, bend - along, bend, bend + along, tip, tip]
    curve = np.array([*ends, tip, back + along, back, back - along, right, right, right, left, left])
    used = Outline(curve, True)
    painted(Fill(used, RED))
    again, fresh = (painted(Fill(one, RED), zoom=1.5, shift=(-3.5, -20.75)) for one in (used, Outline(curve, True)))
    assert (again == fresh).all()


def test_later_marks_lie_over_earlier_ones(engine: str) -> None:
    pixels = painted(Fill(square(5, 5, 30), RED), Fill(square(15, 15, 10), BLUE))
    assert tuple(pixels[20, 20, :3]) == (255, 0, 0) and tuple(pixels[8, 8, :3]) == (0, 0, 255)


def test_zoom_and_shift_move_marks(engine: str) -> None:
    pixels = painted(Fill(square(1, 1, 5), RED), zoom=3.0, shift=(10, 4))
    assert pixels[14, 20, 3] == 255 and not pixels[3, 20].any() and not pixels[14, 9].any()


def test_a_line_is_as_wide_as_asked(engine: str) -> None:
    pixels = painted(Line(level(20, 5, 35), RED, 4.0))
    assert 3 <= int((pixels[:, 20, 3] > 127).sum()) <= 5
    assert not pixels[10, 20].any()


def test_half_opacity_is_premultiplied(engine: str) -> None:
    pixels = painted(Fill(square(10, 10, 20), argb((1.0, 0.0, 0.0), 0.5)))
    assert abs(int(pixels[20, 20, 3]) - 128) <= 2 and abs(int(pixels[20, 20, 2]) - 128) <= 2


def test_a_blurred_fill_has_a_soft_edge(engine: str) -> None:
    pixels = painted(Fill(square(12, 12, 16), RED, blur=3.0))
    edge = pixels[20, 8:16, 3].astype(int)
    assert (np.diff(edge) >= 0).all() and len(np.unique(edge)) >= 5


def test_an_offset_moves_one_fill(engine: str) -> None:
    pixels = painted(Fill(square(5, 5, 10), RED, offset=(15.0, 0.0)))
    assert pixels[10, 25, 3] == 255 and not pixels[10, 8].any()


def test_stamps_are_exact(engine: str) -> None:
    pixels = painted(Fill(square(10, 10, 20), stamp(7, 3)), Line(level(30, 12, 28), stamp(9, 1), 2.0), smooth=False)
    assert set(np.unique(pixels[..., 0]).tolist()) == {0, 7, 9} and set(np.unique(pixels[..., 1]).tolist()) == {0, 3, 1}


def test_a_ramp_goes_from_colour_to_colour(engine: str) -> None:
    ramp = Ramp((10.0, 0.0), (30.0, 0.0), (RED, BLUE), (0.0, 1.0))
    pixels = painted(Fill(square(10, 10, 20), RED, ramp))
    assert pixels[20, 20, 3] == 255
    if engine == "skia":
        assert int(pixels[20, 12, 2]) > 200 and int(pixels[20, 28, 0]) > 200


def test_what_lies_outside_is_no_error(engine: str) -> None:
    soft = Fill(square(-90, -90, 20), argb((1, 1, 1), 0.4), blur=2.0)
    assert not painted(Fill(square(100, 100, 20), RED), soft, Line(level(-50, -9, 9), RED, 3.0)).any()


def test_both_agree_where_it_matters() -> None:
    pytest.importorskip("skia")
    marks = (Fill(square(6, 6, 28), RED), Fill(square(12, 12, 9), BLUE), Line(level(30, 8, 32), BLUE, 2.0))
    with drawn_by("skia"):
        one = painted(*marks)
    with drawn_by("opencv"):
        other = painted(*marks)
    assert float(np.abs(one.astype(int) - other.astype(int)).mean()) < 12


def test_without_skia_opencv_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    canvas._found.cache_clear()
    monkeypatch.setitem(sys.modules, "skia", None)
    try:
        assert rasteriser() == "opencv"
    finally:
        canvas._found.cache_clear()


def test_an_outline_serves_both_rasterisers_in_turn() -> None:
    pytest.importorskip("skia")
    outline = square(10, 10, 20)
    for name in ("skia", "opencv", "skia"):
        with drawn_by(name):
            assert painted(Fill(outline, RED))[20, 20, 3] == 255
