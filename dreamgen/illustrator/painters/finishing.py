"""What a painter does to the whole picture: paper, grain, vignette, and a margin where the paint ends."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import derive_seed
from dreamgen.engines import imaging
from dreamgen.illustrator.painters.painter import Painter

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]

_ONE = 235  # of 255 in the factor, so that paper can also brighten


class Paper(NamedTuple):
    """The texture of one place, the same in all its pictures."""

    factor: Pixels
    """(h, w, 3); `_ONE` leaves a pixel as it is."""
    margin: Pixels | None
    """(h, w, 3) of bare paper to add, or None."""
    bare: NDArray[np.bool_] | None
    """Where the paper hides the picture."""


def finished(picture: Pixels, painter: Painter, paper: Paper) -> Pixels:
    """The picture as the painter leaves it."""
    scale = picture.shape[1] / 1024
    one = float(_ONE)
    if painter.finish == "water":
        picture = imaging.sharpened(picture, 0.28, 1.5 * scale + 0.3)
        one = 220.0
    elif painter.finish == "ink":
        picture = imaging.contrasted(picture, 1.16, -14)
    imaging.scale_by(picture, paper.factor, one)
    if paper.margin is not None:
        imaging.add(picture, paper.margin)
    return picture


@lru_cache(maxsize=12)
def paper_of(painter: Painter, seed: int, size: tuple[int, int], night: bool) -> Paper:
    """The paper of one place.

    Args:
        painter: the style.
        seed: of the place.
        size: width and height in pixels.
        night: nights have darker corners.
    """
    width, height = size
    scale = width / 1024
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    distance = ((x / width - 0.5) * 1.15) ** 2 + ((y / height - 0.5) * 1.25) ** 2
    dark = painter.vignette + (0.12 if night else 0.0)
    factor = _texture(painter, seed, height, width, scale) * (1 - dark * np.clip(distance * 1.9 - 0.12, 0, 1))
    margin, bare = None, None
    if painter.margin:
        painted = _painted(x, y, seed, scale)
        factor = factor * painted
        white = np.clip(0.965 + imaging.noise(height, width, 3 * scale, derive_seed(seed, "white"), -0.02, 0.02), 0, 1)
        margin = ((1 - painted) * white)[..., None] * np.array([228, 240, 247], np.float32)
        margin = np.clip(margin, 0, 255).astype(np.uint8)
        bare = painted < 0.5
    levels = np.clip(factor * _ONE, 0, 255).astype(np.uint8)
    return Paper(np.ascontiguousarray(np.repeat(levels[..., None], 3, 2)), margin, bare)


def _texture(painter: Painter, seed: int, height: int, width: int, scale: float) -> Plane:
    def noise(name: str, cell: float, low: float, high: float) -> Plane:
        return imaging.noise(height, width, cell * scale, derive_seed(seed, name), low, high)

    def grain(spread: float) -> Plane:
        return imaging.grain(height, width, derive_seed(seed, "grain"), spread)

    if painter.finish == "water":
        blooms = np.clip(noise("large", 120, 0, 1) * noise("middle", 44, 0.2, 1.3), 0, 1)
        tooth = grain(0.011) + noise("tooth", 3, -0.022, 0.022)
        washed: Plane = 1.0 - 0.085 * blooms + 0.03 * noise("small", 16, -1, 1) + tooth
        return washed
    if painter.finish == "paper":
        rough: Plane = 0.965 + 0.075 * imaging.softened(grain(1.0), 1.1) + 0.02 * noise("fibre", 40, -1, 1)
        return rough
    if painter.finish == "ink":
        return 0.97 + grain(0.028)
    return np.ones((height, width), np.float32)


def _painted(x: Plane, y: Plane, seed: int, scale: float) -> Plane:
    """1 where there is paint, 0 on the bare margin, with the frayed edge of a wet brush between."""
    height, width = x.shape

    def noise(name: str, cell: float, reach: float) -> Plane:
        return imaging.noise(height, width, cell * scale, derive_seed(seed, name), -reach, reach)

    grid = np.random.default_rng(derive_seed(seed, "strokes")).random(
        (max(3, int(height / (11 * scale))), max(3, int(width / (260 * scale)))), dtype=np.float32
    )
    strokes = imaging.enlarged(grid, width, height) - 0.5
    inside = np.minimum.reduce([x / scale * 0.8, (width - 1 - x) / scale * 0.8, y / scale, (height - 1 - y) / scale])
    edge = inside + noise("edge", 90, 10) + strokes * 15 + noise("fray", 5, 2.5)
    share = np.clip((edge - 10) / 7, 0, 1)
    painted: Plane = (share * share * (3 - 2 * share)).astype(np.float32)
    return painted
