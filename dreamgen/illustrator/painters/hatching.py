"""Ink hatching on the dark parts of a layer. It is baked, so it moves with the layer and never crosses a face."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_DARK, _DARKEST = 86, 46
_STRENGTH = 0.45


def hatch(layer: Pixels, zoom: float) -> None:
    """Hatches an opaque BGRA layer in place: once where it is dark, crosswise where it is darkest."""
    high, wide = layer.shape[:2]
    period = max(4, round(5.2 * min(1.6, zoom)))
    once, across = (np.tile(tile, (high // period + 1, wide // period + 1))[:high, :wide] for tile in _tiles(period))
    colours = layer[..., :3].astype(np.uint16)
    grey = (colours[..., 0] * 29 + colours[..., 1] * 150 + colours[..., 2] * 77) >> 8
    inked = ((grey < _DARK) & once) | ((grey < _DARKEST) & across)
    inked &= layer[..., 3] >= 200
    layer[..., :3][inked] = (layer[..., :3][inked] * (1 - _STRENGTH)).astype(np.uint8)


@lru_cache(maxsize=16)
def _tiles(period: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    y, x = np.mgrid[0:period, 0:period]
    thick = max(1, round(period * 0.32))
    return ((x + y) % period) < thick, ((x - y) % period) < thick
