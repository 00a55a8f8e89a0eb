"""H.264 in and out through PyAV: exact frames, exact times, the same bytes every time.

A shot is encoded alone, as a segment that begins with a key frame and refers to nothing outside itself; segments
are then joined packet by packet. So shots can be encoded in many processes, and a film is joined in no time.

Colours are converted by OpenCV, which knows BT.601 alone, and the file says so. A player that reads the tags and a
decoder that goes by the usual guess for pictures this small (BT.601) then agree.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.files import whole
from dreamgen.errors import DreamgenError

if TYPE_CHECKING:
    import av

Picture = NDArray[np.uint8]
"""One frame as BGR, (height, width, 3)."""

_BT601, _BT709, _LIMITED = 6, 1, 1
"""As FFmpeg numbers them: matrix, primaries and transfer, range."""

_DELAY = 2
"""By how many frames decoding runs ahead of showing, at most: B-frames that refer to B-frames."""


class Facts(NamedTuple):
    """What a video file says about itself."""

    fps: Fraction
    """Frames a second."""
    size: tuple[int, int]
    """Width and height in pixels."""
    frames: int
    """Length."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return float(self.frames / self.fps)


def encode_segment(frames: Iterable[Picture], fps: float, size: tuple[int, int]) -> bytes:
    """Frames as an mp4 in memory, to be joined with others of the same rate and size.

    Args:
        frames: BGR, (height, width, 3), at least one.
        fps: frames a second.
        size: width and height in pixels, both even (H.264 halves the colour planes).

    Raises:
        ValueError: for an odd size, no frames, or a frame of another size.
    """
    import av
    import cv2

    width, height = size
    if width % 2 or height % 2 or width < 2 or height < 2:
        raise ValueError(f"a video needs an even width and height, not {width}x{height}")
    buffer, count = io.BytesIO(), 0
    with av.open(buffer, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = add_pictures(container, fps, size)
        for count, picture in enumerate(frames, 1):
            if picture.shape != (height, width, 3):
                raise ValueError(f"frame {count - 1} is {picture.shape}, not {(height, width, 3)}")
            planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts = count - 1
            container.mux(stream.encode(frame))
        if not count:
            raise ValueError("a video needs at least one frame")
        container.mux(stream.encode(None))
    return buffer.getvalue()


def add_pictures(container: av.container.OutputContainer, fps: float, size: tuple[int, int]) -> av.VideoStream:
    """A stream of H.264 that comes out as the same bytes every time, to be fed with yuv420p in BT.601."""
    # One thread: the number of threads changes the bytes. No scene cuts: a shot begins with a key frame and has
    # another every ten seconds, so a flash of lightning costs nothing and no picture pops in the middle of a shot.
    # No mbtree: x264's look-ahead over macroblock trees reads memory that nobody wrote, and at some sizes (64x48,
    # 160x96, 320x192) the bytes change from run to run.
    tuning = f"keyint={round(10 * fps)}:scenecut=0:open-gop=0:mbtree=0"
    options = {"preset": "veryfast", "crf": "20", "x264-params": tuning}
    stream = container.add_stream("libx264", rate=rate_of(fps), options=options)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    coder = stream.codec_context
    coder.thread_count = 1
    coder.color_range = _LIMITED
    coder.colorspace = _BT601
    coder.color_primaries = coder.color_trc = _BT709
    return stream


def rate_of(fps: float) -> Fraction:
    """A frame rate as files have it: 29.97 is 30000/1001."""
    return Fraction(fps).limit_denominator(1001)


def join_segments(segments: Sequence[Path | bytes], path: Path) -> int:
    """Joins videos of one rate and size, in order and without re-encoding, and returns the number of frames.

    Args:
        segments: mp4 files, or their bytes, made by this module.
        path: the mp4 to write; it appears whole or not at all, with its index first so that browsers start at once.

    Raises:
        ValueError: when there is nothing to join, or the segments don't fit each other.
        DreamgenError: when `path` can't be written.
    """
    import av

    if not segments:
        raise ValueError("there is nothing to join")
    total = 0
    with whole(path) as unfinished:
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        with av.open(str(unfinished), "w", format="mp4", options=options) as container:
            joined: Any = None
            kind: Any = None
            for segment in segments:
                with av.open(_source(segment)) as part:
                    stream = part.streams.video[0]
                    joined = joined or container.add_stream_from_template(stream)
                    kind = kind or _kind(stream)
                    if _kind(stream) != kind:
                        raise ValueError(f"segment {segment!r:.80} was encoded in another way than the first")
                    total += _copy(part, stream, container, joined, total)
    return total


def _source(segment: Path | bytes) -> Any:
    return io.BytesIO(segment) if isinstance(segment, bytes) else str(segment)


def _kind(stream: av.VideoStream) -> tuple[Any, ...]:
    coder = stream.codec_context
    return stream.average_rate, stream.time_base, coder.width, coder.height, coder.extradata


def _copy(part: Any, stream: Any, container: Any, joined: Any, first: int) -> int:
    ticks = int(1 / (stream.average_rate * stream.time_base))
    count = 0
    for packet in part.demux(stream):
        if packet.dts is None:  # the demuxer's own mark of the end
            continue
        packet.pts += first * ticks
        # Anew, and not shifted: a segment too short for B-frames is decoded without delay, one that follows it is not.
        packet.dts = (first + count - _DELAY) * ticks
        packet.stream = joined
        container.mux(packet)
        count += 1
    return count


def write_video(frames: Iterable[Picture], path: Path, fps: float, size: tuple[int, int]) -> int:
    """Frames as an mp4 file, which appears whole or not at all; returns the number of frames.

    Args and errors are those of `encode_segment` and `join_segments`.
    """
    return join_segments([encode_segment(frames, fps, size)], path)


def probe(path: Path) -> Facts:
    """Rate, size and length of a video file.

    Raises:
        DreamgenError: when there is no such file, or it is not a video.
    """
    with _reading(path) as container:
        stream = container.streams.video[0]
        count = stream.frames or sum(packet.dts is not None for packet in container.demux(stream))
        return Facts(Fraction(stream.average_rate or 0), (stream.width, stream.height), count)


def read_frames(path: Path, start: int = 0, stop: int | None = None, step: int = 1) -> Iterator[tuple[int, Picture]]:
    """Frames `start`, `start + step`, … before `stop`, each with its index.

    The index is computed from the time that the file gives each frame, so a seek can't be off by one.

    Raises:
        DreamgenError: when there is no such file, or it is not a video.
    """
    with _reading(path) as container:
        stream = container.streams.video[0]
        rate, base = Fraction(stream.average_rate or 0), Fraction(stream.time_base or 0)
        origin = stream.start_time or 0
        if start > 0:
            container.seek(origin + int(start / (rate * base)), stream=stream, backward=True)
        for frame in _decoded(container, stream, path):
            index = round(((frame.pts or 0) - origin) * base * rate)
            if stop is not None and index >= stop:
                return
            if index >= start and (index - start) % step == 0:
                yield index, np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def _decoded(container: av.container.InputContainer, stream: av.VideoStream, path: Path) -> Iterator[av.VideoFrame]:
    import av

    try:
        yield from container.decode(stream)
    except av.FFmpegError as error:
        raise DreamgenError(f"{path} is damaged: {error}", "Render the clip again.") from error


def read_frame_at(path: Path, index: int) -> Picture:
    """One frame as BGR, (height, width, 3).

    Raises:
        DreamgenError: when the video can't be read, or is shorter.
    """
    for _, picture in read_frames(path, index, index + 1):
        return picture
    raise DreamgenError(f"{path} has no frame {index}", f"It has {probe(path).frames} frames.")


def _reading(path: Path) -> av.container.InputContainer:
    import av

    if not path.is_file():
        raise DreamgenError(f"no video at {path}", "Render the clip again, or give the path of an mp4.")
    try:
        container = av.open(str(path))
    except av.FFmpegError as error:
        raise DreamgenError(f"{path} can't be read as a video: {error}", "Render it again, or give an mp4.") from error
    if not container.streams.video:
        container.close()
        raise DreamgenError(f"{path} holds no pictures", "Give a video, not a sound file.")
    return container
