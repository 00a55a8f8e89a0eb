from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dreamgen.engines.picking import pick, small_jpeg, some_of, spread
from dreamgen.engines.video import write_video
from dreamgen.errors import DreamgenError


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds in which it gets lighter by ten levels a frame."""
    path = tmp_path_factory.mktemp("steps") / "steps.mp4"
    write_video((np.full((32, 48, 3), 20 + 10 * number, np.uint8) for number in range(20)), path, 10, (48, 32))
    return path


def test_each_moment_shows_the_frame_that_is_on_screen_then(steps: Path) -> None:
    shown = [float(picture.mean()) for picture in pick(steps, (1.0, 0.0, 0.55, 1.95, 99.0))]
    assert np.allclose(shown, (120, 20, 70, 210, 210), atol=4)


def test_the_same_moment_twice_is_the_same_picture(steps: Path) -> None:
    one, two = pick(steps, (0.5, 0.5))
    assert np.array_equal(one, two)


def test_no_moments_no_pictures(steps: Path) -> None:
    assert pick(steps, ()) == []


def test_what_is_no_video_is_told(tmp_path: Path) -> None:
    (tmp_path / "words.mp4").write_text("words")
    for path in (tmp_path / "words.mp4", tmp_path / "nothing.mp4"):
        with pytest.raises(DreamgenError, match="can't be read as a video"):
            pick(path, (0.0,))


def test_moments_are_spread_evenly() -> None:
    assert spread(8.0, 4) == (1.0, 3.0, 5.0, 7.0)
    assert some_of((1.0, 2.0), 4) == (1.0, 2.0)
    assert some_of(tuple(map(float, range(10))), 2) == (2.0, 7.0)


def test_a_thumbnail_fits_and_keeps_its_shape() -> None:
    image = Image.open(io.BytesIO(small_jpeg(np.zeros((90, 160, 3), np.uint8), 64)))
    assert (image.format, image.size) == ("JPEG", (64, 36))
