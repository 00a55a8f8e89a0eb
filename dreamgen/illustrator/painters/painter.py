"""A painter: the few numbers that make one style out of the same geometry."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from dreamgen.core.base import Record
from dreamgen.errors import unknown_name
from dreamgen.illustrator.display import Rgb, mix
from dreamgen.illustrator.light import Lit


class Painter(Record):
    """How every shape is drawn; data/painters.toml says what the numbers mean."""

    name: str
    """watercolor, flat, cutout, noir."""
    outline: float = 0.0
    """Width in stage points; 0 for none."""
    outline_colour: str | None = None
    """Hex; None takes a dark shade of the fill."""
    outline_alpha: float = 1.0
    """Opacity, 0-1."""
    outline_mix: float = 0.0
    """How far the outline turns to a shade of its fill, 0-1."""
    gradient: float = 0.0
    """Strength of soft shading, 0-1."""
    set_gradient: float | None = None
    """Soft shading for the set instead of `cel`."""
    cel: float = 0.0
    """Strength of hard shading, 0-1."""
    wobble: float = 0.0
    """Unsteadiness of the hand in stage points."""
    pool: float = 0.0
    """Opacity of the pigment that gathers at edges."""
    edge: float = 0.0
    """Opacity of the light on the edge of cut paper."""
    drop: tuple[float, float, float, float] | None = None
    """Paper's shadow: dx, dy and blur in stage points, strength."""
    saturation: float = 1.0
    """Of every colour; 0 is grey."""
    spot: float = 0.0
    """How much colour bodies keep where the rest is grey, 0-1."""
    lift: float = 0.0
    """How much white is in every colour, 0-1."""
    least_light: tuple[float, float] = (0.0, 0.0)
    """Strength of the light on the set and on bodies, at least; ink without colour needs it at night."""
    lamp: float = 1.0
    """Brightness of what glows by itself."""
    finish: Literal["water", "paper", "ink", "none"] = "none"
    """Texture of the whole picture."""
    margin: bool = False
    """Whether the paper shows around the picture."""
    vignette: float = 0.2
    """Darkness of the corners."""
    title_paper: str
    """Hex; ground of title cards."""
    title_ink: str
    """Hex; letters of title cards."""

    @property
    def grey(self) -> bool:
        """Whether the set has no colour."""
        return self.saturation == 0.0

    def graded(self, lit: Lit, spot: bool = False) -> Lit:
        """`lit`, then in this painter's colours; `spot` for bodies."""
        if self.grey:
            return (lambda colour: self._spotted(lit(colour))) if spot else (lambda colour: _greyed(lit(colour)))
        return lambda colour: self._toned(lit(colour))

    def glowing(self, colour: Rgb) -> Rgb:
        """The colour of something that gives light itself."""
        shown = _greyed(colour) if self.grey else self._toned(colour)
        return shown[0] * self.lamp, shown[1] * self.lamp, shown[2] * self.lamp

    def _toned(self, colour: Rgb) -> Rgb:
        grey = _luma(colour)
        r, g, b = mix((grey, grey, grey), colour, self.saturation)
        lift = self.lift
        return _clip(r + (1 - r) * lift), _clip(g + (1 - g) * lift), _clip(b + (1 - b) * lift)

    def _spotted(self, colour: Rgb) -> Rgb:
        r, g, b = colour
        return mix(_greyed(colour), (_clip(r * 1.04), _clip(g * 1.04), _clip(b * 1.04)), self.spot)


def _greyed(colour: Rgb) -> Rgb:
    value = float(_clip((_luma(colour) - 0.05) * 1.02) ** 0.95)
    return value * 0.97, value * 0.98, min(1.0, value * 1.03)


def _luma(colour: Rgb) -> float:
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, Any]]:
    text = resources.files("dreamgen.illustrator").joinpath("data/painters.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def painter_names() -> tuple[str, ...]:
    """All painters, in the order of the data file."""
    return tuple(_data())


@lru_cache(maxsize=16)
def painter_of(name: str) -> Painter:
    """The painter of that name.

    Raises:
        UsageError: when there is none; lists those there are.
    """
    if name not in _data():
        raise unknown_name("painter", name, painter_names())
    return Painter(name=name, **_data()[name])
