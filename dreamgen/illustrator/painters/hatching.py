"""Ink hatching on the dark parts of a layer. It is baked, so it moves with the layer and never crosses a face."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines import imaging

Pixels = NDArray[np.uint8]

_CROSSWISE = 0.54  # of the level up to which things are hatched once
_FINE = 0.4
"""Level from which on the hatching is an engraver's: finer, and blind to lines, which would come out dashed."""


def hatch(layer: Pixels, zoom: float, strength: float = 0.45, reach: float = 0.34) -> None:
    """Hatches an opaque BGRA layer in place: once where it is dark, crosswise where it is darkest.

    Args:
        layer: premultiplied, uint8 (h, w, 4).
        zoom: pixels for one stage point.
        strength: how dark the lines are, 0-1.
        reach: the level up to which there are lines, 0-1.
    """
    high, wide = layer.shape[:2]
    fine = reach >= _FINE
    period = max(3, round(4.2 * min(1.6, zoom))) if fine else max(4, round(5.2 * min(1.6, zoom)))
    once, across = (np.tile(tile, (high // period + 1, wide // period + 1))[:high, :wide] for tile in _tiles(period))
    colours = layer[..., :3].astype(np.uint16)
    grey = (colours[..., 0] * 29 + colours[..., 1] * 150 + colours[..., 2] * 77) >> 8
    if fine:
        grey = imaging.softened(grey.astype(np.uint8), 2.2 * min(1.6, zoom))
    dark = int(255 * reach)
    inked = ((grey < dark) & once) | ((grey < int(dark * _CROSSWISE)) & across)
    inked &= layer[..., 3] >= 200
    layer[..., :3][inked] = (layer[..., :3][inked] * (1 - strength)).astype(np.uint8)


@lru_cache(maxsize=16)
def _tiles(period: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    y, x = np.mgrid[0:period, 0:period]
    thick = max(1, round(period * 0.32))
    return ((x + y) % period) < thick, ((x - y) % period) < thick
