"""Stretches of a clip as PLM counts them: frames from 0, the last one included; and as its trainer shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from dreamgen.core.media import Clip
from dreamgen.core.pairs import Segment
from dreamgen.export.conversations import plain

GONE: Final = "The subject is out of frame."
"""What is said of a stretch in which the subject can't be seen."""
_FOUND: Final = 0.9
"""Overlap with the answer beyond which RTLoc's measure takes a guess for right at each of its thresholds."""


class Stretch(NamedTuple):
    """Some frames, and what is said of them."""

    start: int
    """The first frame."""
    end: int
    """The last frame."""
    text: str
    """What happens in it."""


def stretch_of(segment: Segment, clip: Clip) -> Stretch:
    """A segment in frames of its clip; at least one frame long."""
    start = min(round(segment.start * clip.fps), clip.frames - 1)
    end = min(max(round(segment.end * clip.fps) - 1, start), clip.frames - 1)
    return Stretch(start, end, plain(segment.text))


def tiled(segments: Iterable[Segment], clip: Clip, seen: Sequence[object]) -> list[Stretch]:
    """Segments as stretches that cover all of a clip without gap or overlap; empty where they can't.

    What no segment speaks of, as a title card, is a stretch in which the subject is out of frame, if it is.

    Args:
        segments: in order.
        clip: what they are of.
        seen: one a frame of the clip; None where the subject can't be seen.
    """
    found: list[Stretch] = []
    for one in map(lambda segment: stretch_of(segment, clip), segments):
        _fill(found, one.start, seen)
        if one.start != _next(found):
            return []
        found.append(one)
    _fill(found, clip.frames, seen)
    return found if _next(found) == clip.frames else []


def _next(found: Sequence[Stretch]) -> int:
    return found[-1].end + 1 if found else 0


def _fill(found: list[Stretch], stop: int, seen: Sequence[object]) -> None:
    start = _next(found)
    if start < stop and not any(seen[start:stop]):
        found.append(Stretch(start, stop - 1, GONE))


def given_away(one: Stretch, seen: Sequence[object]) -> bool:
    """Whether the box alone tells when a stretch is: its subject can be seen then, and hardly at any other time.

    Whoever answers with the first and the last frame that have a box is right without having looked at what happens.

    Args:
        one: what is to be found.
        seen: one a frame; None where the subject has no box.
    """
    boxed = [frame for frame, box in enumerate(seen) if box]
    if not boxed:
        return False
    shared = min(boxed[-1], one.end) - max(boxed[0], one.start) + 1
    return shared > _FOUND * (max(boxed[-1], one.end) - min(boxed[0], one.start) + 1)


def shown(one: Stretch, frames: Sequence[int]) -> Stretch | None:
    """A stretch in frames as a model counts them, which sees some of them only; None where it sees none of it.

    Args:
        one: in frames of the clip.
        frames: those that are shown, in order.
    """
    inside = [place for place, frame in enumerate(frames) if one.start <= frame <= one.end]
    return Stretch(inside[0], inside[-1], one.text) if inside else None
