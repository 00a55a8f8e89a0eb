"""Whether lips move: two looks at one face are laid over each other before its mouth is compared with its eyes.

A head moves by several pixels in a sixth of a second, and then every outline in a face seems to change. So the second
look is shifted until brow and eyes fit best. What of these still changes tells how far the mouth can be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats, resized
from dreamgen.verify.sight.finding import Place
from dreamgen.verify.sight.likeness import LYING, LYING_MIRRORED, MIRRORED

_SHAPE = 16 / 9
_UNIT = 20
"""Pixels that half the height of a skull gets."""
_FACE, _ROOM = 46, 12
"""Pixels of the square that is compared, and by how many the second one may be shifted."""
_EYES = slice(11, 29), slice(12, 42)
"""Rows and columns of brow and eyes in a face that looks right."""
_MOUTH = slice(30, 44), slice(18, 40)
"""Rows and columns around the mouth."""
_FOLLOWED = 3.5
"""Levels of luma by which brow and eyes may change; where it is more, they are not the same piece of face."""
_LEAST = 6
"""Pairs of looks in which a face must have been followed, or nothing is said of it."""


@dataclass(frozen=True)
class Change:
    """What differs between two looks at one face, in levels of luma."""

    mouth: float
    """Around the mouth."""
    eyes: float
    """At brow and eyes, which fit best: what is left there comes from the comparison."""


@dataclass(frozen=True)
class Lips:
    """What several pairs of looks say of one mouth."""

    moved: float
    """How much more the mouth changes than brow and eyes when it changes much, in levels of luma."""
    doubt: float
    """How much brow and eyes change."""


def lips(changes: Sequence[Change | None]) -> Lips | None:
    """Puts pairs of looks together; None when the face was not followed in enough of them."""
    followed = [change for change in changes if change is not None and change.eyes < _FOLLOWED]
    if len(followed) < _LEAST:
        return None
    # a mouth that talks may be as wide open a sixth of a second later: the upper quarter tells, not the middle
    moved = np.percentile([change.mouth - change.eyes for change in followed], 75)
    return Lips(float(moved), float(np.median([change.eyes for change in followed])))


def face_change(before: NDArray[np.uint8], at: Place, after: NDArray[np.uint8], then: Place) -> Change | None:
    """What differs in a face between two frames; None when it is not where it should be in the second one.

    Args:
        before: a frame, BGR.
        at: where the body is in it.
        after: a later frame, BGR.
        then: about where it is in that; the face is taken to be as large as before.
    """
    face = slice(_ROOM, _ROOM + _FACE)
    one, other = _square(before, at)[face, face], _square(after, replace(at, x=then.x, y=then.y))
    rows, columns = _EYES
    there = other[rows.start : rows.stop + 2 * _ROOM, columns.start : columns.stop + 2 * _ROOM]
    misfit = np.abs(sliding_window_view(there, one[_EYES].shape) - one[_EYES]).mean((2, 3))
    down, across = (int(i) for i in np.unravel_index(int(misfit.argmin()), misfit.shape))
    if {down, across} & {0, 2 * _ROOM}:
        return None
    change = _unexplained(one, other[down : down + _FACE, across : across + _FACE])
    return Change(float(change[_MOUTH].mean()), float(change[_EYES].mean()))


def expected(seen: Sequence[tuple[int, Place]], frame: int) -> Place:
    """Where somebody is in a frame who was found in others, their numbers in order: who walks is on their line."""
    near = min(seen, key=lambda one: abs(one[0] - frame))[1]
    if len(seen) == 1:
        return near
    (first, one), (last, other) = min(pairwise(seen), key=lambda two: abs(two[0][0] + two[1][0] - 2 * frame))
    if one.turn != other.turn or max(one.body, other.body) > 1.5 * min(one.body, other.body):
        return near
    share = (frame - first) / (last - first)
    return replace(
        near,
        x=one.x + share * (other.x - one.x),
        y=one.y + share * (other.y - one.y),
        body=one.body * (other.body / one.body) ** share,
    )


def _square(image: NDArray[np.uint8], place: Place) -> Floats:
    """The face and room around it, upright, as if it looked right; outside the frame its edge goes on."""
    height, width = image.shape[:2]
    x, y = place.head(_SHAPE)
    side = _FACE + 2 * _ROOM
    # as many pixels in both frames: a face that is a pixel larger fits nowhere
    half = max(2, round(side / 2 / _UNIT * place.radius * height))
    around = np.arange(-half, half)
    rows = np.clip(round(y * height) + around, 0, height - 1)
    columns = np.clip(round(x * width) + around, 0, width - 1)
    square = resized(np.ascontiguousarray(image[rows][:, columns]), side, side).astype(np.float32).mean(2)
    if place.turn in (MIRRORED, LYING_MIRRORED):
        square = square[:, ::-1]
    if place.turn in (LYING, LYING_MIRRORED):
        square = np.rot90(square, -1)
    return np.ascontiguousarray(square)


def _unexplained(one: Floats, other: Floats) -> Floats:
    """What of the change no shift by a pixel explains: a sharp outline never fits to a part of a pixel."""
    return np.maximum(_beyond(one, other), _beyond(other, one))


def _beyond(one: Floats, other: Floats) -> Floats:
    around = sliding_window_view(np.pad(other, 1, mode="edge"), (3, 3))
    beyond = np.maximum(one - around.max((2, 3)), around.min((2, 3)) - one)
    return np.asarray(np.maximum(0, beyond), np.float32)
