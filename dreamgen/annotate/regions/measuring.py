"""What a second look at followed things tells: where they go over the ground, and what colour they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, Literal

import numpy as np

from dreamgen.annotate.measuring.tones import NAMES
from dreamgen.annotate.regions.stating import seconds
from dreamgen.annotate.regions.watching import Watched
from dreamgen.annotate.tracks import Sight, Stretch, Track
from dreamgen.core.claims import Attribute, Claim, Movement

Way = Literal["left", "right", "none"]

_MOVES: Final = 0.05
"""Widths of the picture a second from which a thing goes somewhere."""
_STAYS: Final = 0.012
"""Widths a second up to which it stays where it is."""
_LEAST: Final = 1.0
"""Seconds of a movement, or of staying in place, that is worth a claim."""
_FAR: Final = 0.06
"""Widths of the picture that a movement covers, at least."""
_SMOOTH: Final = 0.5
"""Seconds over which speeds are averaged."""
_AGREE: Final = 0.5
"""Share of the points of the set that must agree on how the camera moved."""
_RIM: Final = 0.01
"""Share of the width within which a box touches the side of the picture: its middle then says nothing."""
_MOST: Final = 0.65
"""Share of a thing that must have one colour."""
_PLAIN: Final = 0.85
"""Share of an animal that must have one colour to be of that colour all over."""
_OFTEN: Final = 0.75
"""Share of the frames looked at in which it must have it."""


def movements(track: Track, watched: Watched, cuts: Sequence[int], fps: float) -> Iterator[Claim]:
    """Where a thing goes over the ground, with the camera's own motion taken off; nothing where that is not clear.

    Args:
        track: the thing.
        watched: how the camera moved.
        cuts: the first frame of every shot but the first.
        fps: frames of the clip a second.
    """
    for stretch in track.stretches():
        if stretch.state != "seen":
            continue
        speeds = _speeds(track, stretch, watched, cuts, fps)
        window = max(1, round(_SMOOTH * fps / track.step))
        ways = [_way(speeds, number, window) for number in range(len(speeds))]
        for way, run in groupby(range(len(ways)), key=lambda number: ways[number]):
            places = list(run)
            first, stop = speeds[places[0]][0], speeds[places[-1]][0] + track.step
            moved = sum(speeds[place][1] or 0.0 for place in places) * track.step / fps
            if way is None or (stop - first) / fps < _LEAST or (way != "none" and abs(moved) < _FAR):
                continue
            start, end = (seconds(min(frame, stretch.stop), fps, track.frames) for frame in (first, stop))
            yield Movement(start=start, end=end, entity=track.entity, direction=way)


def _speeds(
    track: Track, stretch: Stretch, watched: Watched, cuts: Sequence[int], fps: float
) -> list[tuple[int, float | None]]:
    """Frame and widths a second to the right over the ground, None where it is not known."""
    seen = [sight for sight in track.seen if stretch.first <= sight.frame < stretch.stop]
    return [(sight.frame, _speed(track, (sight, after), watched, cuts, fps)) for sight, after in pairwise(seen)]


def _speed(track: Track, pair: tuple[Sight, Sight], watched: Watched, cuts: Sequence[int], fps: float) -> float | None:
    before, after = pair
    step = watched.steps.get(before.frame)
    boxes = track.box(before), track.box(after)
    if step is None or step.inliers < _AGREE or after.frame - before.frame != track.step or None in boxes:
        return None
    if any(before.frame < cut <= after.frame for cut in cuts):
        return None
    old, new = boxes
    assert old is not None
    assert new is not None
    if min(old.x0, new.x0) < _RIM or max(old.x1, new.x1) > 1 - _RIM:
        return None
    scale = np.array([watched.wide, watched.high])
    expected = step.move(np.array([old.centre]) * scale)[0] / scale
    return float(new.centre[0] - expected[0]) * fps / track.step


def _way(speeds: Sequence[tuple[int, float | None]], number: int, window: int) -> Way | None:
    near = [speed for _, speed in speeds[max(0, number - window // 2) : number + window // 2 + 1] if speed is not None]
    if speeds[number][1] is None or not near:
        return None
    mean = sum(near) / len(near)
    if abs(mean) <= _STAYS and all(abs(speed) < _MOVES for speed in near):
        return "none"
    return None if abs(mean) < _MOVES else "right" if mean > 0 else "left"


def colours(track: Track, watched: Watched, fps: float) -> Iterator[Claim]:
    """The colour of a thing, or of an animal that is of one colour all over, while it is seen.

    Of people nothing is said: which of the colours under a mask is a coat's no mask tells.
    """
    tones = watched.tones.get(track.entity, ())
    if track.category == "person" or not tones:
        return
    least = _PLAIN if track.category == "animal" else _MOST
    best = int(np.argmax(np.mean(tones, axis=0)))
    clear = sum(float(tone[best]) >= least for tone in tones) >= _OFTEN * len(tones)
    if not clear or NAMES[best] == "none":
        return
    slot, value = ("coat", "plain") if track.category == "animal" else ("body", track.what.split()[-1])
    for stretch in track.stretches():
        if stretch.state == "seen":
            start, end = (seconds(frame, fps, track.frames) for frame in (stretch.first, stretch.stop))
            yield Attribute.model_validate(
                {"start": start, "end": end, "entity": track.entity, "slot": slot, "value": value,
                 "colour": NAMES[best]}
            )  # fmt: skip
