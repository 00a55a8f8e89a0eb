"""When a claim speaks of, and which frames show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Span = tuple[float, float]

WHOLE: Final = "In the whole video"
_SLACK: Final = 0.25
"""Seconds by which a span may miss the ends of the clip and still be all of it."""


def instant(seconds: float) -> str:
    """`0:04.5`."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def stretch(span: Span, seconds: float) -> str:
    """`Between 0:04.0 and 0:08.0`, or `In the whole video`.

    Args:
        span: seconds of the clip.
        seconds: its length.
    """
    if span[0] <= _SLACK and span[1] >= seconds - _SLACK:
        return WHOLE
    return f"Between {instant(span[0])} and {instant(span[1])}"


def within(times: Sequence[float], span: Span) -> int:
    """How many of some frames lie in a span."""
    return sum(span[0] <= time <= span[1] for time in times)
