from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.engines.moviemaking import Movie, write_movie
from dreamgen.engines.sound import RATE, read_sound
from dreamgen.engines.video import probe, read_frames
from dreamgen.errors import MissingExtra, UsageError

pytest.importorskip("moviepy")


def picture(index: int) -> NDArray[np.uint8]:
    """Red on the left, blue on the right, a little lighter every frame."""
    image = np.full((48, 64, 3), 4 * index, np.uint8)
    image[:, :32, 2], image[:, 32:, 0] = 200, 200
    return image


def hum(seconds: float) -> NDArray[np.int16]:
    wave_ = 9000 * np.sin(np.arange(round(seconds * RATE)) * 2 * np.pi * 440 / RATE)
    return np.stack([wave_, wave_], axis=1).astype(np.int16)


def test_a_film_with_sound_has_its_frames_its_colours_and_its_length(tmp_path: Path) -> None:
    seen: list[int] = []
    movie = Movie(picture, frames=17, fps=8, sound=hum(17 / 8))
    write_movie(movie, tmp_path / "film.mp4", lambda: seen.append(1))
    facts = probe(tmp_path / "film.mp4")
    assert (int(facts.fps), facts.size, facts.frames) == (8, (64, 48), 17)
    for index, frame in read_frames(tmp_path / "film.mp4"):
        assert np.abs(frame[:, :28].astype(int) - picture(index)[:, :28]).mean() < 6
        assert np.abs(frame[:, 36:].astype(int) - picture(index)[:, 36:]).mean() < 6
    heard = read_sound(tmp_path / "film.mp4")
    assert len(heard) == pytest.approx(17 / 8 * RATE, abs=3000)
    assert 6000 < np.abs(heard).max() < 11000
    assert len(seen) == 17


def test_the_same_film_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.mp4", "other.mp4"):
        write_movie(Movie(picture, frames=9, fps=8, sound=hum(9 / 8), fade=0.25), tmp_path / name)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "other.mp4").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.mp4", "other.mp4"]


def test_a_film_comes_out_of_black_and_goes_back(tmp_path: Path) -> None:
    white = np.full((48, 64, 3), 235, np.uint8)
    write_movie(Movie(lambda index: white, frames=24, fps=8, fade=1.0), tmp_path / "film.mp4")
    levels = [float(frame.mean()) for _, frame in read_frames(tmp_path / "film.mp4")]
    assert levels[0] < 20
    assert levels[4] == pytest.approx(235 / 2, abs=12)
    assert levels[12] == pytest.approx(235, abs=4)
    assert levels[-1] < 50


@pytest.mark.parametrize("length", [29, 49, 58])
def test_no_frame_is_lost_to_rounding(tmp_path: Path, length: int) -> None:
    write_movie(Movie(lambda index: picture(0), frames=length, fps=30), tmp_path / "film.mp4")
    assert probe(tmp_path / "film.mp4").frames == length


def test_a_failed_film_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken(index: int) -> NDArray[np.uint8]:
        if index == 3:
            raise UsageError("no more frames")
        return picture(index)

    with pytest.raises(UsageError, match="no more frames"):
        write_movie(Movie(broken, frames=8, fps=8), tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []


def test_without_moviepy_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamgen.engines.moviemaking.installed", lambda library: False)
    with pytest.raises(MissingExtra, match=r'pip install "dreamgen\[film\]"'):
        write_movie(Movie(picture, frames=1, fps=8), tmp_path / "film.mp4")


def test_sound_of_any_rate_comes_as_stereo_at_one_rate(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "voice.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes(np.full(22050, 5000, np.int16).tobytes())
    sound = read_sound(tmp_path / "voice.wav")
    assert sound.shape[1] == 2
    assert len(sound) == pytest.approx(RATE, abs=64)
    # FFmpeg keeps the power of a single channel: 3 dB less on either side
    assert int(np.median(sound)) == pytest.approx(5000 / np.sqrt(2), abs=2)


def test_what_is_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "noise.mp3").write_bytes(b"this is no music")
    with pytest.raises(UsageError, match="can't be read as sound"):
        read_sound(tmp_path / "noise.mp3")
    with pytest.raises(UsageError, match="no sound file"):
        read_sound(tmp_path / "none.mp3")
    write_movie(Movie(picture, frames=2, fps=8), tmp_path / "silent.mp4")
    with pytest.raises(UsageError, match="holds no sound"):
        read_sound(tmp_path / "silent.mp4")
