import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dreamgen.core.layout import WHOLE, Box, Camera, Layout, Placement

EDGES = st.floats(-2, 2, allow_nan=False).map(lambda x: round(x, 3))
LENGTHS = st.floats(0.05, 2).map(lambda x: round(x, 3))
SHARES = st.floats(0, 1)
BOXES = st.builds(lambda x, y, w, h: Box(x0=x, y0=y, x1=x + w, y1=y + h), EDGES, EDGES, LENGTHS, LENGTHS)
WINDOWS = st.builds(lambda x, y, w: Box(x0=x, y0=y, x1=x + w, y1=y + w), EDGES, EDGES, LENGTHS)


def test_a_box_has_its_edges_in_order() -> None:
    with pytest.raises(ValidationError, match="x0 < x1"):
        Box(x0=1, y0=0, x1=0, y1=1)


@given(BOXES, BOXES)
def test_overlap_is_symmetrical_and_full_only_with_itself(one: Box, other: Box) -> None:
    assert one.iou(other) == pytest.approx(other.iou(one))
    assert 0 <= one.iou(other) <= 1 + 1e-9
    assert one.iou(one) == pytest.approx(1)


@given(WINDOWS, WINDOWS)
def test_a_camera_begins_and_ends_at_its_windows(start: Box, end: Box) -> None:
    camera = Camera(start=start, end=end)
    for u, window in ((0.0, start), (1.0, end)):
        assert camera.window(u).model_dump() == pytest.approx(window.model_dump(), abs=1e-9)


@given(WINDOWS, WINDOWS, SHARES)
def test_a_moving_window_keeps_the_aspect_of_the_stage(start: Box, end: Box, u: float) -> None:
    window = Camera(start=start, end=end).window(u)
    assert window.width == pytest.approx(window.height)
    assert min(start.width, end.width) - 1e-9 <= window.width <= max(start.width, end.width) + 1e-9


def test_a_zoom_looks_even() -> None:
    camera = Camera(move="zoom_in", start=WHOLE, end=Box(x0=0.25, y0=0.25, x1=0.75, y1=0.75))
    first, second = camera.window(0.5).width / camera.window(0).width, camera.window(1).width / camera.window(0.5).width
    assert first == pytest.approx(second)


def test_a_walker_goes_at_an_even_speed() -> None:
    start, end = Box(x0=0.1, y0=0.5, x1=0.2, y1=0.9), Box(x0=0.5, y0=0.5, x1=0.6, y1=0.9)
    walker = Placement(who="mara", box=start, end_box=end)
    assert [walker.at(u).x0 for u in (0, 0.25, 0.5, 1)] == pytest.approx([0.1, 0.2, 0.3, 0.5])


def test_who_stands_still_stays() -> None:
    box = Box(x0=0.1, y0=0.5, x1=0.2, y1=0.9)
    assert Placement(who="mara", box=box).at(0.7) == box


@given(BOXES, SHARES)
def test_the_wide_shot_shows_the_stage_as_it_is(box: Box, u: float) -> None:
    layout = Layout(placements=(Placement(who="mara", box=box),))
    assert layout.frame_box("mara", Camera(), u) == box


@given(BOXES, WINDOWS)
def test_a_body_that_fills_the_window_fills_the_frame(box: Box, window: Box) -> None:
    layout = Layout(placements=(Placement(who="mara", box=window),))
    seen = layout.frame_box("mara", Camera(start=window, end=window), 0.5)
    assert seen is not None
    assert seen.model_dump() == pytest.approx(WHOLE.model_dump(), abs=1e-6)


def test_who_is_not_in_the_shot_has_no_box() -> None:
    assert Layout().frame_box("mara", Camera(), 0) is None
