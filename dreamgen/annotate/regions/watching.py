"""A second pass over the annotated frames: how the camera moved, and which colours lie under the masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dreamgen.annotate.measuring.tones import shares
from dreamgen.annotate.tracks import Track
from dreamgen.engines.imaging import opencv, resized
from dreamgen.engines.masks import pixels_of
from dreamgen.engines.motion import STILL, Similarity, camera_step, middle, softened, stabilised
from dreamgen.engines.segmenting import Reel

_WIDE = 640
"""Pixels of the pictures from which the camera's motion is taken, before they are made softer and half as large."""
_NOISE, _LEFT = 2.5, 0.6
"""Levels by which a picture differs from the one before, moved as the camera did, at most; or the share of what they
differ by without it."""
_SAMPLES = 12
"""Frames in which the colours of one thing are looked at, at most."""


@dataclass(frozen=True)
class Watched:
    """What was measured."""

    wide: int
    """Pixels of the width in which the camera's motion was measured."""
    high: int
    """Pixels of the height."""
    steps: dict[int, Similarity]
    """Annotated frame to how the set moved up to the next one."""
    tones: dict[str, tuple[NDArray[np.float32], ...]]
    """Entity to the share of each colour under its mask, in some frames."""


def watched(reel: Reel, tracks: Sequence[Track]) -> Watched:
    """Looks at every annotated frame once.

    Args:
        reel: the clip.
        tracks: what is followed in it: what moves by itself is no part of the set.
    """
    wide = max(2, min(_WIDE, reel.size[0]))
    high = max(2, round(reel.size[1] * wide / reel.size[0]))
    wanted = {track.entity: _spread([sight.frame for sight in track.seen]) for track in tracks}
    steps: dict[int, Similarity] = {}
    tones: dict[str, list[NDArray[np.float32]]] = {track.entity: [] for track in tracks}
    before: tuple[int, NDArray[np.uint8]] | None = None
    for place, picture in reel.forwards():
        frame = place * reel.step
        grey = softened(np.asarray(opencv().cvtColor(resized(picture, wide, high), opencv().COLOR_BGR2GRAY), np.uint8))
        if before is not None and before[0] == frame - reel.step:
            steps[before[0]] = _step(before, grey, tracks)
        before = frame, grey
        for track in tracks:
            if frame in wanted[track.entity]:
                tones[track.entity].append(_tones(track, frame, picture))
    return Watched(wide // 2, high // 2, steps, {who: tuple(some) for who, some in tones.items()})


def _spread(frames: Sequence[int]) -> frozenset[int]:
    places = np.linspace(0, len(frames) - 1, min(len(frames), _SAMPLES)).round()
    return frozenset(frames[int(place)] for place in places)


def _step(before: tuple[int, NDArray[np.uint8]], grey: NDArray[np.uint8], tracks: Sequence[Track]) -> Similarity:
    frame, small = before
    if min(small.shape) < 24:
        return Similarity(STILL.matrix, 0.0)
    # the rim may be paper, a black bar or a logo, none of which goes with the camera
    set_alone = middle(small)
    high, wide = small.shape
    for track in tracks:
        sight = track.at(frame)
        box = track.box(sight) if sight is not None else None
        if box is not None:
            rows = slice(int(box.y0 * high), -int(-box.y1 * high // 1))
            set_alone[rows, int(box.x0 * wide) : -int(-box.x1 * wide // 1)] = 0
    step = camera_step(small, grey, set_alone)
    left = _apart(stabilised(small, step), grey, set_alone)
    # what most points agree on may be a pattern that lies on the glass: then it does not explain the picture
    explained = left <= _NOISE or left <= _LEFT * _apart(small, grey, set_alone)
    return step if explained else Similarity(step.matrix, 0.0)


def _apart(one: NDArray[np.uint8], other: NDArray[np.uint8], within: NDArray[np.uint8]) -> float:
    """Mean difference of two grey pictures, in levels."""
    inside = within > 0
    return float(np.abs(one[inside].astype(np.int16) - other[inside]).mean()) if inside.any() else 0.0


def _tones(track: Track, frame: int, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    sight = track.at(frame)
    assert sight is not None
    assert sight.region is not None
    inside: NDArray[np.uint8] = picture[pixels_of(sight.region.rle, track.size)]
    return shares(inside[:, None])
