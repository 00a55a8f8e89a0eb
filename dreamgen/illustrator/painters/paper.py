"""What a place's pictures are painted on: the texture of the paper, its corners, and the margin that stays bare."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import derive_seed
from dreamgen.engines import brushwork, imaging
from dreamgen.illustrator.display import rgb
from dreamgen.illustrator.painters.painter import Painter

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]

ONE = 235
"""Of 255 in the factor: what leaves a pixel as it is, so that paper can also brighten."""

_STROKE = 15.0  # stage points that a stroke of the wide brush is long
_GRID = 32  # stage points from line to line
_WET = ("water", "wax", "chalk")
"""Finishes whose colour ends in a frayed edge; a printed picture ends in a straight one."""


class Paper(NamedTuple):
    """The texture of one place, the same in all its pictures."""

    factor: Pixels
    """(h, w, 3); `ONE` leaves a pixel as it is."""
    margin: Pixels | None
    """(h, w, 3) of bare paper to add, or None."""
    bare: NDArray[np.bool_] | None
    """Where the paper hides the picture."""
    warp: brushwork.Warp | None = None
    """Where the strokes of the brush pull the paint, or None."""
    screen: Pixels | None = None
    """(h, w) of printed dots, or None."""


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
    weave = _texture(painter, seed, height, width, scale)
    tone, warp = _smeared(painter, seed, height, width, scale)
    factor = (weave + tone) * (1 - dark * np.clip(distance * 1.9 - 0.12, 0, 1))
    shows, bare = _tooth(painter, seed, height, width, scale), None
    if shows is not None:
        factor = factor * (1 - shows)
    if painter.margin:
        painted = _painted(x, y, seed, scale) if painter.finish in _WET else _framed(x, y, seed, scale)
        factor = factor * painted
        bare = painted < 0.5
        shows = 1 - painted if shows is None else 1 - painted * (1 - shows)
    margin = None if shows is None else _bare_paper(painter, shows, seed, scale)
    levels = np.clip(factor * ONE, 0, 255).astype(np.uint8)
    screen = brushwork.dot_screen(height, width, max(3.0, 6.2 * scale), 0.62) if painter.halftone else None
    return Paper(np.ascontiguousarray(np.repeat(levels[..., None], 3, 2)), margin, bare, warp, screen)


def _bare_paper(painter: Painter, shows: Plane, seed: int, scale: float) -> Pixels:
    """The paper itself where it `shows`, 0-1."""
    height, width = shows.shape
    white = np.clip(0.965 + imaging.noise(height, width, 3 * scale, derive_seed(seed, "white"), -0.02, 0.02), 0, 1)
    colour = np.array([round(channel * 255) for channel in rgb(painter.paper)[::-1]], np.float32)
    margin = (shows * white)[..., None] * colour
    out: Pixels = np.clip(margin, 0, 255).astype(np.uint8)
    return out


def _smeared(
    painter: Painter, seed: int, height: int, width: int, scale: float
) -> tuple[Plane | float, brushwork.Warp | None]:
    """How light the strokes of a wide brush are, and where they pull the paint."""
    if not painter.smear:
        return 0.0, None
    if painter.finish == "canvas":
        laid = brushwork.strokes(height, width, _STROKE * scale, derive_seed(seed, "dabs"))
        tone: Plane | float = laid.tone * np.float32(0.05 * painter.grain)
        across, down = laid.across, laid.down
    else:
        tone = 0.0
        cells = (derive_seed(seed, "across"), derive_seed(seed, "down"))
        across, down = (imaging.noise(height, width, 3.2 * scale, cell, -1, 1) for cell in cells)
    reach = np.float32(painter.smear * scale)
    return tone, brushwork.warp(across * reach, down * reach)


def _tooth(painter: Painter, seed: int, height: int, width: int, scale: float) -> Plane | None:
    """How much of the paper shows through dry colour, 0-1; None where the colour covers it."""
    if painter.finish == "chalk":
        fine = imaging.noise(height, width, 2 * scale, derive_seed(seed, "tooth"), 0, 1)
        finer = imaging.grain(height, width, derive_seed(seed, "grain"), 0.14)
        broad = imaging.noise(height, width, 60 * scale, derive_seed(seed, "large"), -0.12, 0.12)
        shows: Plane = np.clip((fine + finer + broad - 0.30) * 0.42, 0, 0.30) * painter.grain
        return np.clip(shows, 0, 0.8).astype(np.float32)
    if painter.finish == "wax":
        rubbed = brushwork.scribble(height, width, 2.0 * scale, 26 * scale, derive_seed(seed, "rubbed"))
        fine = imaging.noise(height, width, 2 * scale, derive_seed(seed, "tooth"), -0.25, 0.25)
        broad = imaging.noise(height, width, 70 * scale, derive_seed(seed, "large"), -0.15, 0.15)
        gaps: Plane = np.clip((rubbed + fine + broad - 0.35) * 0.42, 0, 0.34) * np.float32(painter.grain)
        return gaps.astype(np.float32)
    if painter.finish == "grid":
        y, x = np.mgrid[0:height, 0:width].astype(np.float32) / scale
        lines = np.zeros((height, width), np.float32)
        for step, strength in ((_GRID / 4, 0.05), (_GRID, 0.10)):
            near = np.minimum(np.abs((x + step / 2) % step - step / 2), np.abs((y + step / 2) % step - step / 2))
            lines = np.maximum(lines, strength * np.clip(1.1 - near, 0, 1))
        return (lines * np.float32(painter.grain)).astype(np.float32)
    return None


def _texture(painter: Painter, seed: int, height: int, width: int, scale: float) -> Plane:
    plain = _woven(painter.finish, seed, height, width, scale)
    if painter.grain == 1.0:
        return plain
    strong: Plane = (1 + (plain - 1) * np.float32(painter.grain)).astype(np.float32)
    return strong


def _woven(finish: str, seed: int, height: int, width: int, scale: float) -> Plane:
    """The texture of a finish; 1 leaves a pixel as it is."""

    def noise(name: str, cell: float, low: float, high: float) -> Plane:
        return imaging.noise(height, width, cell * scale, derive_seed(seed, name), low, high)

    def grain(spread: float) -> Plane:
        return imaging.grain(height, width, derive_seed(seed, "grain"), spread)

    if finish == "water":
        blooms = np.clip(noise("large", 120, 0, 1) * noise("middle", 44, 0.2, 1.3), 0, 1)
        tooth = grain(0.011) + noise("tooth", 3, -0.022, 0.022)
        washed: Plane = 1.0 - 0.085 * blooms + 0.03 * noise("small", 16, -1, 1) + tooth
        return washed
    if finish == "paper":
        rough: Plane = 0.965 + 0.075 * imaging.softened(grain(1.0), 1.1) + 0.02 * noise("fibre", 40, -1, 1)
        return rough
    if finish == "ink":
        return 0.97 + grain(0.028)
    if finish == "canvas":
        y, x = np.mgrid[0:height, 0:width].astype(np.float32) / np.float32(max(scale, 0.5))
        weave: Plane = 0.985 + 0.022 * np.sin(x * 1.57) * np.sin(y * 1.57) + 0.02 * noise("large", 90, -1, 1)
        return weave
    if finish == "wood":
        return _wood(seed, height, width, scale)
    if finish == "chalk":
        return 1.0 + noise("small", 24, -0.035, 0.035)
    return np.ones((height, width), np.float32)


def _wood(seed: int, height: int, width: int, scale: float) -> Plane:
    """The grain of a printing block, along the picture."""

    def streaks(name: str, thick: float, long: float) -> Plane:
        rows, columns = max(2, int(height / (thick * scale))), max(2, int(width / (long * scale)))
        field = np.random.default_rng(derive_seed(seed, name)).random((rows, columns), dtype=np.float32)
        return imaging.enlarged(field, width, height) - np.float32(0.5)

    out: Plane = 0.975 + 0.075 * streaks("fibre", 2.2, 260) + 0.05 * streaks("rings", 9, 420)
    return out


def _framed(x: Plane, y: Plane, seed: int, scale: float) -> Plane:
    """1 where a block or a plate has printed, 0 on the straight margin around it."""
    height, width = x.shape
    inside = np.minimum.reduce([x, width - 1 - x, y, height - 1 - y]) / scale
    rough = imaging.noise(height, width, 4 * scale, derive_seed(seed, "edge"), -0.8, 0.8)
    printed: Plane = np.clip((inside + rough - 13) / 1.5, 0, 1).astype(np.float32)
    return printed


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
