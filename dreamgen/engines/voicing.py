"""The sound of a stretch that is cut out of a found video, encoded again."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_RATE: Final = 48000
"""Samples a second of sound that is encoded again."""


class Voice:
    """The sound of one stretch, as AAC.

    Args:
        made: the container that it goes into.
        sound: the stream that it comes from.
        start: seconds of that stream's clock at which it begins.
        seconds: its length.
    """

    def __init__(self, made: Any, sound: Any, start: float, seconds: float) -> None:
        import av

        self._made, self._start, self._length = made, start, round(seconds * _RATE)
        layout = "mono" if sound.codec_context.layout.nb_channels == 1 else "stereo"
        self._stream = made.add_stream("aac", rate=_RATE, layout=layout)
        self._stream.codec_context.thread_count = 1
        self._stream.options = {"flags": "+bitexact"}
        self._even: Any = av.AudioResampler(format="fltp", layout=layout, rate=_RATE)
        self._layout, self._written, self._rest = layout, 0, np.zeros((1 if layout == "mono" else 2, 0), np.float32)
        self.done = False
        """Whether all of it was heard."""

    def take(self, packet: Any) -> None:
        """Decodes a packet and encodes what of it belongs to the piece."""
        import av

        if self.done:
            return
        try:
            for frame in packet.decode():
                if frame.pts is not None and frame.samples:
                    self._hear(frame)
        except (av.FFmpegError, ValueError):
            return  # a click

    def _hear(self, frame: Any) -> None:
        at = round((float(frame.pts * frame.time_base) - self._start) * _RATE)
        frame.pts = None
        for piece in self._even.resample(frame):
            samples = np.asarray(piece.to_ndarray(), np.float32)
            self._add(at, samples)
            at += samples.shape[1]

    def _add(self, at: int, samples: NDArray[np.float32]) -> None:
        have = self._written + self._rest.shape[1]
        if at + samples.shape[1] <= 0:
            return
        if abs(at - have) > _RATE // 20 or have == 0:  # a hole, or sound that begins before the piece
            if at < have:
                samples = samples[:, have - at :]
            else:
                silence = np.zeros((samples.shape[0], min(at, self._length) - have), np.float32)
                samples = np.concatenate([silence, samples], 1)
        self._rest = np.concatenate([self._rest, samples[:, : max(0, self._length - have)]], 1)
        self.done = self._written + self._rest.shape[1] >= self._length
        while self._rest.shape[1] >= 1024:
            self._put(1024)

    def _put(self, count: int) -> None:
        import av

        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(self._rest[:, :count]), format="fltp", layout=self._layout
        )
        frame.sample_rate, frame.pts, frame.time_base = _RATE, self._written, Fraction(1, _RATE)
        self._made.mux(self._stream.encode(frame))
        self._written += count
        self._rest = self._rest[:, count:]

    def finish(self) -> None:
        """Encodes the last samples; a track that was silent to the end says so."""
        if self._written + self._rest.shape[1] == 0:
            self._rest = np.zeros((self._rest.shape[0], min(self._length, 1024)), np.float32)
        if self._rest.shape[1]:
            self._put(self._rest.shape[1])
        self._made.mux(self._stream.encode(None))
