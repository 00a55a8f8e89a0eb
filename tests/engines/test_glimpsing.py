from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dreamgen.engines.gauging import show
from dreamgen.engines.glimpsing import RATE, glimpse
from dreamgen.errors import DreamgenError
from tests.moving import Picture, camera, texture, tone, write


class Listener:
    """Writes down what it is shown."""

    def __init__(self) -> None:
        self.seen: list[float] = []
        self.heard: list[tuple[float, int]] = []

    def see(self, picture: Picture, seconds: float) -> None:
        assert max(picture.shape[:2]) <= 160 and picture.dtype == np.uint8
        self.seen.append(seconds)

    def hear(self, samples: np.ndarray[tuple[int], np.dtype[np.float32]], rate: int, seconds: float) -> None:
        self.heard.append((seconds, len(samples)))


def test_a_clip_is_read_once_with_its_times_and_its_sound(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", camera(texture(), 40, (320, 180)), 20, [tone(2.0, -20)])
    found = glimpse(path)
    assert len(found.frames) == len(found.tiny) == 40
    assert found.end == pytest.approx(2.0)
    assert np.diff(found.times).max() < 0.2 and len(found.pictures) >= 12
    assert max(found.pictures[0].shape[:2]) == 256
    assert found.sound is not None and len(found.sound) / RATE == pytest.approx(2.0, abs=0.1)
    assert list(found.between(0.5, 1.0)) == [n for n, at in enumerate(found.times) if 0.5 <= at < 1.0]


def test_whoever_measures_is_shown_every_frame_and_all_of_the_sound(tmp_path: Path) -> None:
    listener = Listener()
    show(write(tmp_path / "a.mp4", camera(texture(), 40, (320, 180)), 20, [tone(2.0, -20)]), listener)
    assert np.allclose(listener.seen, np.arange(40) / 20, atol=1e-3)
    assert sum(count for _, count in listener.heard) / 16000 == pytest.approx(2.0, abs=0.1)
    assert [at for at, _ in listener.heard] == sorted(at for at, _ in listener.heard)


def test_a_clip_without_a_sound_track_has_no_sound(tmp_path: Path) -> None:
    assert glimpse(write(tmp_path / "a.mp4", camera(texture(), 4), 20)).sound is None


def test_what_is_no_video_is_told(tmp_path: Path) -> None:
    (tmp_path / "b.mp4").write_bytes(b"no video")
    for path in (tmp_path / "b.mp4", tmp_path / "none.mp4"):
        with pytest.raises(DreamgenError, match=path.name):
            glimpse(path)
        with pytest.raises(DreamgenError, match=path.name):
            show(path, Listener())
