"""Small moving pictures of which everything is known: textures under a camera, things that cross them, tones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
RATE = 16000


def texture(side: int = 500, seed: int = 0, low: int = 40, high: int = 215) -> Picture:
    """A grey texture with details of several sizes, as BGR."""
    lot = np.random.default_rng(seed)
    field = np.zeros((side, side), np.float32)
    for cell, weight in ((40, 1.0), (15, 0.8), (6, 0.6)):
        grid = lot.random((side // cell + 3, side // cell + 3), dtype=np.float32)
        field += weight * np.asarray(cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC))
    field = (field - field.min()) / float(np.ptp(field))
    return np.repeat((low + (high - low) * field).astype(np.uint8)[..., None], 3, axis=2)


def camera(
    ground: Picture, count: int, size: tuple[int, int] = (160, 90), pan: float = 0.0, zoom: float = 0.0
) -> Iterator[Picture]:
    """Frames of a camera over a ground: the scene shifts by `pan` pixels and grows by the share `zoom` a frame."""
    side = ground.shape[0]
    for at in range(count):
        scale = (1 + zoom) ** at
        matrix = np.array(
            [[scale, 0, size[0] / 2 - scale * side / 2 + pan * at], [0, scale, size[1] / 2 - scale * side / 2]],
            np.float32,
        )
        yield np.asarray(cv2.warpAffine(ground, matrix, size), np.uint8)


def crossing(frames: Iterator[Picture], step: float, radius: int = 14) -> Iterator[Picture]:
    """The same with three spotted discs that go to the right by `step` pixels a frame, and come in again."""
    for at, frame in enumerate(frames):
        picture = frame.copy()
        wide = picture.shape[1] + 4 * radius
        for number, row in enumerate((20, 45, 70)):
            x = (number * wide / 3 + step * at) % wide - 2 * radius
            cv2.circle(picture, (round(x * 16), row * 16), radius * 16, (30, 30, 200), -1, cv2.LINE_AA, 4)
            for turn in range(5):
                spot = (
                    round((x + radius * 0.6 * np.cos(turn * 1.3)) * 16),
                    round((row + radius * 0.6 * np.sin(turn * 1.3)) * 16),
                )
                cv2.circle(picture, spot, radius * 3, (230, 230, 30), -1, cv2.LINE_AA, 4)
        yield picture


def plain(count: int, colour: tuple[int, int, int], size: tuple[int, int] = (160, 90)) -> Iterator[Picture]:
    """Frames of one colour (blue, green, red) with a little texture in it."""
    lot = np.random.default_rng(5)
    rough = cv2.resize(lot.integers(-8, 9, (12, 20)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    picture = np.clip(np.array(colour, np.float32) + rough[..., None], 0, 255).astype(np.uint8)
    for _ in range(count):
        yield picture


def tone(seconds: float, level: float) -> NDArray[np.float32]:
    """A tone of 400 Hz whose energy is `level` dB below full scale."""
    at = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(10 ** (level / 20) * np.sqrt(2) * np.sin(2 * np.pi * 400 * at), np.float32)


def write(path: Path, frames: Iterator[Picture], fps: int = 20, sound: Sequence[NDArray[np.float32]] = ()) -> Path:
    """An mp4 of some frames, with sound where there is any."""
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "18"})
        audio: Any = container.add_stream("aac", rate=RATE, layout="mono") if len(sound) else None
        for number, picture in enumerate(frames):
            if not number:
                video.width, video.height, video.pix_fmt = picture.shape[1], picture.shape[0], "yuv420p"
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(video.encode(None))
        if audio is not None:
            heard = np.concatenate(sound)
            for first in range(0, len(heard), 1024):
                frame = av.AudioFrame.from_ndarray(heard[None, first : first + 1024], format="fltp", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = RATE, first, Fraction(1, RATE)
                container.mux(audio.encode(frame))
            container.mux(audio.encode(None))
    return path
