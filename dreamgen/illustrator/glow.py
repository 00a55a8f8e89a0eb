"""Light that is added to the picture: the air around the sun, shafts through leaves and windows, lamps of the set."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines import imaging
from dreamgen.illustrator.lens import Lens, Sight
from dreamgen.illustrator.light import Light
from dreamgen.illustrator.painters import Painter
from dreamgen.illustrator.sets.scenery import Lamp

Pixels = NDArray[np.uint8]

_WARM, _GREY = (0.62, 0.84, 0.98), (0.90, 0.95, 1.0)  # blue, green, red


class Glow:
    """The lights of one shot.

    Args:
        light: the hour and the weather.
        lens: the shot's camera.
        painter: without colour, lamps are white.
        lamps: of the set.
        shafts: four corners each, in stage points.
    """

    def __init__(
        self, light: Light, lens: Lens, painter: Painter, lamps: tuple[Lamp, ...],
        shafts: tuple[tuple[tuple[float, float], ...], ...],
    ) -> None:  # fmt: skip
        self._lens, self._painter = lens, painter
        self._lamps = lamps if light.lamps else ()
        self._dim = 1.0 if light.night or light.indoor else 0.28
        self._air = _air(light, lens, shafts, painter)

    def shed(self, picture: Pixels, sight: Sight) -> None:
        """Adds the light of the air and of the set's lamps, in place."""
        if self._air is not None:
            imaging.add(picture, self._air)
        for lamp in self._lamps:
            radius = min(lamp.radius * sight.zoom, 700 * self._lens.unit)
            self.shine(picture, sight.pixel(lamp.x, lamp.y), radius, lamp.strength * self._dim)

    def shine(self, picture: Pixels, at: tuple[float, float], radius: float, strength: float) -> None:
        """One lamp, in place; all in pixels."""
        colour, share = (_GREY, 0.7) if self._painter.grey else (_WARM, 1.0)
        imaging.shine(picture, at, radius, strength * share, colour)


def _air(
    light: Light, lens: Lens, shafts: tuple[tuple[tuple[float, float], ...], ...], painter: Painter
) -> Pixels | None:
    """Glow and shafts as they are at the start of the shot; so soft that nobody sees them stand still."""
    if light.weather != "clear":
        return None
    width, height = lens.size
    small = (max(1, height // 4), max(1, width // 4))
    air = np.zeros((*small, 3), np.float32)
    colour = np.array(light.glow[::-1], np.float32) * 255
    if not light.indoor:
        x, y = lens.at(0.0, 0.05).pixel(light.disc[0], light.disc[1])
        rows, columns = np.mgrid[0 : small[0], 0 : small[1]].astype(np.float32)
        distance = np.hypot(columns - x / 4, rows - y / 4) / (width / 4)
        air += (np.exp(-((distance / 0.33) ** 1.3)) * light.glow_strength)[..., None] * colour
    if shafts and not light.night:
        strength = 0.10 if light.time == "day" else 0.24
        air += _shafts(lens, shafts, small)[..., None] * colour * strength
    if air.max() <= 1:
        return None
    if painter.grey:
        air[:] = air.mean(2, keepdims=True)
    grown: Pixels = imaging.resized(np.clip(air, 0, 255), width, height).astype(np.uint8)
    return grown


def _shafts(
    lens: Lens, shafts: tuple[tuple[tuple[float, float], ...], ...], small: tuple[int, int]
) -> NDArray[np.float32]:
    sight = lens.at(0.0, 0.8)
    mask = np.zeros(small, np.float32)
    for corners in shafts:
        one = np.zeros(small, np.float32)
        imaging.polygon_on(one, np.array([sight.pixel(x, y) for x, y in corners]) / 4, 1.0)
        mask += one
    fade = np.linspace(1, 0.25, small[0], dtype=np.float32)[:, None]
    out: NDArray[np.float32] = imaging.softened(mask, 5 * lens.unit) * fade
    return out
