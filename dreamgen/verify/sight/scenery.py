"""What a frame as a whole looks like: colours and edges by region, and what moves that is not the camera."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats, lab, resized
from dreamgen.engines.motion import camera_step, stabilised
from dreamgen.engines.watching import Reel

_ROWS, _COLUMNS, _CELL = 5, 8, 12
"""The frame is looked at in squares of this many pixels, this many rows of them and columns."""
_TURNS = 8
"""Directions of edges that are told apart."""


def scenery(image: NDArray[np.uint8], change: Floats, sure: float) -> Floats:
    """Measurements of one frame, (n,).

    Args:
        image: BGR.
        change: what changes in it to the next kept frame; see `change`.
        sure: how sure the camera's own motion is taken off it, 0-1.
    """
    return np.concatenate([_still(image), _falling(change, sure)])


def _still(image: NDArray[np.uint8]) -> Floats:
    small = resized(image, _ROWS * _CELL, _COLUMNS * _CELL)
    colours = lab(small)
    cells = colours.reshape(_ROWS, _CELL, _COLUMNS, _CELL, 3).swapaxes(1, 2).reshape(_ROWS * _COLUMNS, -1, 3)
    lightness = np.histogram(colours[..., 0], bins=8, range=(0, 100))[0] / colours[..., 0].size
    chroma = np.hypot(colours[..., 1], colours[..., 2])
    hue = np.arctan2(colours[..., 2], colours[..., 1])
    hues = np.histogram(hue, bins=12, range=(-np.pi, np.pi), weights=chroma)[0] / chroma.size
    return np.concatenate(
        [cells.mean(1).ravel(), cells.std(1).ravel(), lightness, hues, edges(colours[..., 0], _ROWS, _COLUMNS).ravel()]
    ).astype(np.float32)


def edges(plane: Floats, rows: int, columns: int) -> Floats:
    """Strength of edges by direction in each cell of a grid, (rows, columns, 8), square roots."""
    down, across = np.gradient(plane)
    strength = np.hypot(down, across)
    turn = ((np.arctan2(down, across) % np.pi) / np.pi * _TURNS).astype(int) % _TURNS
    h, w = plane.shape[0] // rows * rows, plane.shape[1] // columns * columns
    result = np.zeros((rows, columns, _TURNS), np.float32)
    for k in range(_TURNS):
        part = np.where(turn == k, strength, 0)[:h, :w]
        result[..., k] = part.reshape(rows, h // rows, columns, w // columns).mean((1, 3))
    return np.sqrt(result)


def change(reel: Reel, frame: int) -> tuple[Floats, float]:
    """What changes to the next kept frame, in levels of luma, and how sure the camera's own motion is taken off."""
    first = min(reel.kept(frame), max(0, reel.kept(reel.count) - reel.step))
    before, after = reel.grey(first), reel.grey(first + reel.step)
    step = camera_step(before[::2, ::2], after[::2, ::2])
    return after.astype(np.float32) - stabilised(before, step, 2.0).astype(np.float32), step.inliers


def _falling(change: Floats, sure: float) -> Floats:
    """What appears and disappears between two kept frames: rain makes steep bright streaks, snow makes dots."""
    parts = []
    for half in (change[: len(change) // 2], change[len(change) // 2 : int(len(change) * 0.86)]):
        size = np.abs(half)
        across, down = np.abs(np.diff(half, axis=1)).mean(), np.abs(np.diff(half, axis=0)).mean()
        parts += [
            size.mean(), *np.percentile(size, (80, 95, 99)), (size > 10).mean(), (size > 25).mean(),
            across / (down + 0.1), np.maximum(half, 0).mean() / (size.mean() + 0.1),
        ]  # fmt: skip
        blurred = resized(np.clip(size, 0, 255).astype(np.uint8), 18, 64).astype(np.float32)
        parts += [blurred.std() / (blurred.mean() + 0.5), float((blurred > 3).mean())]
    return np.array([*parts, sure], np.float32)
