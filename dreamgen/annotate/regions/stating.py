"""What masks say: who is seen from when to when, who is out of the picture, and who is left of whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from dreamgen.annotate.tracks import Stretch, Track
from dreamgen.core.claims import Absence, Claim, Presence, Relation

_DIGITS: Final = 4
"""Of seconds."""
_LEAST: Final = 0.3
"""Seconds of a stretch that is worth a claim."""
_APART: Final = 0.2
"""Share of the narrower of two boxes by which they may overlap sideways and still be left and right of each other."""
_ALWAYS: Final = 0.95
"""Share of the annotated frames in which a side must be the same."""


def seconds(frame: int, fps: float, frames: int) -> float:
    """The time at which a frame begins; the clip's end for the one past the last."""
    return round(min(frame, frames) / fps, _DIGITS)


def presences(track: Track, fps: float) -> Iterator[Claim]:
    """From when to when a thing is seen, and from when to when it is not."""
    for stretch in track.stretches():
        if (stretch.stop - stretch.first) / fps < min(_LEAST, track.frames / fps):
            continue
        start, end = (seconds(frame, fps, track.frames) for frame in (stretch.first, stretch.stop))
        said = {"start": start, "end": end, "entity": track.entity, "what": track.what, "category": track.category}
        if stretch.state == "seen":
            yield Presence.model_validate(said)
        elif stretch.state == "gone":
            yield Absence.model_validate(said)


def relations(tracks: Sequence[Track], fps: float) -> Iterator[Claim]:
    """Who is left of whom, for all of the time that both are seen without a break."""
    for one, other in combinations(sorted(tracks, key=lambda track: track.entity), 2):
        for stretch in _together(one, other):
            if (stretch.stop - stretch.first) / fps < _LEAST:
                continue
            left = _left(one, other, stretch)
            if left is not None:
                first, second = (one, other) if left else (other, one)
                yield Relation(
                    start=seconds(stretch.first, fps, one.frames), end=seconds(stretch.stop, fps, one.frames),
                    entity=first.entity, relation="left of", other=second.entity,
                )  # fmt: skip


def _together(one: Track, other: Track) -> Iterator[Stretch]:
    for a in one.stretches():
        for b in other.stretches():
            first, stop = max(a.first, b.first), min(a.stop, b.stop)
            if a.state == b.state == "seen" and first < stop:
                yield Stretch(first, stop, "seen")


def _left(one: Track, other: Track, stretch: Stretch) -> bool | None:
    """Whether `one` is left of `other` all the time; None where that is not clear."""
    sides = []
    for sight in one.seen:
        beside = other.at(sight.frame)
        if not stretch.first <= sight.frame < stretch.stop or beside is None:
            continue
        a, b = one.box(sight), other.box(beside)
        if a is None or b is None:
            continue
        shared = min(a.x1, b.x1) - max(a.x0, b.x0)
        clear = shared <= _APART * min(a.width, b.width)
        sides.append((a.centre[0] < b.centre[0]) if clear else None)
    for side in (True, False):
        if sides and sides.count(side) >= _ALWAYS * len(sides):
            return side
    return None
