from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dreamgen.core.pairs import View
from dreamgen.engines.video import write_video
from dreamgen.engines.vision.frames import frames_name, sample
from dreamgen.engines.vision.seeing import Frames
from dreamgen.errors import DreamgenError

FPS = 8


def clip(path: Path, frames: int, size: tuple[int, int] = (64, 32)) -> Path:
    """A film whose brightness says how late it is: 16 at its beginning, 235 at its end."""
    width, height = size

    def picture(number: int) -> np.ndarray:
        return np.full((height, width, 3), 16 + round(number / max(1, frames - 1) * 219), np.uint8)

    write_video((picture(number) for number in range(frames)), path, FPS, size)
    return path


def lateness(frames: Frames, length: float) -> list[float]:
    """The second of the film that each picture was taken at, read from its brightness."""
    return [float(picture.mean() - 16) / 219 * length for picture in frames.pixels]


def test_frames_come_from_the_middles_of_equal_parts_of_the_whole_clip(tmp_path: Path) -> None:
    seen = sample(clip(tmp_path / "clip.mp4", 8 * FPS), 4, 448)
    assert seen.times == (1.0, 3.0, 5.0, 7.0)
    assert seen.seconds == 8.0
    assert lateness(seen, 8.0) == pytest.approx(seen.times, abs=0.2)


def test_a_frame_is_shrunk_with_its_shape_and_never_made_larger(tmp_path: Path) -> None:
    video = clip(tmp_path / "clip.mp4", 4, (96, 48))
    assert sample(video, 2, 48).pixels.shape == (2, 24, 48, 3)
    assert sample(video, 2, 448).pixels.shape == (2, 48, 96, 3)


def test_colours_are_red_green_blue(tmp_path: Path) -> None:
    bgr = np.full((32, 32, 3), (30, 60, 220), np.uint8)
    write_video([bgr] * 4, tmp_path / "red.mp4", FPS, (32, 32))
    assert sample(tmp_path / "red.mp4", 1, 32).pixels.mean((0, 1, 2)) == pytest.approx((220, 60, 30), abs=5)


def test_a_short_clip_gives_each_of_its_frames_once(tmp_path: Path) -> None:
    assert len(sample(clip(tmp_path / "short.mp4", 3), 16, 448).times) == 3
    assert sample(clip(tmp_path / "still.mp4", 1), 16, 448).times == (0.0,)


def test_one_frame_is_the_one_in_the_middle(tmp_path: Path) -> None:
    assert sample(clip(tmp_path / "clip.mp4", 8 * FPS), 16, 448, "frame").times == (4.0,)


@pytest.mark.parametrize("view", ["shuffled", "reversed"])
def test_another_order_shows_the_same_pictures_at_times_that_give_nothing_away(tmp_path: Path, view: View) -> None:
    video = clip(tmp_path / "clip.mp4", 8 * FPS)
    true, other = sample(video, 8, 448), sample(video, 8, 448, view, seed=3)
    assert other.times == true.times
    assert not np.array_equal(other.pixels, true.pixels)
    assert sorted(lateness(other, 8)) == pytest.approx(lateness(true, 8))
    assert (lateness(other, 8) == sorted(lateness(other, 8), reverse=True)) == (view == "reversed")
    assert other.name != true.name


def test_two_frames_are_never_shuffled_into_their_true_order(tmp_path: Path) -> None:
    video = clip(tmp_path / "clip.mp4", 8 * FPS)
    assert {sample(video, 2, 64, "shuffled", seed).name for seed in range(8)} == {sample(video, 2, 64, "reversed").name}


def test_the_order_follows_from_the_seed_and_the_pictures(tmp_path: Path) -> None:
    one, two = clip(tmp_path / "one.mp4", 8 * FPS), clip(tmp_path / "two.mp4", 16 * FPS)
    first = [sample(one, 8, 64, "shuffled", seed).name for seed in (1, 1, 2)]
    assert first[0] == first[1] != first[2]
    order = [np.argsort(lateness(sample(video, 8, 64, "shuffled", 1), 1)).tolist() for video in (one, two)]
    assert order[0] != order[1]


def test_a_span_is_looked_at_alone(tmp_path: Path) -> None:
    video = clip(tmp_path / "clip.mp4", 8 * FPS)
    assert sample(video, 4, 64, span=(4.0, 8.0)).times == (4.5, 5.5, 6.5, 7.5)
    assert sample(video, 1, 64, span=(6.0, 99.0)).times == (7.0,)
    assert sample(video, 4, 64, span=(20.0, 30.0)).times == (7.875,)
    assert sample(video, 4, 64, span=(2.0, 4.0)).seconds == 8.0


def test_the_same_pictures_have_the_same_name(tmp_path: Path) -> None:
    seen = sample(clip(tmp_path / "clip.mp4", 2 * FPS), 4, 64)
    moved = sample(clip(tmp_path / "elsewhere.mp4", 2 * FPS), 4, 64)
    assert seen.name == moved.name == frames_name(seen.pixels, seen.times)
    assert (
        len({seen.name, frames_name(seen.pixels, (0.0, 1.0, 2.0, 3.0)), frames_name(seen.pixels + 1, seen.times)}) == 3
    )


def test_a_long_film_is_looked_at_where_it_should_be(tmp_path: Path) -> None:
    seconds = 90.0
    seen = sample(clip(tmp_path / "long.mp4", int(seconds * FPS)), 6, 32)
    assert seen.times == (7.5, 22.5, 37.5, 52.5, 67.5, 82.5)
    assert lateness(seen, seconds) == pytest.approx(seen.times, abs=1.0)


@pytest.mark.parametrize("kind", ["mkv", "ts"])
def test_films_that_say_less_of_themselves_are_looked_at_as_well(tmp_path: Path, kind: str) -> None:
    import av

    path = tmp_path / f"clip.{kind}"
    with av.open(str(clip(tmp_path / "clip.mp4", 20 * FPS))) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    seen = sample(path, 4, 32)
    assert seen.seconds == pytest.approx(20.0, abs=0.3)
    assert lateness(seen, 20.0) == pytest.approx((2.5, 7.5, 12.5, 17.5), abs=0.4)


def test_a_film_that_was_taken_with_the_camera_on_its_side_stands_upright(tmp_path: Path) -> None:
    bgr = np.zeros((32, 64, 3), np.uint8)
    bgr[:, 32:] = 255
    write_video([bgr] * 4, tmp_path / "film.mp4", FPS, (64, 32))
    data = bytearray((tmp_path / "film.mp4").read_bytes())
    at = data.index(b"tkhd") + 44
    # how a phone says: turn it clockwise by a quarter
    turned = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    data[at : at + 36] = b"".join(number.to_bytes(4, "big", signed=True) for number in turned)
    (tmp_path / "turned.mp4").write_bytes(data)
    seen = sample(tmp_path / "turned.mp4", 1, 64).pixels[0]
    assert seen.shape == (64, 32, 3)
    assert seen[:30].mean() < 10
    assert seen[34:].mean() > 245


def cut(path: Path, share: float) -> Path:
    """The film of which only the first part arrived."""
    data = clip(path, 16 * FPS).read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "can't be read as a video"), (0.1, "can't be read"), (0.7, "is cut short")]
)
def test_a_film_that_is_not_whole_is_an_error_with_its_name(tmp_path: Path, share: float, said: str) -> None:
    with pytest.raises(DreamgenError, match=said) as caught:
        sample(cut(tmp_path / "part.mp4", share), 8, 64)
    assert "part.mp4" in caught.value.message
    assert caught.value.hint


def test_what_is_no_film_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    for name, said in (("text.mp4", "can't be read as a video"), ("nothing.mp4", "no video"), (".", "no video")):
        with pytest.raises(DreamgenError, match=said):
            sample(tmp_path / name, 8, 64)


def test_nobody_asks_for_no_frames(tmp_path: Path) -> None:
    video = clip(tmp_path / "clip.mp4", 4)
    with pytest.raises(ValueError, match="0 frames"):
        sample(video, 0, 64)
    with pytest.raises(ValueError, match="none"):
        sample(video, 4, 64, "none")
