"""Single frames of a video by the time at which they are shown, in one pass that converts no other frame."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dreamgen.errors import DreamgenError

if TYPE_CHECKING:
    import av

Picture = NDArray[np.uint8]


def pick(video: Path, moments: Sequence[float]) -> list[Picture]:
    """What a video shows at each moment, in the order of the moments.

    Args:
        video: any file that PyAV decodes; its frame rate may vary.
        moments: seconds from its first frame; beyond the end the last frame counts.

    Raises:
        DreamgenError: when there is no such file, it is no video, or not a single frame can be decoded.
    """
    if not moments:
        return []
    import av

    order = sorted(range(len(moments)), key=lambda at: moments[at])
    found: dict[int, Picture] = {}
    last = None
    try:
        with av.open(str(video)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            start: float | None = None
            for frame in container.decode(stream):
                now = float(frame.time or 0.0)
                start = now if start is None else start
                while len(found) < len(order) and last is not None and moments[order[len(found)]] < now - start - 1e-6:
                    found[order[len(found)]] = _bgr(last)
                if len(found) == len(order):
                    break
                last = frame
    except (OSError, IndexError, av.FFmpegError) as error:
        if last is None:
            raise DreamgenError(f"{video} can't be read as a video: {error}", "Check the file.") from error
    if last is None:
        raise DreamgenError(f"{video} holds no pictures", "Give a video, not a sound file.")
    end = _bgr(last) if len(found) < len(order) else None
    return [found[at] if at in found else np.asarray(end) for at in range(len(moments))]


def _bgr(frame: av.VideoFrame) -> Picture:
    return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def spread(seconds: float, count: int) -> tuple[float, ...]:
    """The middles of `count` equal parts of a stretch that begins at 0."""
    return tuple(seconds * (2 * number + 1) / (2 * count) for number in range(count))


def some_of(moments: Sequence[float], most: int) -> tuple[float, ...]:
    """At most so many of the moments, spread evenly over them."""
    if len(moments) <= most:
        return tuple(moments)
    return tuple(moments[(2 * number + 1) * len(moments) // (2 * most)] for number in range(most))


def small_jpeg(picture: Picture, width: int) -> bytes:
    """A picture as a JPEG no wider and no higher than so many pixels."""
    image = Image.fromarray(np.ascontiguousarray(picture[..., ::-1]))
    image.thumbnail((width, width))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
