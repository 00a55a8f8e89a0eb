"""What a video file says of itself, found out before more than one picture of it is decoded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dreamgen.errors import DreamgenError, first_line

if TYPE_CHECKING:
    import av

_LISTS: Final = frozenset({"concat", "concatf", "hls", "dash", "sdp", "imf", "lavfi", "tty", "bin", "xbin", "idf"})
"""What FFmpeg reads as a video though it is text, or names other files and addresses."""
_CURVES: Final = {16: "pq", 18: "hlg"}
"""Transfer curves of HDR, as FFmpeg numbers them (ITU-T H.273)."""
MOST: Final = 1 << 26
"""Pixels of a picture at most, twice those of 8K: a small file can hold pictures that fill the memory."""
_PEEK: Final = 240
"""Packets whose times are looked at to see whether the rate varies."""


class Unusable(DreamgenError):
    """A file that is no video, or none that can be read.

    Args:
        reason: machine-readable.
        message: what is wrong with it.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, "Convert it with a tool that knows it, or leave it out.")
        self.reason = reason


class FileFacts(NamedTuple):
    """What is known of a video before it is decoded."""

    container: str
    """mp4, matroska."""
    codec: str
    """h264, hevc, vp9."""
    pixels: str
    """The pixel format: yuv420p."""
    stored: tuple[int, int]
    """Width and height in pixels, as they are in the file."""
    size: tuple[int, int]
    """Width and height in pixels as a viewer sees them: turned, and with square pixels."""
    rotation: int
    """Degrees clockwise by which the stored picture is turned to be seen: 0, 90, 180, 270."""
    fps: Fraction
    """Frames a second; the mean where the rate varies."""
    variable: bool
    """Whether the rate varies among the first frames."""
    seconds: float
    """Length as the file has it; 0 where it does not say."""
    hdr: str
    """The curve of its brightness: pq, hlg; empty for an ordinary picture."""
    sound: bool
    """Whether it has an audio track."""


def open_found(path: Path) -> av.container.InputContainer:
    """A file that somebody found, opened for reading; it can't lead anywhere else.

    Raises:
        Unusable: when it can't be opened, is no video, or names other files.
    """
    import av

    if not os.path.isfile(path):  # to open a pipe would be to wait for it
        raise _why(path, FileNotFoundError())
    try:
        # by its whole path behind "file:", so that no name is taken for a protocol or an option
        container = av.open(
            f"file:{path.absolute()}", options={"protocol_whitelist": "file"}, metadata_errors="replace"
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise _why(path, error) from None
    if container.format.name in _LISTS or "_pipe" in container.format.name or container.format.name == "image2":
        name = container.format.name
        container.close()
        kind = "a_picture" if name not in _LISTS else "no_video"
        raise Unusable(kind, f"it is no video but {name.removesuffix('_pipe')}")
    for stream in container.streams.video[:1]:
        if stream.codec_context is not None:  # the size may change in the middle of a file, too
            stream.codec_context.options = {"max_pixels": str(MOST)}
    return container


def packets_of(container: Any, *streams: Any) -> Iterator[Any]:
    """The packets of some streams, to the end: after the last one PyAV trips over streams that began late."""
    try:
        yield from container.demux(*streams)
    except IndexError:
        return


def pictures_in(path: Path) -> int:
    """How many pictures a file holds whole, without decoding them: fewer than it says where it was cut off.

    Raises:
        Unusable: for a file that can't be opened, or holds no pictures.
    """
    with open_found(path) as container:
        if not container.streams.video:
            raise Unusable(*_NOTHING)
        packets = packets_of(container, container.streams.video[0])
        return sum(bool(packet.size) and not packet.is_corrupt for packet in packets)


def _why(path: Path, error: Exception) -> Unusable:
    """Why a file can't be opened."""
    if os.path.isdir(path):
        return Unusable("a_folder", "it is a folder")
    if not os.path.exists(path):
        link = os.path.islink(path)
        return Unusable("missing", "it is a link to nothing" if link else "there is no such file")
    if not os.path.isfile(path):
        return Unusable("no_file", "it is no ordinary file")
    if not os.access(path, os.R_OK):
        return Unusable("no_permission", "it may not be read")
    if path.stat().st_size == 0:
        return Unusable("empty", "it has no bytes")
    return Unusable("unreadable", _told(error))


def _told(error: BaseException) -> str:
    """What a library says, without the path that it repeats."""
    return str(getattr(error, "strerror", "") or first_line(error)).strip().rstrip(":")


def probe_file(path: Path) -> FileFacts:
    """What a file says of itself; one picture of it is decoded, to know that it can be.

    Raises:
        Unusable: for a file that is no video, or whose pictures nothing here decodes.
    """
    import av

    with open_found(path) as container:
        if not container.streams.video:
            raise Unusable(*(("audio_only", "it holds sound alone") if container.streams.audio else _NOTHING))
        stream = container.streams.video[0]
        if stream.codec_context is None:
            raise Unusable("unknown_codec", "nothing here decodes its pictures")
        wide, high = stream.codec_context.width, stream.codec_context.height
        if wide * high > MOST:
            raise Unusable("too_large", f"its pictures are {wide}x{high}; {MOST:,} pixels are read at most")
        try:
            frame = next((frame for packet in packets_of(container, stream) for frame in packet.decode()), None)
            if frame is None:
                raise Unusable("no_pictures", "no picture of it can be decoded")
            return _facts(container, stream, frame, _varies(container, stream))
        except (av.FFmpegError, ValueError) as error:
            raise Unusable("undecodable", _told(error)) from None


_NOTHING: Final = ("no_pictures", "it holds no pictures")


def _facts(container: Any, stream: Any, frame: Any, variable: bool) -> FileFacts:
    coder, turned = stream.codec_context, round(-frame.rotation / 90) * 90 % 360
    stored = (frame.width, frame.height)
    square = stream.sample_aspect_ratio or Fraction(1)
    wide = max(1, round(stored[0] * square)) if Fraction(1, 8) < square < 8 else stored[0]
    size = (stored[1], wide) if turned in (90, 270) else (wide, stored[1])
    attached = bool(getattr(stream.disposition, "value", 0) & 0x400)  # the cover of a song
    if attached and container.streams.audio:
        raise Unusable("audio_only", "it holds sound and a cover picture")
    return FileFacts(
        container=container.format.name.split(",")[0].replace("mov", "mp4"), codec=coder.name,
        pixels=frame.format.name, stored=stored, size=size, rotation=turned, fps=rate_said(stream), variable=variable,
        seconds=_seconds(container, stream), hdr=_CURVES.get(int(frame.color_trc or 0), ""),
        sound=any(track.codec_context is not None for track in container.streams.audio),
    )  # fmt: skip


def rate_said(stream: Any) -> Fraction:
    """Frames a second as the file has them; 25 where it says nothing that can be."""
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and 0 < rate <= 100_000:
            return Fraction(rate)
    return Fraction(25)


def _seconds(container: Any, stream: Any) -> float:
    if stream.duration and stream.time_base:
        return max(0.0, float(stream.duration * stream.time_base))
    return max(0.0, (container.duration or 0) / 1_000_000)


def _varies(container: Any, stream: Any) -> bool:
    """Whether the first frames are shown for different times; a tick more or less is rounding."""
    import av

    times = []
    try:
        container.seek(0, stream=None)
    except av.FFmpegError:
        return False  # bare pictures without a clock
    for packet in packets_of(container, stream):
        if packet.pts is not None:
            times.append(packet.pts)
        if len(times) >= _PEEK:
            break
    times.sort()
    # of the last frames some are still to come, and the very last may be shown for any time
    steps = [later - sooner for sooner, later in pairwise(times[: -16 if len(times) == _PEEK else -1])]
    return bool(steps) and max(steps) - min(steps) > 2
