"""What is measured while a video is decoded once."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from dreamgen.annotate.measuring.tones import NAMES
from dreamgen.annotate.signals import Gauge, read_signals
from dreamgen.errors import DreamgenError
from tests.moving import RATE, camera, plain, texture, tone


def gauge(fps: float = 20.0) -> Gauge:
    """Two seconds of a still texture, two of a pan, with a tone that gets louder after two seconds."""
    found = Gauge(fps)
    frames = [*camera(texture(), 40), *camera(texture(seed=4), 40, pan=1.0)]
    for number, picture in enumerate(frames):
        found.see(picture, number / fps)
    found.hear(tone(2.0, -40), RATE, 0.0)
    found.hear(tone(2.0, -12), RATE, 2.0)
    return found


def test_the_numbers_of_a_clip_are_in_its_own_time(tmp_path: Path) -> None:
    gauge().write(tmp_path / "a.npz", 2.0, 4.0)
    found = read_signals(tmp_path / "a.npz")
    assert len(found.seconds) == 40 and found.seconds[0] == 0 and found.end == pytest.approx(2.0)
    assert found.change[0] == found.spots[0] == 0, "what came before the clip is none of it"
    assert found.spans.min() >= 0 and (found.spans[:, 1] < 2.0).all()
    assert len(found.heard) == 20 and (found.loudness > -14).all()
    assert found.tones.shape == (len(found.looks), len(NAMES))
    assert np.allclose(found.tones.sum(1), 1, atol=1e-4)


def test_the_same_numbers_are_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gauge().write(tmp_path / "a.npz", 0.0, 4.0)
    later = time.time() + 10_000
    monkeypatch.setattr(time, "time", lambda: later)
    gauge().write(tmp_path / "b.npz", 0.0, 4.0)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_stretches_of_sound_may_have_any_length() -> None:
    whole, pieces = Gauge(20), Gauge(20)
    sound = np.concatenate([tone(1.0, -30), tone(1.0, -10)])
    whole.hear(sound, RATE, 0.0)
    for first in range(0, len(sound), 777):
        pieces.hear(sound[first : first + 777], RATE, first / RATE)
    assert np.allclose(whole.signals().loudness, pieces.signals().loudness)
    assert whole.signals().heard == pytest.approx(pieces.signals().heard)


def test_a_gap_in_the_sound_leaves_its_times_right() -> None:
    found = Gauge(20)
    found.hear(tone(1.0, -30), RATE, 0.0)
    found.hear(tone(1.0, -30), RATE, 3.0)
    assert found.signals().heard[10] == pytest.approx(3.0)


def test_a_picture_of_one_colour_is_counted_as_that_colour() -> None:
    found = Gauge(20)
    for number, picture in enumerate(plain(10, (200, 80, 30))):
        found.see(picture, number / 20)
    shares = dict(zip(NAMES, found.signals().tones[0], strict=True))
    assert shares["blue"] > 0.9


def test_a_file_that_holds_no_signals_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"nothing")
    for name in ("a.npz", "none.npz"):
        with pytest.raises(DreamgenError, match="holds no signals"):
            read_signals(tmp_path / name)


def test_hours_of_video_take_little_memory() -> None:
    gauge, picture = Gauge(25), np.zeros((18, 32, 3), np.uint8)
    gauge.see(picture, 0.0)
    tracemalloc.start()
    for frame in range(1, 2001):
        gauge.see(picture, frame / 25)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 32 bytes a frame, and a look and a step now and then: an hour is less than 10 MB
    assert used < 100 * 2000
