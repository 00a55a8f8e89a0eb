"""A painter: the few numbers that make one style out of the same geometry."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from dreamgen.core.base import Record
from dreamgen.core.media import Style
from dreamgen.errors import unknown_name
from dreamgen.illustrator.display import Rgb, mix, rgb
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
    finish: Literal["water", "paper", "ink", "canvas", "chalk", "wax", "wood", "grid", "none"] = "none"
    """Texture of the whole picture."""
    margin: bool = False
    """Whether the paper shows around the picture."""
    vignette: float = 0.2
    """Darkness of the corners."""
    grain: float = 1.0
    """Strength of the texture; 1 is as the painter does it."""
    tones: tuple[str, str] | None = None
    """What greys run between where there is no colour: hex, dark and light; None for neutral greys."""
    pull: float = 0.0
    """How far the set's colours are drawn to the nearest of `palette`, 0-1."""
    palette: tuple[Rgb, ...] = ()
    """Colours to be drawn to."""
    hatching: float = 0.0
    """Strength of the hatching on dark parts of the set, 0-1."""
    hatched: float = 0.34
    """How light a part of the set may be and still be hatched, 0-1."""
    contrast: float = 1.0
    """Of the whole picture."""
    warmth: float = 0.0
    """Of the whole picture: below 0 is cold."""
    steps: int = 0
    """Levels that are left of each channel; 0 for all."""
    halftone: float = 0.0
    """Strength of printed dots in the shadows, 0-1."""
    bloom: float = 0.0
    """How far what is bright shines over its surroundings, 0-1."""
    smear: float = 0.0
    """How far strokes pull the paint out of place, in stage points."""
    blocks: float = 0.0
    """Side of the squares that the picture is made of, in stage points; 0 for none."""
    paper: str = "#f7f0e4"
    """Hex; what shows where there is no paint."""
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
            return (lambda colour: self._spotted(lit(colour))) if spot else (lambda colour: self._greyed(lit(colour)))
        if self.pull and self.palette and not spot:
            return lambda colour: self._toned(self._pulled(lit(colour)))
        return lambda colour: self._toned(lit(colour))

    def glowing(self, colour: Rgb) -> Rgb:
        """The colour of something that gives light itself."""
        shown = self._greyed(colour) if self.grey else self._toned(colour)
        return shown[0] * self.lamp, shown[1] * self.lamp, shown[2] * self.lamp

    def _toned(self, colour: Rgb) -> Rgb:
        grey = _luma(colour)
        r, g, b = mix((grey, grey, grey), colour, self.saturation)
        lift = self.lift
        return _clip(r + (1 - r) * lift), _clip(g + (1 - g) * lift), _clip(b + (1 - b) * lift)

    def _spotted(self, colour: Rgb) -> Rgb:
        r, g, b = colour
        return mix(self._greyed(colour), (_clip(r * 1.04), _clip(g * 1.04), _clip(b * 1.04)), self.spot)

    def _greyed(self, colour: Rgb) -> Rgb:
        value = float(_clip((_luma(colour) - 0.05) * 1.02) ** 0.95)
        if self.tones is not None:
            return mix(*self.tones, value)
        return value * 0.97, value * 0.98, min(1.0, value * 1.03)

    def _pulled(self, colour: Rgb) -> Rgb:
        """Nearer to the nearest colour of the palette, whose own light counts for a third."""
        own = _luma(colour)
        nearest = min(self.palette, key=lambda other: sum((a - b) ** 2 for a, b in zip(colour, other, strict=True)))
        light = 0.35 + 0.65 * own / max(0.04, _luma(nearest))
        r, g, b = nearest
        return mix(colour, (_clip(r * light), _clip(g * light), _clip(b * light)), self.pull)


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


@lru_cache(maxsize=64)
def painter_for(style: Style) -> Painter:
    """The painter of a style, bent by its brush.

    Raises:
        UsageError: when there is no such painter.
    """
    painter, bent = painter_of(style.painter), style.brush.model_dump(exclude_none=True)
    if not bent:
        return painter
    if painter.cel and "gradient" in bent:
        bent.setdefault("cel", 0.0)
    palette = tuple(rgb(colour) for colour in style.palette)
    return Painter.model_validate({**painter.model_dump(), **bent, "palette": palette})


@lru_cache(maxsize=16)
def painter_of(name: str) -> Painter:
    """The painter of that name.

    Raises:
        UsageError: when there is none; lists those there are.
    """
    if name not in _data():
        raise unknown_name("painter", name, painter_names())
    return Painter(name=name, **_data()[name])
