"""Frames as one small film, for servers that take films: every frame comes up at its time."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Final

import numpy as np

from dreamgen.engines.vision.seeing import Frames

_TICKS: Final = 1000
"""Of a second, in which times are told."""


def small_film(frames: Frames) -> bytes:
    """An mp4 in memory whose frames are these, at these times; the same bytes every time.

    Sides that are odd lose a line: H.264 halves the planes of colours.
    """
    import av

    height, width = (side // 2 * 2 or 2 for side in frames.pixels.shape[1:3])
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        # as in `video`: one thread, and none of the look-ahead whose bytes change from run to run
        options = {"preset": "veryfast", "crf": "12", "x264-params": "scenecut=0:mbtree=0:bframes=0"}
        stream = container.add_stream("libx264", rate=_rate(frames), options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1, _TICKS)
        for time, pixels in zip(frames.times, frames.pixels, strict=True):
            whole = np.ascontiguousarray(np.pad(pixels, ((0, 1), (0, 1), (0, 0)), mode="edge")[:height, :width])
            frame = av.VideoFrame.from_ndarray(whole, format="rgb24")
            frame.pts, frame.time_base = round(time * _TICKS), Fraction(1, _TICKS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _rate(frames: Frames) -> Fraction:
    """About how many frames a second there are."""
    return Fraction(len(frames.times) / max(frames.seconds, 1e-3)).limit_denominator(1000) or Fraction(1)
