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
    if place.long:
        spot = _Spot(image, place.middle(_SHAPE), place.top + 0.5 * place.body, 0.8 * place.body, place.turn)
    else:
        x, y = place.head(_SHAPE)
        spot = _Spot(image, x, y + 0.34 * place.body, 0.62 * place.body, place.turn)
    picture = spot.cut(image, 60)
    colours = lab(picture)
    chest = np.median(colours[24:30, 26:33].reshape(-1, 3), axis=0)
    head = np.median(colours[12:16, 28:32].reshape(-1, 3), axis=0)
    like = [np.exp(-np.linalg.norm((colours - of) * (0.7, 1, 1), axis=2) / 14) for of in (chest, head)]
    grids = [plane.reshape(12, 5, 12, 5).mean((1, 3)).ravel() for plane in like]
    moved = _moved(spot, change, 60, 12)
    lines = edges(colours[..., 0], 10, 10)
    lines /= lines.mean() + 0.3
    own = [float(place.lying), float(np.log(place.body)), float(moved.mean())]
    return np.concatenate([lines.ravel(), *grids, moved, own]).astype(np.float32)


def clothes_measures(image: NDArray[np.uint8], place: Place) -> Floats:
    """From the shoulders to the ankles: how far down the chest's colour goes, what is skin, which seams there are."""
    x, y = place.head(_SHAPE)
    # from the chin to the feet, so that a child's coat fills the same squares as a man's
    below = (1 - place.window[1] / 2 - place.head_at[1]) * place.body - place.radius
    tall = _Spot(image, x, y + place.radius + below / 2, below / 2, place.turn).cut(image, 72)
    colours = lab(tall)
    chest = np.median(colours[8:18, 31:42].reshape(-1, 3), axis=0)
    hips = np.median(colours[36:46, 31:42].reshape(-1, 3), axis=0)
    face = np.median(lab(_Spot(image, x, y, 0.4 * place.radius, place.turn).cut(image, 8)).reshape(-1, 3), axis=0)
    maps = [np.exp(-np.linalg.norm((colours - of) * (0.6, 1, 1), axis=2) / 12) for of in (chest, hips, face)]
    lines = edges(colours[..., 0], 12, 12)
    lines = (lines[..., 0::2] + lines[..., 1::2])[:, 2:10] / (lines.mean() + 0.3)
    grids = [resized_mean(plane.astype(np.float32), 18)[:, 3:15].ravel() for plane in maps]
    return np.concatenate([*grids, lines.ravel(), [np.log(place.body)]]).astype(np.float32)


def head_measures(image: NDArray[np.uint8], place: Place) -> Floats:
    """The head and the shoulders, as if they looked right."""
    x, y = place.head(_SHAPE)
    return _pattern(_Spot(image, x, y, 1.9 * place.radius, place.turn).cut(image, 48), 8)


def face_measures(image: NDArray[np.uint8], change: Floats, place: Place) -> Floats:
    """Eyes and mouth, as if they looked right, and what of them changes."""
    x, y = place.head(_SHAPE)
    spot = _Spot(image, x, y + 0.1 * place.radius, 1.1 * place.radius, place.turn)
    colours = lab(spot.cut(image, 48))
    lightness = resized_mean(colours[..., 0], 16)
    lightness = (lightness - lightness.mean()) / (lightness.std() + 2.0)
    lines = edges(colours[..., 0], 12, 12)
    lines = (lines[..., 0::2] + lines[..., 1::2]) / (lines.mean() + 0.3)
    red = resized_mean(colours[..., 1] - np.median(colours[..., 1]), 12) / 15
    parts = [lightness.ravel(), lines.ravel(), red.ravel(), _moved(spot, change, 48, 6), [np.log(place.body)]]
    return np.concatenate(parts).astype(np.float32)


def resized_mean(plane: Floats, cells: int) -> Floats:
    """Means over a grid of `cells` x `cells` squares; the plane's side is a multiple of that."""
    side = len(plane) // cells
    return np.asarray(plane.reshape(cells, side, cells, side).mean((1, 3)), np.float32)


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
