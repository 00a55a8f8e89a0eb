"""Times and stretches of time in sentences."""

from __future__ import annotations

import re
from typing import Final

Span = tuple[float, float]

_TIME: Final = r"(?:(\d+):(\d{2}(?:\.\d+)?)|(\d+(?:\.\d+)?)\s*(?:s\b|secs?\b|seconds?\b)?)"
_CLOCK: Final = re.compile(r"\b(\d+):(\d{2}(?:\.\d+)?)\b")
_STRETCH: Final = re.compile(rf"\b{_TIME}\s*(?:-|–|—|\bto\b|\band\b|\buntil\b|\btill\b)\s*(?:about\s+)?{_TIME}")


def stretch(text: str) -> Span | None:
    """`(8.0, 11.0)` for `from about 0:08 to 0:11` or `8 to 11 seconds`; None where there is not exactly one."""
    found = [(_seconds(*match.groups()[:3]), _seconds(*match.groups()[3:])) for match in _STRETCH.finditer(text)]
    return found[0] if len(found) == 1 and found[0][0] <= found[0][1] else None


def moments(text: str) -> tuple[float, ...]:
    """Times on a clock in a text, in seconds."""
    return tuple(int(minutes) * 60 + float(seconds) for minutes, seconds in _CLOCK.findall(text))


def iou(one: Span, other: Span) -> float:
    """Intersection over union of two stretches, 0-1."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    whole = max(one[1], other[1]) - min(one[0], other[0])
    return max(0.0, shared) / whole if whole > 0 else float(one == other)


def _seconds(minutes: str | None, seconds: str | None, plain: str | None) -> float:
    return float(plain) if plain is not None else int(minutes or 0) * 60 + float(seconds or 0)
