from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dreamgen.engines.video import encode_segment
from dreamgen.engines.watching import picture, watch
from dreamgen.errors import DreamgenError


def film(path: Path, frames: int = 30, fps: int = 24) -> Path:
    path.write_bytes(encode_segment((np.full((90, 160, 3), 8 * i, np.uint8) for i in range(frames)), fps, (160, 90)))
    return path


def test_every_frame_is_counted_and_every_second_one_kept(tmp_path: Path) -> None:
    reel = watch(film(tmp_path / "a.mp4"), width=128)
    assert (reel.count, reel.step, len(reel.planes), reel.fps) == (30, 2, 15, 24.0)
    assert (reel.width, reel.height, reel.original) == (128, 72, (160, 90))
    assert reel.thumbs.shape == (30, 36, 64, 3)
    assert reel.seconds == pytest.approx(1.25)


def test_a_kept_frame_has_the_colours_of_the_film(tmp_path: Path) -> None:
    reel = watch(film(tmp_path / "a.mp4"), width=128)
    assert reel.colour(20).mean() == pytest.approx(160, abs=3)
    assert reel.kept(21) in (20, 22) and reel.kept(999) == 28


@pytest.mark.parametrize("content", [b"", b"not a film", None])
def test_what_is_no_film_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "broken.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DreamgenError, match=r"broken\.mp4"):
        watch(path)


def test_a_picture_is_read_as_bgr_and_a_missing_one_is_named(tmp_path: Path) -> None:
    Image.new("RGB", (4, 3), (255, 0, 0)).save(tmp_path / "red.png")
    assert picture(tmp_path / "red.png")[0, 0].tolist() == [0, 0, 255]
    with pytest.raises(DreamgenError, match=r"nobody\.png"):
        picture(tmp_path / "nobody.png")
