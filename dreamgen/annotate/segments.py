"""Shots become clips: one clip a shot, or as many shots as fit about half a minute."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from dreamgen.engines.excerpting import Piece

Unit = Literal["segments", "shots"]
"""Segments: shots in a row, up to the longest duration, and a long shot in several parts (PLM). Shots: each shot by
itself, or not at all (HICom)."""

_FUZZ: Final = 1e-3
"""Seconds by which a duration may miss a limit that it is meant to meet."""


class Stretch(NamedTuple):
    """A part of a video that may become a clip."""

    piece: Piece
    """Where it lies."""
    cuts: tuple[int, ...]
    """First frames of the shots inside it but the first, as numbers of the video."""
    reason: str = ""
    """Why it can't be a clip: too_short, too_long; empty where it can."""


class Timeline(NamedTuple):
    """When what is shown."""

    times: Sequence[float]
    """Seconds at which each frame is shown, rising."""
    end: float
    """Seconds at which the last frame ends."""
    cuts: tuple[int, ...]
    """First frames of all shots but the first."""

    def at(self, frame: int) -> float:
        """Seconds at which a frame is shown, or the end."""
        return self.times[frame] if frame < len(self.times) else self.end


def plan(
    line: Timeline, unit: Unit, shortest: float, longest: float, keyed: Callable[[int], bool]
) -> tuple[Stretch, ...]:
    """Divides a whole video into stretches, each with the reason if it is no clip.

    Args:
        line: frames and cuts.
        unit: what a clip is.
        shortest: seconds of a clip at least, inclusive.
        longest: seconds of a clip at most, inclusive.
        keyed: whether the video can be cut before a frame without encoding it again.
    """
    if unit == "shots":
        bounds = [0, *line.cuts, len(line.times)]
    else:
        bounds = [0]
        while bounds[-1] < len(line.times):
            bounds.append(_next(line, bounds[-1], shortest, longest, keyed))
    return tuple(_stretch(line, first, stop, shortest, longest) for first, stop in pairwise(bounds))


def _stretch(line: Timeline, first: int, stop: int, shortest: float, longest: float) -> Stretch:
    piece = Piece(first, stop, line.at(first), line.at(stop))
    length = piece.end - piece.start
    reason = "too_short" if length < shortest - _FUZZ else "too_long" if length > longest + _FUZZ else ""
    return Stretch(piece, line.cuts[bisect_right(line.cuts, first) : bisect_left(line.cuts, stop)], reason)


def _next(line: Timeline, first: int, shortest: float, longest: float, keyed: Callable[[int], bool]) -> int:
    """Where a segment ends: at a cut if there is one in good time, else where nothing need be encoded again.

    Of several cuts it is the last one before which the video's own bytes can be copied, or the last one.
    """
    start, count = line.at(first), len(line.times)
    if line.end - start <= longest + _FUZZ:
        return count
    # what is left after it must be long enough, too
    high = min(start + longest, max(line.end - shortest, start + shortest)) + _FUZZ
    low = start + max(shortest, longest / 2) if high >= start + longest / 2 else start + shortest
    some, beyond = max(first + 1, bisect_left(line.times, low - _FUZZ)), bisect_right(line.times, high)
    cuts = line.cuts[bisect_left(line.cuts, some) : bisect_left(line.cuts, beyond)]
    if cuts:
        return next((cut for cut in reversed(cuts) if keyed(cut)), cuts[-1])
    good = next((frame for frame in range(beyond - 1, some - 1, -1) if keyed(frame)), None)
    if good is not None:
        return good
    return max(first + 1, min(beyond - 1, count))
