"""Small films of every kind, made on the spot: what people bring along."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Pixels = NDArray[np.uint8]


def scene(number: int, frames: int, size: tuple[int, int] = (96, 64)) -> list[Pixels]:
    """A shot like no other: coarse blocks of colours, over which a white square goes."""
    lot = np.random.default_rng(number)
    coarse = lot.integers(20, 220, (4, 6, 3), dtype=np.uint8)
    high, wide = size[1] // 4 + 1, size[0] // 6 + 1
    ground = np.kron(coarse, np.ones((high, wide, 1), np.uint8))[: size[1], : size[0]]
    shots = []
    for frame in range(frames):
        picture = ground.copy()
        left = 4 + frame % max(1, size[0] - 20)
        picture[size[1] // 2 : size[1] // 2 + 8, left : left + 8] = 255
        shots.append(picture)
    return shots


def page(seed: int) -> Pixels:
    """A page of words that nobody wrote."""
    lot = np.random.default_rng(seed)
    sheet = Image.new("L", (320, 192), 255)
    pen = ImageDraw.Draw(sheet)
    for line in range(8, 180, 14):
        left = 10
        while left < 290:
            word = "".join(chr(97 + letter) for letter in lot.integers(0, 26, lot.integers(1, 9)))
            pen.text((left, line), word, 0)
            left += 7 * len(word) + 8
    return np.asarray(sheet.convert("RGB"), np.uint8)


def film(
    path: Path, frames: Sequence[Pixels], rate: float | Fraction = 25, codec: str = "libx264", pixels: str = "yuv420p",
    times: Sequence[int] = (), sound: bool = False, turn: int = 0, curve: int = 0, every: int = 12,
    options: dict[str, str] | None = None, container: dict[str, str] | None = None,
) -> Path:  # fmt: skip
    """Writes a film.

    Args:
        path: its ending names the container.
        frames: BGR.
        rate: frames a second.
        codec: of the pictures.
        pixels: their format.
        times: milliseconds at which each is shown; evenly where nothing is given.
        sound: whether a tone is heard.
        turn: degrees counter-clockwise by which a player turns it.
        curve: of its brightness, as FFmpeg numbers them: 16 is PQ, 18 HLG.
        every: frames from one key frame to the next.
        options: of the encoder.
        container: options of the container.
    """
    with av.open(str(path), "w", options=container or {}) as made:
        stream = made.add_stream(codec, rate=Fraction(rate).limit_denominator(100_000), options=options or {})
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pixels
        stream.codec_context.gop_size = every
        stream.codec_context.thread_count = 1
        if curve:
            stream.codec_context.color_trc, stream.codec_context.color_primaries = curve, 9
        if times:
            stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        if turn:
            stream.set_display_rotation(turn)
        voice = made.add_stream("aac", rate=48000, layout="mono") if sound else None
        for number, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=pixels)
            frame.pts = times[number] if times else number
            if times:
                frame.time_base = Fraction(1, 1000)
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
        if voice:
            _sing(made, voice, len(frames) / float(rate))
    return path


def _sing(made: av.container.OutputContainer, voice: av.AudioStream, seconds: float) -> None:
    for first in range(0, round(48000 * seconds), 1024):
        samples = 0.3 * np.sin(2 * np.pi * 440 * np.arange(first, first + 1024) / 48000)
        frame = av.AudioFrame.from_ndarray(samples.astype(np.float32)[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48000, first
        made.mux(voice.encode(frame))
    made.mux(voice.encode(None))


def song(path: Path) -> Path:
    """A file with sound alone."""
    with av.open(str(path), "w") as made:
        _sing(made, made.add_stream("aac", rate=48000, layout="mono"), 0.5)
    return path
