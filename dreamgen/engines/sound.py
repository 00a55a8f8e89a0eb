"""Sound files as numbers, through PyAV."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dreamgen.errors import UsageError

RATE = 44100
"""Samples a second that everything is mixed at."""

Sound = NDArray[np.int16]
"""Left and right: (samples, 2) at `RATE`."""


def read_sound(path: Path) -> Sound:
    """A sound file, or a film's first sound track, whole.

    Raises:
        UsageError: when there is no such file, or no sound in it that can be read.
    """
    import av

    hint = "Give a WAV, MP3, FLAC, OGG or M4A file."
    if not path.is_file():
        raise UsageError(f"there is no sound file at {path}", hint)
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise UsageError(f"{path} holds no sound", hint)
            even = av.AudioResampler(format="s16", layout="stereo", rate=RATE)
            pieces = [piece for frame in container.decode(audio=0) for piece in even.resample(frame)]
            pieces += even.resample(None)
    except av.FFmpegError as error:
        raise UsageError(f"{path} can't be read as sound: {error}", hint) from None
    if not pieces:
        raise UsageError(f"{path} holds no sound", hint)
    return np.concatenate([piece.to_ndarray().reshape(-1, 2) for piece in pieces])
