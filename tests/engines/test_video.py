from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.engines.video import encode_segment, join_segments, probe, read_frame_at, read_frames, write_video
from dreamgen.errors import DreamgenError

SIZE = (96, 64)


def numbered(first: int, count: int) -> Iterator[NDArray[np.uint8]]:
    """Frames that show their own number as a grey level."""
    for number in range(first, first + count):
        yield np.full((SIZE[1], SIZE[0], 3), 8 * number + 4, np.uint8)


def number_of(picture: NDArray[np.uint8]) -> int:
    return round((float(picture.mean()) - 4) / 8)


def test_every_frame_comes_back_with_its_index(tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"

    assert write_video(numbered(0, 26), video, 24, SIZE) == 26

    assert [(index, number_of(picture)) for index, picture in read_frames(video)] == [(i, i) for i in range(26)]
    assert probe(video) == (Fraction(24), SIZE, 26)
    assert probe(video).seconds == pytest.approx(26 / 24)


@pytest.mark.parametrize("index", [0, 1, 9, 10, 19, 25])
def test_a_seek_finds_the_very_frame(tmp_path: Path, index: int) -> None:
    video = tmp_path / "film.mp4"
    write_video(numbered(0, 26), video, 1, SIZE)  # a key frame every 10 frames

    assert number_of(read_frame_at(video, index)) == index


def test_frames_can_be_read_in_steps(tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"
    write_video(numbered(0, 20), video, 24, SIZE)

    assert [index for index, _ in read_frames(video, 3, 15, 5)] == [3, 8, 13]


@pytest.mark.parametrize("lengths", [(5, 7, 3), (1, 1, 1), (2, 1, 20), (25,)])
def test_segments_are_joined_frame_by_frame(tmp_path: Path, lengths: tuple[int, ...]) -> None:
    video = tmp_path / "film.mp4"
    starts = [sum(lengths[:k]) for k in range(len(lengths))]
    segments: list[Path | bytes] = [
        encode_segment(numbered(start, length), 24, SIZE) for start, length in zip(starts, lengths, strict=True)
    ]

    total = join_segments(segments, video)

    assert total == sum(lengths)
    assert [number_of(picture) for _, picture in read_frames(video)] == list(range(total))
    with av.open(str(video)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
        times = [Fraction(packet.pts or 0) * packet.time_base * 24 for packet in packets]
        assert sorted(times) == list(range(total))
        assert {time for time, packet in zip(times, packets, strict=True) if packet.is_keyframe} == set(starts)
        assert container.streams.video[0].start_time == 0


def test_files_can_be_joined_like_segments(tmp_path: Path) -> None:
    for name, first in (("a.mp4", 0), ("b.mp4", 6)):
        write_video(numbered(first, 6), tmp_path / name, 24, SIZE)

    join_segments([tmp_path / "a.mp4", tmp_path / "b.mp4"], tmp_path / "ab.mp4")

    assert [number_of(picture) for _, picture in read_frames(tmp_path / "ab.mp4")] == list(range(12))


def test_segments_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    slow, fast = encode_segment(numbered(0, 3), 12, SIZE), encode_segment(numbered(0, 3), 24, SIZE)

    with pytest.raises(ValueError, match="encoded in another way"):
        join_segments([slow, fast], tmp_path / "film.mp4")

    assert list(tmp_path.iterdir()) == []


def test_the_same_frames_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.mp4", "two.mp4"):
        write_video(numbered(0, 12), tmp_path / name, 24, SIZE)

    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


@pytest.mark.parametrize("size", [(64, 48), (160, 96), (192, 108)])
def test_memory_full_of_other_things_does_not_show(size: tuple[int, int]) -> None:
    """x264 has read memory that nobody wrote, at some sizes, until a part of its look-ahead was turned off."""
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]

    def moving() -> Iterator[NDArray[np.uint8]]:
        for step in range(6):
            bands = (3 * columns + 7 * step, 5 * rows + 3 * step, 2 * (rows + columns))
            yield np.stack(bands, axis=-1).astype(np.uint8)

    results = set()
    for turn in range(25):
        _other_things = [np.random.default_rng(turn).bytes(9_000 * (1 + turn % 7)) for _ in range(20)]
        results.add(encode_segment(moving(), 8, size))

    assert len(results) == 1


def test_browsers_can_play_it_at_once(tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"
    write_video(numbered(0, 12), video, 24, SIZE)

    data = video.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat"), "the index comes first"
    with av.open(str(video)) as container:
        coder = container.streams.video[0].codec_context
        assert (coder.name, coder.pix_fmt) == ("h264", "yuv420p")


@pytest.mark.parametrize("colour", [(30, 40, 220), (200, 60, 20), (40, 200, 60), (240, 240, 240), (0, 200, 230)])
def test_colours_survive(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    video = tmp_path / "colour.mp4"
    frame = np.broadcast_to(np.array(colour, np.uint8), (SIZE[1], SIZE[0], 3))
    write_video([np.ascontiguousarray(frame)] * 3, video, 24, SIZE)

    assert np.abs(read_frame_at(video, 1).astype(int) - colour).max() <= 4
    with av.open(str(video)) as container:
        coder = container.streams.video[0].codec_context
        assert (coder.colorspace, coder.color_range) == (6, 1), "BT.601, limited: as it was converted"


@pytest.mark.parametrize("size", [(95, 64), (96, 63), (0, 0)])
def test_a_size_that_h264_cannot_have_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="even width and height"):
        encode_segment(numbered(0, 1), 24, size)


def test_no_frames_or_odd_ones_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        encode_segment([], 24, SIZE)
    with pytest.raises(ValueError, match=r"frame 0 is \(64, 96, 3\)"):
        encode_segment(numbered(0, 1), 24, (64, 96))


def test_what_is_no_video_is_named(tmp_path: Path) -> None:
    text = tmp_path / "note.mp4"
    text.write_text("not a film")

    with pytest.raises(DreamgenError, match=r"note\.mp4 can't be read as a video"):
        probe(text)
    with pytest.raises(DreamgenError, match="no video at"):
        read_frame_at(tmp_path / "missing.mp4", 0)


def test_a_damaged_video_is_named(tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"
    write_video(numbered(0, 12), video, 24, SIZE)
    video.write_bytes(video.read_bytes()[:-300])

    with pytest.raises(DreamgenError, match=r"film\.mp4 is damaged"):
        list(read_frames(video))


def test_a_frame_past_the_end_is_an_error(tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"
    write_video(numbered(0, 3), video, 24, SIZE)

    with pytest.raises(DreamgenError, match="has no frame 3"):
        read_frame_at(video, 3)
