"""Reads a clip for somebody who checks measurements: pictures eight times a second, every frame tiny, all the sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.imaging import opencv
from dreamgen.errors import DreamgenError

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

WIDE: Final = 256
"""Pixels of the longer side of a picture."""
EVERY: Final = 0.125
"""Seconds from one picture to the next."""
FIRST: Final = 0.04
"""Seconds before the first picture: nobody else who measures looks at the same frames throughout."""
TINY: Final = (64, 36)
"""Pixels of every frame, tiny."""
RATE: Final = 22050
"""Samples a second of the sound."""


@dataclass(frozen=True)
class Glimpses:
    """What was read of a clip."""

    times: NDArray[np.float64]
    """When each picture is shown, in seconds, (n,)."""
    pictures: tuple[Pixels, ...]
    """BGR, (h, w, 3)."""
    frames: NDArray[np.float64]
    """When each frame is shown, in seconds, (frames,)."""
    tiny: Floats
    """Lightness of every frame, 0-255, (frames, 36, 64)."""
    sound: Floats | None
    """One channel at `RATE`, from the start of the clip; None without a sound track."""
    end: float
    """Seconds at which the last frame ends."""

    def between(self, start: float, end: float) -> range:
        """The pictures of a stretch."""
        low, high = np.searchsorted(self.times, (start - 1e-6, end - 1e-6))
        return range(int(low), int(high))


def glimpse(path: Path) -> Glimpses:
    """Reads a clip once.

    Raises:
        DreamgenError: when there is no such file, or nothing in it can be decoded.
    """
    import av

    if not path.is_file():
        raise DreamgenError(f"no video at {path}", "Render the clip again, or give the path of an mp4.")
    try:
        with av.open(str(path)) as container:
            return _read(container)
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise DreamgenError(f"{path} can't be read as a video: {error}", "The file may be cut short.") from error


def _read(container: Any) -> Glimpses:
    import av

    cv2 = opencv()
    video = container.streams.video[0]
    video.thread_type = "AUTO"
    audio = container.streams.audio[0] if container.streams.audio else None
    even = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    origin = float((video.start_time or 0) * video.time_base)
    size = _size(video.width, video.height)
    times: list[float] = []
    pictures: list[Pixels] = []
    frames: list[float] = []
    tiny: list[Floats] = []
    pieces: list[tuple[float, Floats]] = []
    due = FIRST
    for frame in container.decode(*(one for one in (video, audio) if one is not None)):
        if frame.pts is None:
            continue
        seconds = float(frame.pts * frame.time_base) - origin
        if isinstance(frame, av.AudioFrame):
            pieces += [(seconds, np.asarray(piece.to_ndarray(), np.float32).ravel()) for piece in even.resample(frame)]
            continue
        whole = frame.reformat(*size, format="bgr24", interpolation="AREA").to_ndarray()
        light = cv2.cvtColor(whole, cv2.COLOR_BGR2LAB)[..., 0]
        frames.append(seconds)
        tiny.append(cv2.resize(light, TINY, interpolation=cv2.INTER_AREA).astype(np.float32))
        if seconds >= due - 1e-6:
            times.append(seconds)
            pictures.append(whole)
            due += EVERY * max(1, int((seconds - due) / EVERY) + 1)
    if not frames:
        raise ValueError("it holds no frame")
    if not pictures:  # it is over before the first was due
        times, pictures = [frames[-1]], [whole]
    step = float(np.median(np.diff(frames))) if len(frames) > 1 else 1 / float(video.average_rate or 25)
    sound = _joined(pieces) if audio is not None else None
    return Glimpses(
        np.array(times), tuple(pictures), np.array(frames), np.stack(tiny), sound, frames[-1] + step
    )  # fmt: skip


def _size(width: int, height: int) -> tuple[int, int]:
    longer = max(width, height)
    return max(16, round(width * WIDE / longer)), max(16, round(height * WIDE / longer))


def _joined(pieces: list[tuple[float, Floats]]) -> Floats:
    """All of the sound, from the clip's start: what comes before is left out, and a late start is silence."""
    if not pieces:
        return np.zeros(0, np.float32)
    whole = np.concatenate([piece for _, piece in pieces]).astype(np.float32)
    late = round(pieces[0][0] * RATE)
    return whole[-late:] if late < 0 else np.concatenate([np.zeros(late, np.float32), whole])
