from __future__ import annotations

import pytest

from dreamgen.core.layout import Box, Camera
from dreamgen.illustrator.lens import Lens

PAN = Camera(start=Box(x0=0.0, y0=0.2, x1=0.5, y1=0.7), end=Box(x0=0.5, y0=0.2, x1=1.0, y1=0.7))


def test_the_window_fills_the_picture() -> None:
    lens = Lens(PAN, 2.0, (512, 288))
    left, top = lens.at(0.0).pixel(0.0, 0.2 * 576)
    right, bottom = lens.at(0.0).pixel(512.0, 0.7 * 576)
    assert (left, top, right, bottom) == pytest.approx((0, 0, 512, 288))
    assert lens.at(2.0).pixel(512.0, 0.2 * 576) == pytest.approx((0, 0))


def test_far_layers_move_less_than_near_ones() -> None:
    lens = Lens(PAN, 2.0, (512, 288))

    def travel(parallax: float) -> float:
        return abs(lens.at(2.0, parallax).x - lens.at(0.0, parallax).x)

    assert travel(0.05) < travel(0.5) < travel(1.0) < travel(1.35)


def test_times_after_the_shot_show_its_end() -> None:
    lens = Lens(PAN, 2.0, (512, 288))
    assert lens.at(9.0) == lens.at(2.0)
