"""What a located body, head and face look like: edges by direction, colours against the chest, and what moves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats, lab, resized
from dreamgen.verify.sight.finding import Place
from dreamgen.verify.sight.likeness import LYING_MIRRORED, MIRRORED
from dreamgen.verify.sight.scenery import edges

_SHAPE = 16 / 9


def body_measures(image: NDArray[np.uint8], change: Floats, place: Place) -> Floats:
    """The whole body and the room around it, as if it looked right.

    Args:
        image: the frame, BGR.
        change: what changes in it to the next frame, levels of luma.
        place: where the body is.
    """
    x, y = place.head(_SHAPE)
    spot = _Spot(image, x, y + 0.37 * place.body, 0.62 * place.body, place.turn)
    picture = spot.cut(image, 60)
    colours = lab(picture)
    chest = np.median(colours[24:30, 26:33].reshape(-1, 3), axis=0)
    head = np.median(colours[8:14, 27:33].reshape(-1, 3), axis=0)
    like = [np.exp(-np.linalg.norm((colours - of) * (0.7, 1, 1), axis=2) / 14) for of in (chest, head)]
    grids = [plane.reshape(12, 5, 12, 5).mean((1, 3)).ravel() for plane in like]
    moved = _moved(spot, change, 60, 12)
    lines = edges(colours[..., 0], 10, 10)
    lines /= lines.mean() + 0.3
    own = [float(place.lying), float(np.log(place.body)), float(moved.mean())]
    return np.concatenate([lines.ravel(), *grids, moved, own]).astype(np.float32)


def head_measures(image: NDArray[np.uint8], place: Place) -> Floats:
    """The head and the shoulders, as if they looked right."""
    x, y = place.head(_SHAPE)
    return _pattern(_Spot(image, x, y, 0.24 * place.body, place.turn).cut(image, 48), 8)


def face_measures(image: NDArray[np.uint8], change: Floats, place: Place) -> Floats:
    """Eyes and mouth, as if they looked right, and what of them changes."""
    x, y = place.head(_SHAPE)
    spot = _Spot(image, x, y + 0.01 * place.body, 0.125 * place.body, place.turn)
    return np.concatenate([_pattern(spot.cut(image, 48), 8), _moved(spot, change, 48, 6)]).astype(np.float32)


def mouth_moves(change: Floats, place: Place) -> float:
    """How much more the mouth changes than the brow, in levels of luma."""
    x, y = place.head(_SHAPE)
    spot = _Spot(change, x, y, 0.125 * place.body, place.turn)
    amount = spot.cut(np.clip(np.abs(change), 0, 60).astype(np.uint8)[..., None], 24).astype(np.float32)
    return float(amount[14:20, 8:22].mean() - amount[2:8, 8:22].mean())


def _moved(spot: _Spot, change: Floats, size: int, cells: int) -> Floats:
    amount = spot.cut(np.clip(np.abs(change), 0, 60).astype(np.uint8)[..., None], size).astype(np.float32)
    side = size // cells
    return np.asarray(amount.reshape(cells, side, cells, side).mean((1, 3)).ravel() / 20, np.float32)


def _pattern(image: NDArray[np.uint8], cells: int) -> Floats:
    colours = lab(image)
    size = len(image) // cells
    lines = edges(colours[..., 0], cells, cells)
    means = colours.reshape(cells, size, cells, size, 3).mean((1, 3))
    centre = np.median(means.reshape(-1, 3), axis=0)
    parts = [(lines / (lines.mean() + 0.3)).ravel(), ((means - centre) / 20).ravel(), centre / 50]
    return np.concatenate(parts).astype(np.float32)


class _Spot:
    """A square of the frame, mirrored so that the body in it looks right."""

    def __init__(self, image: NDArray[Any], x: float, y: float, half: float, turn: int) -> None:
        self._x, self._y = x * image.shape[1], y * image.shape[0]
        self._half = max(half * image.shape[0], 2.0)
        self._mirrored = turn in (MIRRORED, LYING_MIRRORED)

    def cut(self, image: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
        """(h, w, channels) to (size, size) or (size, size, channels); outside the frame its edge goes on."""
        low, high = -self._half, self._half + 1
        rows = np.clip(np.arange(int(self._y + low), int(self._y + high)), 0, image.shape[0] - 1)
        columns = np.clip(np.arange(int(self._x + low), int(self._x + high)), 0, image.shape[1] - 1)
        square = resized(np.ascontiguousarray(image[rows][:, columns]), size, size)
        return np.ascontiguousarray(square[:, ::-1]) if self._mirrored else square
