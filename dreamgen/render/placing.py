"""Everybody's own part of a picture: where a portrait and a region's words hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.imaging import softened
from dreamgen.illustrator import fitted
from dreamgen.render.sketching import Sketch

Plane = NDArray[np.float32]
Shape = Literal["box", "silhouette"]

_GROWN = 0.03
"""How far a box or silhouette is widened, as a share of the picture's width: no model's body fits to the pixel, and the
network's lowest level sees a picture as some forty columns."""


def places(sketch: Sketch, who: Sequence[str], canvas: tuple[int, int], shape: Shape = "box") -> list[Plane]:
    """Everybody's part of the picture, 0-1, at the size of the canvas; where parts overlap, each has its share."""
    width, height = canvas
    masks = [_box(sketch, one, canvas) if shape == "box" else _silhouette(sketch, one, canvas) for one in who]
    if not masks:
        return []
    crowd = np.maximum(np.sum(masks, axis=0), np.float32(1.0))
    return [np.ascontiguousarray(mask / crowd, dtype=np.float32).reshape(height, width) for mask in masks]


def _box(sketch: Sketch, who: str, canvas: tuple[int, int]) -> Plane:
    width, height = canvas
    box = sketch.box(who)
    mask = np.zeros((height, width), np.float32)
    rows = _stretch(box.y0 - _GROWN * width / height, box.y1 + _GROWN * width / height, height)
    mask[rows, _stretch(box.x0 - _GROWN, box.x1 + _GROWN, width)] = 1.0
    return mask


def _stretch(start: float, stop: float, length: int) -> slice:
    """The pixels between two shares of a length; at least one."""
    first = min(length - 1, max(0, int(start * length)))
    return slice(first, max(first + 1, min(length, round(stop * length))))


def _silhouette(sketch: Sketch, who: str, canvas: tuple[int, int]) -> Plane:
    body = fitted(sketch.silhouette(who).astype(np.uint8) * 255, canvas, smooth=False)
    # a straight edge has faded to this level two sigmas outside
    return (softened(body, max(0.8, _GROWN * canvas[0] / 2)) > 0.023 * 255).astype(np.float32)


def by_size(sketch: Sketch) -> list[str]:
    """Ids of all that are seen, the largest first."""
    counts = np.bincount(sketch.map.ravel(), minlength=256)
    return sorted(sketch.seen, key=lambda who: (-int(counts[sketch.numbers[who]]), sketch.numbers[who]))
