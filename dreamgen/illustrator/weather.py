"""Rain, snow and mist over the picture: tiles of streaks, flakes and banks that scroll and wrap."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import derive_seed, derived_random
from dreamgen.engines import imaging
from dreamgen.illustrator.display import Rgb
from dreamgen.illustrator.light import Light
from dreamgen.illustrator.painters import Painter

Pixels = NDArray[np.uint8]


class _Fall(NamedTuple):
    """One sheet of drops; lengths in stage points, speeds in stage points a second."""

    kind: str
    drops: int
    size: float
    bright: int
    """Of a drop, or the opacity of mist, 0-255."""
    speed: float
    slant: float
    near: bool


_SHEETS = {
    "rain": (
        _Fall("streak", 150, 30, 78, 900, -0.16, False),
        _Fall("streak", 44, 62, 105, 1500, -0.16, True),
    ),
    "snow": (
        _Fall("flake", 120, 1.5, 150, 42, -0.20, False),
        _Fall("flake", 52, 2.7, 215, 76, -0.25, True),
        _Fall("blur", 12, 5.5, 200, 150, -0.30, True),
    ),
    "fog": (
        _Fall("mist", 0, 0, 128, 2, 9.0, False),
        _Fall("mist", 0, 0, 40, 3, -11.0, True),
    ),
}
_TILE = 512  # stage points
_BANKS = (5, 3)  # rows and columns of soft lumps in a tile of mist


class Falling:
    """What the weather of one shot puts into the air; nothing indoors and in clear weather."""

    def __init__(self, light: Light, painter: Painter, seed: int, size: tuple[int, int]) -> None:
        self._sheets = () if light.indoor else _SHEETS.get(light.weather, ())
        self._seed, self._size = derive_seed(seed, "weather"), size
        self._mist = painter.graded(lambda colour: colour)(light.haze)

    def __bool__(self) -> bool:
        """Whether anything falls."""
        return bool(self._sheets)

    def fall(self, picture: Pixels, t: float, near: bool) -> None:
        """Adds the sheets behind the people, or the `near` ones in front of them, in place."""
        width, height = self._size
        unit, side = width / 1024, _side(width)
        for number, sheet in enumerate(self._sheets):
            if sheet.near != near:
                continue
            drift = math.sin(t * 1.1 + sheet.speed) * 9 * unit if sheet.kind in ("flake", "blur") else 0.0
            y = int(-sheet.speed * unit * t) % side
            x = int(-sheet.speed * sheet.slant * unit * t + drift) % side
            seed = derive_seed(self._seed, number)
            if sheet.kind == "mist":
                bank = _bank(sheet, seed, width, height, self._mist)
                imaging.lay_over(picture, bank[y : y + height, x : x + width])
            else:
                tile = _tile(sheet, seed, width, height)
                imaging.add(picture, tile[y : y + height, x : x + width])


@lru_cache(maxsize=6)
def _tile(sheet: _Fall, seed: int, width: int, height: int) -> Pixels:
    """A field of drops that wraps around, large enough to be cut anywhere, (h, w, 3)."""
    tile = _repeated(_drops(sheet, seed, _side(width), width / 1024), width, height)
    return np.ascontiguousarray(np.repeat(tile[..., None], 3, 2))


@lru_cache(maxsize=4)
def _bank(sheet: _Fall, seed: int, width: int, height: int, colour: Rgb) -> Pixels:
    """Mist that wraps around, large enough to be cut anywhere, as a layer (h, w, 4)."""
    alpha = _repeated(_mist(sheet.bright, seed, _side(width)), width, height)
    ink = np.array([*colour[::-1], 1.0], np.float32)
    return np.ascontiguousarray((alpha[..., None] * ink).astype(np.uint8))


def _side(width: int) -> int:
    return max(8, int(_TILE * width / 1024))


def _repeated(tile: Pixels, width: int, height: int) -> Pixels:
    side = len(tile)
    return np.tile(tile, (height // side + 2, width // side + 2))[: height + side, : width + side]


def _mist(bright: int, seed: int, side: int) -> Pixels:
    """Banks of mist, as wide as the tile, that join at its edges."""
    grid = np.random.default_rng(seed).random(_BANKS, dtype=np.float32)
    field = imaging.enlarged(np.tile(grid, (3, 3)), side * 3, side * 3)[side : 2 * side, side : 2 * side]
    banks: Pixels = np.clip((0.35 + 0.65 * field) * bright, 0, 255).astype(np.uint8)
    return banks


def _drops(sheet: _Fall, seed: int, side: int, unit: float) -> Pixels:
    lot, tile = derived_random(seed, "drops"), np.zeros((side, side), np.uint8)
    for _ in range(sheet.drops):
        x, y, size = lot.uniform(0, side), lot.uniform(0, side), sheet.size * unit * lot.uniform(0.6, 1.3)
        thick = unit * (2 if sheet.near else 1) if sheet.kind == "streak" else 2 * size
        # drops thinner than a pixel are drawn as a fainter pixel
        bright = int(sheet.bright * lot.uniform(0.88, 1.0) * min(1.0, thick) ** (1 if sheet.kind == "streak" else 2))
        for ox in (-side, 0, side):
            for oy in (-side, 0, side):
                at = (x + ox, y + oy)
                if sheet.kind == "streak":
                    end = (at[0] + sheet.slant * size, at[1] + size)
                    imaging.streak_on(tile, at, end, max(1, round(thick)), bright)
                else:
                    imaging.disc_on(tile, at, max(0.5, size), bright)
    if sheet.kind == "blur":
        tile = np.asarray(imaging.softened(tile, max(0.3, 2.2 * unit)), np.uint8)
    return tile
