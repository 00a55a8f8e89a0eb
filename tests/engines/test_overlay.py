from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dreamgen.engines.overlay import RED, WIDTH, boxed, sampled, write_overlay, write_stills
from dreamgen.engines.video import probe, read_frames, write_video

GREY = np.full((60, 80, 3), 90, np.uint8)


def test_P6_the_mark_is_red_four_pixels_wide_and_just_inside_the_box() -> None:
    picture = boxed(GREY, (10, 20, 50, 45))

    red = (picture[..., ::-1] == (255, 0, 0)).all(-1)
    rows, columns = np.nonzero(red)
    assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (10, 20, 50, 45)
    assert red.sum() == 40 * 25 - (40 - 8) * (25 - 8)
    assert not red[24:41, 14:46].any()
    assert (picture[~red] == 90).all()
    assert (RED, WIDTH) == ((255, 0, 0), 4)
    assert (GREY == 90).all()


def test_P6_without_a_box_a_picture_is_left_alone() -> None:
    assert np.array_equal(boxed(GREY, None), GREY)


@pytest.mark.parametrize("box", [(0, 0, 80, 60), (70, 50, 80, 60), (3, 3, 4, 4)])
def test_boxes_at_the_rim_and_smaller_than_the_line_are_drawn_inside_themselves(box: tuple[int, int, int, int]) -> None:
    red = (boxed(GREY, box)[..., ::-1] == RED).all(-1)
    left, top, right, bottom = box
    assert red[top:bottom, left:right].any()
    red[top:bottom, left:right] = False
    assert not red.any()


@pytest.mark.parametrize(
    ("frames", "fps", "most", "told"),
    [
        (96, 24, 4, (0, 24, 48, 72)),
        (90, 29.97, 3, (0, 30, 60)),
        (240, 24, 4, (0, 72, 144, 216)),
        (96, 24, 5, (0, 24, 48, 71, 95)),
        (3, 0.5, 32, (0, 1, 2)),
        (1, 24, 32, (0,)),
        (96, 24, 1, (0,)),
    ],
)
def test_P6_frames_are_shown_one_a_second_or_evenly_over_the_clip(
    frames: int, fps: float, most: int, told: tuple[int, ...]
) -> None:
    assert sampled(frames, fps, most) == told


def test_P6_a_film_and_stills_show_the_mark_where_the_boxes_say(tmp_path: Path) -> None:
    video = tmp_path / "grey.mp4"
    write_video((GREY for _ in range(6)), video, 6, (80, 60))
    boxes = (None, None, (8, 8, 40, 40), (8, 8, 40, 40), None, None)

    count = write_overlay(video, boxes, tmp_path / "out.mp4")
    stills = write_stills(video, boxes, (1, 2, 5), tmp_path / "stills")

    assert (count, probe(tmp_path / "out.mp4").frames) == (6, 6)
    marked = [picture[9:11, 20].mean(0) for _, picture in read_frames(tmp_path / "out.mp4")]
    assert [bool(blue_green_red[2] > 180 > 60 > blue_green_red[0]) for blue_green_red in marked] == [
        False, False, True, True, False, False,
    ]  # fmt: skip
    assert [path.name for path in stills] == ["000001.png", "000002.png", "000005.png"]
    assert [Image.open(path).getpixel((9, 20)) == RED for path in stills] == [False, True, False]
