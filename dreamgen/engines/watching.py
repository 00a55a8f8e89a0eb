"""Reads a whole film once, small: what the classical verifier looks at. PyAV decodes, libswscale shrinks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamgen.errors import DreamgenError

Grey = NDArray[np.uint8]
"""One plane, (height, width)."""

_BYTES_KEPT = 400_000_000


@dataclass(frozen=True)
class Reel:
    """A film at working size, held as YUV 4:2:0 planes to keep it at half the memory of BGR."""

    fps: float
    """Frames a second."""
    count: int
    """Frames in the film."""
    width: int
    """Of the kept frames, in pixels."""
    height: int
    """Of the kept frames, in pixels."""
    original: tuple[int, int]
    """Width and height of the film in pixels."""
    step: int
    """Every how many frames one is kept whole: frame 0, `step`, 2 * `step`, …"""
    planes: tuple[NDArray[np.uint8], ...]
    """The kept frames, each (height * 3 / 2, width): luma above, chroma below (I420)."""
    thumbs: NDArray[np.uint8]
    """Every frame, tiny, (count, 36, 64, 3) as Y, U, V: for finding cuts."""

    @property
    def seconds(self) -> float:
        """Length."""
        return self.count / self.fps

    def kept(self, frame: int) -> int:
        """The kept frame nearest to `frame`."""
        return min(max(round(frame / self.step), 0), len(self.planes) - 1) * self.step

    def grey(self, frame: int) -> Grey:
        """Luma of the kept frame nearest to `frame`, (height, width)."""
        return self.planes[self.kept(frame) // self.step][: self.height]

    def colour(self, frame: int) -> NDArray[np.uint8]:
        """The kept frame nearest to `frame` as BGR, (height, width, 3)."""
        import cv2

        return np.asarray(cv2.cvtColor(self.planes[self.kept(frame) // self.step], cv2.COLOR_YUV2BGR_I420), np.uint8)


def watch(path: Path, width: int = 512) -> Reel:
    """Decodes every frame of `path` once.

    Frames are kept whole about twelve times a second, fewer in a film so long that they would not fit the memory.

    Args:
        path: a video file.
        width: of the kept frames, in pixels; the height follows the film's shape.

    Raises:
        DreamgenError: when there is no such file, or nothing in it can be decoded.
    """
    import av

    if not path.is_file():
        raise DreamgenError(f"no video at {path}", "Render the clip again, or give the path of an mp4.")
    try:
        with av.open(str(path)) as container:
            return _read(container, width)
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise DreamgenError(
            f"{path} can't be read as a video: {error}", "Render the clip again; the file may be cut short."
        ) from error


def _read(container: Any, width: int) -> Reel:
    import cv2
    from av.video.reformatter import VideoReformatter

    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    rate = stream.average_rate
    fps = float(rate) if rate else 24.0
    height = max(2, round(stream.height * width / stream.width / 2) * 2)
    expected = stream.frames or int(fps * 60)
    step = max(1, round(fps / 12), -(-expected * width * height * 3 // 2 // _BYTES_KEPT))
    planes: list[NDArray[np.uint8]] = []
    thumbs: list[NDArray[np.uint8]] = []
    # a frame's own reformat would set a scaler up for each
    scaler = VideoReformatter()
    for number, frame in enumerate(container.decode(stream)):
        small = scaler.reformat(frame, width=width, height=height, format="yuv420p", interpolation="AREA")
        whole = np.asarray(small.to_ndarray(), np.uint8)
        quarter = whole[height:].reshape(2, height // 2, width // 2)
        luma = cv2.resize(whole[:height], (64, 36), interpolation=cv2.INTER_AREA)
        chroma = [cv2.resize(plane, (64, 36), interpolation=cv2.INTER_AREA) for plane in quarter]
        thumbs.append(np.dstack([luma, *chroma]).astype(np.uint8))
        if number % step == 0:
            planes.append(whole)
    if not planes:
        raise ValueError("it holds no frame")
    return Reel(fps, len(thumbs), width, height, (stream.width, stream.height), step, tuple(planes), np.stack(thumbs))


def picture(path: Path) -> NDArray[np.uint8]:
    """A still picture as BGR, (height, width, 3).

    Raises:
        DreamgenError: when there is no such file, or it is no picture.
    """
    import cv2

    data = np.frombuffer(path.read_bytes(), np.uint8) if path.is_file() else np.empty(0, np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if image is None:
        raise DreamgenError(f"no picture at {path}", "Render the portraits again.")
    return np.asarray(image, np.uint8)
