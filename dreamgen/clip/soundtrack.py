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
    track = np.zeros((length, 2), np.float32)
    spoken = [(round(voice.start * RATE), voice.sound) for voice in voices]
    if music is not None and length:
        # np.resize begins again where the music ends
        loudness = (volume * _fades(length) * _way_for(spoken, length))[:, None]
        track += np.resize(music, (length, 2)) * loudness
    for first, sound in spoken:
        heard = sound[: max(0, length - first)]
        track[first : first + len(heard)] += heard
    return np.rint(np.clip(track, -32768, 32767)).astype(np.int16)


def _fades(length: int) -> NDArray[np.float32]:
    at = np.arange(length, dtype=np.float32) / RATE
    left = length / RATE - at
    return np.minimum(np.minimum(at / _FADE_IN, left / _FADE_OUT), 1)


def _way_for(spoken: Sequence[tuple[int, Sound]], length: int) -> NDArray[np.float32]:
    """How loud the music is at every sample, 0-1."""
    loudness, way = np.ones(length, np.float32), round(_GIVING_WAY * RATE)
    for first, sound in spoken:
        stop = first + len(sound)
        near = np.arange(max(0, first - way), min(length, stop + way))
        away = np.maximum(np.maximum(first - near, near - stop), 0) / way
        loudness[near] = np.minimum(loudness[near], _DUCKED + (1 - _DUCKED) * away)
    return loudness
