"""Single frames of a video at given times, without reading what lies far between them. PyAV decodes and shrinks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.errors import DreamgenError, first_line

if TYPE_CHECKING:
    import av

_FAR: Final = 3.0
"""Seconds to the next moment from which on it is worth while to seek."""
_LATE: Final = 1.0
"""Seconds that a film may end before its file says so: some count the sound."""
_AGAIN: Final = "Render the clip again, or give another file: this one may be cut short, or no video at all."


@contextmanager
def film(video: Path) -> Iterator[Film]:
    """Opens a video file to look at single frames of it.

    Raises:
        DreamgenError: when there is no such file, or it holds nothing that can be shown; while it is open, when
            something in it can't be decoded.
    """
    import av

    if not video.is_file():
        raise DreamgenError(f"no video at {video}", "Render the clip again, or give the path of a video.")
    reel = Film(video)
    try:
        reel.open()
        yield reel
    except (av.FFmpegError, ValueError) as error:
        raise DreamgenError(f"{video} can't be read as a video: {first_line(error)}", _AGAIN) from error
    finally:
        reel.close()


class Film:
    """A video of which single frames are looked at.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seeks = True
        self._container: av.container.InputContainer | None = None
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._shown: av.VideoFrame | None = None
        self._next: av.VideoFrame | None = None
        self.seconds = 0.0
        """Length."""

    def open(self) -> None:
        """Begins at the beginning. Raises whatever PyAV raises, and `DreamgenError` for a file without pictures."""
        import av

        self.close()
        self._container = av.open(str(self._path))
        if not self._container.streams.video:
            raise DreamgenError(f"{self._path} holds no pictures", "Give a video, not a sound file.")
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._tick = float(self._stream.time_base or 0)
        self._origin = (self._stream.start_time or 0) * self._tick
        self.seconds = self.seconds or self._length()
        self._begin()

    def close(self) -> None:
        """Lets go of the file."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def at(self, moments: Sequence[float], side: int) -> Iterator[tuple[float, NDArray[np.uint8]]]:
        """The frames that are on the screen at these moments, each once, with the time at which it came up.

        Args:
            moments: seconds from the beginning, rising.
            side: pixels of the longer side at most.

        Yields:
            Seconds, and RGB pixels (height, width, 3).

        Raises:
            DreamgenError: when the film ends before it should.
        """
        last = None
        for moment in moments:
            frame = self._to(moment)
            if frame.pts != last:
                yield self._time(frame), _pixels(frame, side)
            last = frame.pts

    def _to(self, moment: float) -> av.VideoFrame:
        """The frame that is on the screen at a moment, which is not before the last one."""
        if self._seeks and self._next is not None and moment - self._time(self._next) > _FAR:
            self._wind(moment)
        while self._next is not None and self._time(self._next) <= moment:
            self._shown, self._next = self._next, next(self._frames, None)
        frame = self._shown or self._next
        if frame is None:
            raise ValueError("it holds no frame")
        if self._next is None and moment > (end := self._end(frame)):
            what = f"{self._path} is cut short: it should last {self.seconds:.1f} s, and ends after {end:.1f} s"
            raise DreamgenError(what, _AGAIN)
        return frame

    def _wind(self, moment: float) -> None:
        """Goes to the key frame before a moment; or else through all that lies between, where the file can't tell."""
        assert self._container is not None
        self._container.seek(int((moment + self._origin) / self._tick), stream=self._stream, backward=True)
        self._begin()
        if self._next is None or self._time(self._next) > moment:
            self._seeks = False
            self.open()

    def _begin(self) -> None:
        assert self._container is not None
        self._frames = self._container.decode(self._stream)
        self._shown, self._next = None, next(self._frames, None)

    def _time(self, frame: av.VideoFrame) -> float:
        return max(0.0, (frame.pts or 0) * self._tick - self._origin)

    def _end(self, frame: av.VideoFrame) -> float:
        """When the last frame has been on the screen long enough."""
        return self._time(frame) + max(_LATE, (frame.duration or 0) * self._tick)

    def _length(self) -> float:
        """Seconds, as the file says or, where it says nothing, as long as its packets go."""
        if self._stream.duration:
            return self._stream.duration * self._tick
        import av

        with av.open(str(self._path)) as container:
            packets = container.demux(container.streams.video[0])
            ends = [packet.pts + (packet.duration or 0) for packet in packets if packet.pts is not None]
        return max(ends, default=0) * self._tick - self._origin


def _pixels(frame: av.VideoFrame, side: int) -> NDArray[np.uint8]:
    """RGB, (height, width, 3), upright."""
    from av.video.reformatter import Interpolation

    scale = min(1.0, side / max(frame.width, frame.height))
    width, height = (max(1, round(pixels * scale)) for pixels in (frame.width, frame.height))
    # the same pixels on every machine: what a model has answered is known by them
    exact = Interpolation.AREA | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
    small = frame.reformat(width=width, height=height, format="rgb24", interpolation=exact)
    return np.rot90(np.asarray(small.to_ndarray(), np.uint8), frame.rotation // 90 % 4)
