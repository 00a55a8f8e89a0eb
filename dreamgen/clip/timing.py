"""Seconds of shots become whole frames."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dreamgen.core.media import Span
from dreamgen.core.story import Shot


def frame_count(seconds: float, fps: int) -> int:
    """The length of a shot in frames, at least one; half a frame rounds up.

    A shot's length depends on nothing but the shot, so that one which is made again alone has the same frames.
    """
    return max(1, math.floor(seconds * fps + 0.5))


def frame_times(shot: Shot, fps: int) -> tuple[float, ...]:
    """Seconds from the start of the shot at which each of its frames is taken."""
    return tuple(index / fps for index in range(frame_count(shot.seconds, fps)))


def spans(shots: Sequence[Shot], fps: int, first: int = 0) -> tuple[Span, ...]:
    """Where each shot lies in a clip that joins them by cuts, the first one beginning at frame `first`."""
    found = []
    for shot in shots:
        stop = first + frame_count(shot.seconds, fps)
        found.append(Span(shot=shot.id, first=first, stop=stop))
        first = stop
    return tuple(found)
