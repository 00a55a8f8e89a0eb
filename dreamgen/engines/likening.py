"""Whether two pictures show the same scene, and how one lies over the other: features, matches and RANSAC."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.imaging import opencv

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

_FEATURES: Final = 350
_SOFT: Final = 1.2
"""Pixels by which a picture is softened."""
_RIM: Final = 0.07
"""Share of the picture's width and height that is left out at every side."""
_RATIO: Final = 0.8
"""A match is kept when the second best is so much worse (Lowe, IJCV 2004, section 7.1)."""
_NEAR: Final = 1.5
"""Pixels by which a match may miss and still agree."""
FEW: Final = 12
"""Matches that must agree for two pictures to show the same scene."""


@dataclass(frozen=True)
class Features:
    """What can be found again of one picture."""

    points: NDArray[np.float32]
    """(n, 2) pixels."""
    marks: NDArray[np.float32] | None
    """(n, 128)."""


@dataclass(frozen=True)
class Overlay:
    """How a later picture lies over an earlier one."""

    across: float
    """Shift of the middle to the right, in picture widths."""
    down: float
    """Shift of the middle downwards, in picture heights."""
    growth: float
    """Logarithm of how much larger things are."""
    agree: int
    """Matches that bear it out."""
    share: float
    """Of all matches, 0-1."""
    spread: float
    """In which share of nine fields of the earlier picture they lie: few things that move together are no camera."""
    matrix: Floats
    """(2, 3), pixels of the earlier picture to those of the later one."""
    rival: bool
    """Whether nothing moves but many other matches, all over the picture, agree on a motion: then a frame, a logo or a
    caption may stand still before a scene that moves, or a crowd move before one that stands still."""


def features(picture: Pixels) -> Features:
    """Scale-invariant features of a picture (h, w, 3), BGR, with its contrast evened out so that the dark counts."""
    cv2 = opencv()
    # grain, paper and compression stay where they are while the scene moves
    even = _evener().apply(cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (0, 0), _SOFT))
    points, marks = _finder().detectAndCompute(even, _inside(even.shape))
    return Features(np.array([point.pt for point in points], np.float32).reshape(-1, 2), marks)


def _inside(shape: tuple[int, ...]) -> Pixels:
    """A mask without the rim, where bars, frames and logos are."""
    mask = np.zeros(shape, np.uint8)
    high, wide = (round(side * _RIM) for side in shape)
    mask[high : shape[0] - high, wide : shape[1] - wide] = 255
    return mask


def overlay(earlier: Features, later: Features, size: tuple[int, int]) -> Overlay | None:
    """How one picture lies over another: the similarity on which most matches agree; None where too few do.

    Args:
        earlier: features of the one.
        later: of the other.
        size: width and height of both in pixels.
    """
    cv2 = opencv()
    if earlier.marks is None or later.marks is None or min(len(earlier.points), len(later.points)) < FEW:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(earlier.marks, later.marks, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < _RATIO * pair[1].distance]
    if len(good) < FEW:
        return None
    source = earlier.points[[match.queryIdx for match in good]]
    target = later.points[[match.trainIdx for match in good]]
    cv2.setRNGSeed(1)
    matrix, kept = cv2.estimateAffinePartial2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=_NEAR, maxIters=2000, confidence=0.995
    )
    if matrix is None or int(kept.sum()) < FEW:
        return None
    middle = np.array([(size[0] - 1) / 2, (size[1] - 1) / 2])
    shift = matrix[:, :2] @ middle + matrix[:, 2] - middle
    growth = float(np.log(max(np.hypot(matrix[0, 0], matrix[1, 0]), 1e-6)))
    still = bool(np.hypot(*shift) < 1.0 and abs(growth) < 0.005)
    return Overlay(
        float(shift[0] / size[0]), float(shift[1] / size[1]), growth, int(kept.sum()), float(kept.mean()),
        _spread(source[kept.ravel() > 0], size),
        np.asarray(matrix, np.float64),
        still and _rival(source[kept.ravel() == 0], target[kept.ravel() == 0], len(good), size),
    )  # fmt: skip


def _rival(source: NDArray[np.float32], target: NDArray[np.float32], total: int, size: tuple[int, int]) -> bool:
    """Whether matches that do not agree with the first motion agree on a second one."""
    if len(source) < max(8, 0.08 * total):
        return False
    cv2 = opencv()
    cv2.setRNGSeed(1)
    matrix, kept = cv2.estimateAffinePartial2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=_NEAR)
    if matrix is None:
        return False
    agree = kept.ravel() > 0
    return int(agree.sum()) >= max(8, 0.08 * total) and _spread(source[agree], size) >= 0.4


def _spread(points: NDArray[np.float32], size: tuple[int, int]) -> float:
    fields = np.clip((points / np.array(size) * 3).astype(int), 0, 2)
    return len({(int(x), int(y)) for x, y in fields}) / 9


def difference(earlier: Pixels, later: Pixels, matrix: Floats | None) -> NDArray[np.float32]:
    """How far two pictures differ, in levels of softened lightness (h, w), the earlier one laid over the later one."""
    cv2 = opencv()
    first, second = (
        cv2.GaussianBlur(cv2.cvtColor(one, cv2.COLOR_BGR2LAB)[..., 0], (0, 0), 1.5) for one in (earlier, later)
    )
    high, wide = first.shape
    mask = np.full((high, wide), 255, np.uint8)
    if matrix is not None:
        first = cv2.warpAffine(first, matrix, (wide, high), flags=cv2.INTER_LINEAR)
        mask = cv2.erode(cv2.warpAffine(mask, matrix, (wide, high)), np.ones((9, 9), np.uint8))
    apart: NDArray[np.float32] = cv2.absdiff(first, second).astype(np.float32)
    apart[mask < 255] = 0.0
    return apart


def tracks(earlier: Pixels, later: Pixels) -> tuple[Floats, Floats]:
    """Corners of a picture, and where they go in a picture a moment later, (n, 2) each: pyramidal Lucas-Kanade."""
    from dreamgen.engines.motion import corners, track

    cv2 = opencv()
    one, other = (cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) for picture in (earlier, later))
    points = corners(one, 400)
    if not len(points):
        return np.zeros((0, 2)), np.zeros((0, 2))
    there, found = track(one, other, points)
    return points[found].astype(np.float64), (there - points)[found].astype(np.float64)


@lru_cache(maxsize=1)
def _finder() -> Any:
    return opencv().SIFT_create(nfeatures=_FEATURES, contrastThreshold=0.03)


@lru_cache(maxsize=1)
def _evener() -> Any:
    return opencv().createCLAHE(clipLimit=2.0, tileGridSize=(4, 4))
