"""Rain and snow that fall over the picture: tiles of streaks and flakes that scroll and wrap."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import derive_seed, derived_random
from dreamgen.engines import imaging
from dreamgen.illustrator.light import Light

Pixels = NDArray[np.uint8]


class _Fall(NamedTuple):
    """One sheet of drops; lengths in stage points, speeds in stage points a second."""

    kind: str
    drops: int
    size: float
    bright: int
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
}
_TILE = 512  # stage points


class Falling:
    """The rain or snow of one shot; nothing indoors and in dry weather."""

    def __init__(self, light: Light, seed: int, size: tuple[int, int]) -> None:
        self._sheets = () if light.indoor else _SHEETS.get(light.weather, ())
        self._seed, self._size = derive_seed(seed, "weather"), size

    def __bool__(self) -> bool:
        """Whether anything falls."""
        return bool(self._sheets)

    def fall(self, picture: Pixels, t: float, near: bool) -> None:
        """Adds the sheets behind the people, or the `near` ones in front of them, in place."""
        width, height = self._size
        unit = width / 1024
        side = max(8, int(_TILE * unit))
        for number, sheet in enumerate(self._sheets):
            if sheet.near != near:
                continue
            drift = math.sin(t * 1.1 + sheet.speed) * 9 * unit if sheet.kind != "streak" else 0.0
            y = int(-sheet.speed * unit * t) % side
            x = int(-sheet.speed * sheet.slant * unit * t + drift) % side
            tile = _tile(sheet, derive_seed(self._seed, number), width, height)
            imaging.add(picture, tile[y : y + height, x : x + width])


@lru_cache(maxsize=6)
def _tile(sheet: _Fall, seed: int, width: int, height: int) -> Pixels:
    """A field of drops that wraps around, large enough to be cut anywhere, (h, w, 3)."""
    unit = width / 1024
    side = max(8, int(_TILE * unit))
    lot, tile = derived_random(seed, "drops"), np.zeros((side, side), np.uint8)
    for _ in range(sheet.drops):
        x, y, size = lot.uniform(0, side), lot.uniform(0, side), sheet.size * unit * lot.uniform(0.6, 1.3)
        bright = int(sheet.bright * lot.uniform(0.88, 1.0))
        for ox in (-side, 0, side):
            for oy in (-side, 0, side):
                at = (x + ox, y + oy)
                if sheet.kind == "streak":
                    end = (at[0] + sheet.slant * size, at[1] + size)
                    imaging.streak_on(tile, at, end, max(1, round(unit * (2 if sheet.near else 1))), bright)
                else:
                    imaging.disc_on(tile, at, max(0.5, size), bright)
    if sheet.kind == "blur":
        tile = imaging.softened(tile, max(0.3, 2.2 * unit))
    tiled = np.tile(tile, (height // side + 2, width // side + 2))[: height + side, : width + side]
    return np.ascontiguousarray(np.repeat(tiled[..., None], 3, 2))
