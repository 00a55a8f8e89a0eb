from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dreamgen.engines.editing import write_preview
from dreamgen.engines.video import write_video


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_preview_is_small_slow_and_short(tmp_path: Path, kind: str) -> None:
    frames = [np.full((64, 96, 3), 5 * number, np.uint8) for number in range(48)]
    write_video(frames, tmp_path / "film.mp4", 24, (96, 64))

    write_preview(tmp_path / "film.mp4", tmp_path / f"film.{kind}", width=48, fps=8, seconds=1.5)
    write_preview(tmp_path / "film.mp4", tmp_path / f"again.{kind}", width=48, fps=8, seconds=1.5)

    with Image.open(tmp_path / f"film.{kind}") as image:
        assert (image.size, getattr(image, "n_frames", 1)) == ((48, 32), 12)
    assert (tmp_path / f"film.{kind}").read_bytes() == (tmp_path / f"again.{kind}").read_bytes()
