from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from dreamgen.engines.video import write_video
from dreamgen.export.rules.videos import Videos


def film(path: Path, fps: float, size: tuple[int, int] = (96, 64), frames: int = 10) -> None:
    pictures = (np.full((size[1], size[0], 3), 9 * number, np.uint8) for number in range(frames))
    write_video(pictures, path, fps, size)


def other_film(path: Path, codec: str, pixels: str, ticks: list[int], size: tuple[int, int] = (96, 64)) -> None:
    """A film whose frames are shown at these tenths of a second, with its index at the end."""
    with av.open(str(path), "w", format="mp4") as container:
        stream: Any = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        for number, tick in enumerate(ticks):
            picture = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), 9 * number, np.uint8), format="rgb24")
            picture.pts = tick
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


def test_a_right_one_is_left_alone(tmp_path: Path) -> None:
    film(tmp_path / "a.mp4", 1.0)
    assert Videos(tmp_path).defect("a.mp4") == ""


@pytest.mark.parametrize(
    ("fps", "size", "frames", "what"),
    [
        (0.5, (96, 64), 10, "0.5 frames a second"),
        (12, (96, 64), 7, "7 frames"),
        (12, (62, 96), 10, "62x96"),
    ],
)
def test_one_that_is_too_slow_short_or_small_is_found(
    fps: float, size: tuple[int, int], frames: int, what: str, tmp_path: Path
) -> None:
    film(tmp_path / "a.mp4", fps, size, frames)
    assert what in Videos(tmp_path).defect("a.mp4")


@pytest.mark.parametrize(
    ("codec", "pixels", "size", "ticks", "what"),
    [
        ("mpeg4", "yuv420p", (96, 64), list(range(10)), "mpeg4 in yuv420p"),
        ("libx264", "yuv444p", (96, 64), list(range(10)), "h264 in yuv444p"),
        ("libx264", "yuv444p", (97, 65), list(range(10)), "97x65"),
        ("libx264", "yuv420p", (96, 64), [*range(6), *range(10, 40, 5)], "a rate that varies"),
        ("libx264", "yuv420p", (96, 64), list(range(10)), "an index behind its pictures"),
    ],
)
def test_one_that_few_decoders_take_is_found(
    codec: str, pixels: str, size: tuple[int, int], ticks: list[int], what: str, tmp_path: Path
) -> None:
    other_film(tmp_path / "a.mp4", codec, pixels, ticks, size)
    assert what in Videos(tmp_path).defect("a.mp4")


def test_one_that_was_cut_off_is_found(tmp_path: Path) -> None:
    film(tmp_path / "whole.mp4", 12, frames=24)
    (tmp_path / "a.mp4").write_bytes((tmp_path / "whole.mp4").read_bytes()[:-150])
    assert re.search(r"24 frames, of which it holds \d+: it was cut off", Videos(tmp_path).defect("a.mp4"))


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (None, "names no clip but None"),
        ("", "names no clip but ''"),
        (["a.mp4"], "names no clip but ['a.mp4']"),
        ("b.mp4", "is not there"),
        ("/b.mp4", "is not below the folder"),
        ("../a.mp4", "is not below the folder"),
        ("clips\\a.mp4", "is not below the folder"),
        ("a\0.mp4", "is not below the folder"),
        ("broken.mp4", "can't be read"),
        ("a.gif", "pictures without a rate"),
        ("a.pkl", "unpickle"),
    ],
)
def test_a_path_that_leads_to_no_clip_is_found(path: object, what: str, tmp_path: Path) -> None:
    for name in ("broken.mp4", "a.gif", "a.pkl"):
        (tmp_path / name).write_bytes(b"no video")
    assert what in Videos(tmp_path).defect(path)
