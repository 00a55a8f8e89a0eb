"""A film's sound: music under it that makes way for voices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.sound import RATE, Sound

_FADE_IN, _FADE_OUT = 1.0, 2.0
"""Seconds in which music comes and goes."""
_DUCKED = 0.25
"""What is left of the music while somebody speaks."""
_GIVING_WAY = 0.3
"""Seconds in which it makes way, before the voice begins and after it ends."""
_BLOCK = 20 * RATE
"""Samples that are mixed at once; a long film's sound is large in floating-point numbers."""


@dataclass(frozen=True)
class Voice:
    """Somebody speaks."""

    start: float
    """Seconds from the start of the film."""
    sound: Sound
    """What is heard."""


def mixed(seconds: float, music: Sound | None, volume: float, voices: Sequence[Voice]) -> Sound:
    """The sound of a whole film.

    Args:
        seconds: of the film; what sounds longer is cut off.
        music: played from the start, and again and again to the end; None for none.
        volume: of the music, 1 as it is.
        voices: at their own loudness.
    """
    length = round(seconds * RATE)
    track = np.zeros((length, 2), np.int16)
    spoken = [(round(voice.start * RATE), voice.sound) for voice in voices]
    for first in range(0, length, _BLOCK):
        at = np.arange(first, min(length, first + _BLOCK))
        block = np.zeros((len(at), 2), np.float32)
        if music is not None:
            loudness = volume * _fades(at, length) * _way_for(spoken, at)
            block += music[at % len(music)] * loudness[:, None]
        for start, sound in spoken:
            heard = (at >= start) & (at < start + len(sound))
            block[heard] += sound[at[heard] - start]
        track[at] = np.rint(np.clip(block, -32768, 32767)).astype(np.int16)
    return track


def _fades(at: NDArray[np.int64], length: int) -> NDArray[np.float32]:
    """How loud the music is when nobody speaks, 0-1."""
    come, left = at / (_FADE_IN * RATE), (length - at) / (_FADE_OUT * RATE)
    return np.minimum(np.minimum(come, left), 1).astype(np.float32)


def _way_for(spoken: Sequence[tuple[int, Sound]], at: NDArray[np.int64]) -> NDArray[np.float32]:
    """How much of the music is left beside the voices, 0-1."""
    left = np.ones(len(at), np.float32)
    for start, sound in spoken:
        away = np.maximum(np.maximum(start - at, at - start - len(sound)), 0) / (_GIVING_WAY * RATE)
        left = np.minimum(left, _DUCKED + (1 - _DUCKED) * np.minimum(away, 1)).astype(np.float32)
    return left
