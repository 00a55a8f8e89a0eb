"""What a painter does to the whole picture: smears, tone, printed dots, paper, squares."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines import brushwork, imaging
from dreamgen.illustrator.painters.painter import Painter
from dreamgen.illustrator.painters.paper import ONE, Paper, paper_of

__all__ = ["Paper", "finished", "paper_of", "toned"]

Pixels = NDArray[np.uint8]


def finished(picture: Pixels, painter: Painter, paper: Paper) -> Pixels:
    """The picture as the painter leaves it."""
    scale = picture.shape[1] / 1024
    one = float(ONE)
    if painter.finish == "water":
        picture = imaging.sharpened(picture, 0.28, 1.5 * scale + 0.3)
        one = 220.0
    elif painter.finish == "ink":
        picture = imaging.contrasted(picture, 1.16, -14)
    if paper.warp is not None:
        picture = brushwork.warped(picture, paper.warp)
    if painter.bloom:
        brushwork.bloomed(picture, painter.bloom, 9 * scale)
    side = block_of(painter, picture.shape[1])
    if side > 1:
        return brushwork.blocked(picture, side, _curve(painter.contrast, painter.warmth, painter.steps), painter.steps)
    picture = toned(picture, painter)
    if paper.screen is not None:
        brushwork.dotted(picture, paper.screen, painter.halftone)
    imaging.scale_by(picture, paper.factor, one)
    if paper.margin is not None:
        imaging.add(picture, paper.margin)
    return picture


def toned(picture: Pixels, painter: Painter) -> Pixels:
    """The picture in the painter's contrast, warmth and number of levels, pixel for pixel."""
    if painter.contrast == 1.0 and not painter.warmth and not painter.steps:
        return picture
    return brushwork.curved(picture, _curve(painter.contrast, painter.warmth, painter.steps))


def block_of(painter: Painter, width: int) -> int:
    """Pixels that a square of a picture of this width is wide; 1 where the painter makes none."""
    return max(2, round(painter.blocks * width / 1024)) if painter.blocks else 1


@lru_cache(maxsize=32)
def _curve(contrast: float, warmth: float, steps: int) -> Pixels:
    """What every level of blue, green and red becomes, (1, 256, 3)."""
    level = np.arange(256, dtype=np.float64) / 255
    channels = []
    for tint in (-0.11, 0.0, 0.07):
        shown = np.clip((level - 0.5) * contrast + 0.5, 0, 1) * (1 + warmth * tint)
        if steps:
            shown = np.round(np.clip(shown, 0, 1) * (steps - 1)) / (steps - 1)
        channels.append(shown)
    table: Pixels = np.clip(np.stack(channels, -1)[None] * 255 + 0.5, 0, 255).astype(np.uint8)
    return table
