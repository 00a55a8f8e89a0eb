"""How a picture flows into a later one: dense optical flow, and what of it the camera explains."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.imaging import opencv

Grey = NDArray[np.uint8]
Field = NDArray[np.float64]

_CELL = 4
"""Pixels between the points at which the flow is read."""
_TEXTURE = 4.0
"""Eigenvalue of the structure tensor, in squared levels a pixel, from which a point can be followed."""
_ROUNDS = 6
"""Of reweighting."""
_TOLERANCE = 0.35
"""Pixels by which a point may differ from the camera's motion and still agree with it."""
_FEW = 24
"""Points without which nothing is said."""


class Step(NamedTuple):
    """What happens between two pictures."""

    across: float
    """How far the scene shifts to the right, in picture widths; the camera turns the other way."""
    down: float
    """How far the scene shifts downwards, in picture heights."""
    growth: float
    """How much larger the scene gets: 0.01 is a hundredth."""
    agree: float
    """Share of the points that can be followed that move as the camera explains, 0-1."""
    followed: float
    """Share of all points that can be followed, 0-1; where it is 0, nothing else means anything."""
    moving: float
    """Share of the picture that moves otherwise, 0-1."""
    drift: tuple[float, float]
    """Mean motion of what moves otherwise, to the right and downwards, in picture widths."""
    together: float
    """How far all of that goes one way: 1 for the same motion everywhere, 0 where motions cancel out."""
    spread: float
    """In which share of nine fields of the picture points agree with the camera: few things that move together are no
    camera."""


NOTHING = Step(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, (0.0, 0.0), 0.0, 0.0)
"""Of pictures in which there is nothing to follow."""


def step(before: Grey, after: Grey) -> Step:
    """What happens between two grey pictures (h, w) of one size.

    The flow is that of Kroeger et al., "Fast Optical Flow using Dense Inverse Search" (ECCV 2016). The camera's part
    is the shift and growth on which most points agree, by reweighted least squares (Cauchy weights).
    """
    high, wide = before.shape
    field = np.asarray(_searcher().calc(before, after, None), np.float64)
    rows, columns = _grid(high, wide)
    sure = _texture(before)[rows, columns].ravel() > _TEXTURE
    if sure.sum() < _FEW:
        return NOTHING._replace(followed=float(sure.mean()))
    at = np.column_stack([columns.ravel() - (wide - 1) / 2, rows.ravel() - (high - 1) / 2])
    moves = field[rows, columns].reshape(-1, 2)
    shift, growth = _camera(at[sure], moves[sure])
    left = moves[sure] - shift - growth * at[sure]
    away = np.hypot(*left.T)
    other = away > 3 * _TOLERANCE
    drift = left[other].mean(0) if other.any() else np.zeros(2)
    together = float(np.hypot(*drift)) / float(away[other].mean()) if other.any() else 0.0
    return Step(
        float(shift[0] / wide), float(shift[1] / high), float(growth), float((away <= 2 * _TOLERANCE).mean()),
        float(sure.mean()), float(other.sum() / len(sure)), (float(drift[0] / wide), float(drift[1] / wide)), together,
        _spread(at[sure][away <= 2 * _TOLERANCE], (wide, high)),
    )  # fmt: skip


@lru_cache(maxsize=4)
def _grid(high: int, wide: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the points at which the flow is read."""
    rows, columns = np.mgrid[_CELL : high - _CELL + 1 : _CELL, _CELL : wide - _CELL + 1 : _CELL]
    return rows, columns


def _camera(at: Field, moves: Field) -> tuple[Field, float]:
    """Shift and growth that explain most of the moves."""
    shift, growth = np.median(moves, axis=0), 0.0
    for _ in range(_ROUNDS):
        away = np.hypot(*(moves - shift - growth * at).T)
        weight = 1 / (1 + (away / _TOLERANCE) ** 2)
        total = weight.sum()
        middle, mean = weight @ at / total, weight @ moves / total
        apart = at - middle
        spread = float((weight[:, None] * apart * apart).sum())
        growth = float((weight[:, None] * apart * (moves - mean)).sum()) / spread if spread > 0 else 0.0
        shift = mean - growth * middle
    return shift, growth


def _spread(at: Field, size: tuple[int, int]) -> float:
    """In which share of nine fields of a picture there are points, two at least."""
    fields = np.clip(((at / np.array(size) + 0.5) * 3).astype(int), 0, 2)
    return float((np.bincount(fields[:, 0] * 3 + fields[:, 1], minlength=9) >= 2).mean())


def _texture(grey: Grey) -> NDArray[np.float32]:
    """The smaller eigenvalue of the structure tensor: large where a shift in any direction would show."""
    found: NDArray[np.float32] = opencv().cornerMinEigenVal(grey, 5, ksize=3) * np.float32(255.0**2)
    return found


def _searcher() -> Any:
    # a new one each time: one that has seen pictures of another size finds other moves, and it costs next to nothing
    cv2 = opencv()
    return cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
