"""Puts every frame of a video, small, and all of its sound before somebody who measures: one pass over the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from dreamgen.errors import DreamgenError

WIDE: Final = 160
"""Pixels of the longer side of what is shown."""
RATE: Final = 16000
"""Samples a second of what is heard."""


class Measures(Protocol):
    """Whoever measures."""

    def see(self, picture: NDArray[np.uint8], seconds: float) -> None:
        """One frame as BGR (h, w, 3), small, with its time from the start of the file."""
        ...

    def hear(self, samples: NDArray[np.float32], rate: int, seconds: float) -> None:
        """A stretch of one channel of sound, with its time."""
        ...


def small(size: tuple[int, int], wide: int = WIDE) -> tuple[int, int]:
    """A size whose longer side is `wide`, and both sides even."""
    longer = max(size)
    return max(2, round(size[0] * wide / longer / 2) * 2), max(2, round(size[1] * wide / longer / 2) * 2)


def show(path: Path, to: Measures) -> None:
    """Shows a whole file to somebody, frame after frame, with the sound that goes with it.

    Args:
        path: a video file; it may have no sound.
        to: sees frames in the order of their times, and hears stretches in the order of theirs.

    Raises:
        DreamgenError: when there is no such file, or nothing in it can be decoded.
    """
    import av

    if not path.is_file():
        raise DreamgenError(f"no video at {path}", "Run `dreamgen annotate` again.")
    try:
        with av.open(str(path)) as container:
            seen = sum(1 for _ in _shown(container, to))
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise DreamgenError(f"{path} can't be read as a video: {error}", "The file may be cut short.") from error
    if not seen:
        raise DreamgenError(f"{path} holds no frame that can be decoded", "The file may be cut short.")


def _shown(container: Any, to: Measures) -> Iterator[None]:
    from av.video.reformatter import VideoReformatter

    video = container.streams.video[0]
    video.thread_type = "AUTO"
    # sound in a codec that nobody here knows is no sound
    audio = next((one for one in container.streams.audio if one.codec_context is not None), None)
    even = _even()
    size = small((video.width, video.height))
    # a frame's own reformat would set a scaler up for each
    scaler = VideoReformatter()
    origin = float((video.start_time or 0) * video.time_base)
    for frame in container.decode(*(one for one in (video, audio) if one is not None)):
        if frame.pts is None:
            continue
        seconds = float(frame.pts * frame.time_base) - origin
        if isinstance(frame, _frame_kind()):
            picture = scaler.reformat(frame, *size, format="bgr24", interpolation="AREA").to_ndarray()
            to.see(np.asarray(picture, np.uint8), max(0.0, seconds))
            yield
        else:
            for piece in even.resample(frame):
                to.hear(np.asarray(piece.to_ndarray(), np.float32).ravel(), RATE, seconds)
                seconds += piece.samples / RATE


def _even() -> Any:
    import av

    return av.AudioResampler(format="flt", layout="mono", rate=RATE)


def _frame_kind() -> type[Any]:
    import av

    return av.VideoFrame
