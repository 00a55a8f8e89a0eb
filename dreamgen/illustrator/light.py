"""Time of day and weather as light: what they make of a material's colour, near and far."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any

from dreamgen.core.vocabulary import TimeOfDay, Weather
from dreamgen.illustrator.display import Rgb, mix, rgb

Lit = Callable[[Rgb], Rgb]
"""Albedo to colour."""

_BODY_CAST = 0.45
"""How much of the light's tint is taken off bodies: eyes adapt to it, and grey hair must not turn pink at sunset."""

_NEAR_FOG = 0.20
"""Share of haze on what is nearest, in fog."""


@dataclass(frozen=True)
class Light:
    """The light of one shot."""

    time: TimeOfDay
    weather: Weather
    indoor: bool
    sky: tuple[Rgb, ...]
    """Four colours from the zenith to the horizon."""
    colour: Rgb
    """What it multiplies albedo by."""
    haze: Rgb
    """What distance fades to."""
    haziness: float
    """How fast it does so; 1 in clear air."""
    glow: Rgb
    """Colour of the air around the sun or moon."""
    glow_strength: float
    """How strong, 0-1."""
    disc: tuple[float, float, float]
    """Sun or moon: x, y, radius in stage points."""
    disc_colour: Rgb
    """Its colour."""
    cloud: Rgb
    """Colour of clouds."""
    shadow: float
    """How dark cast shadows are, 0-1."""
    cast: tuple[float, float]
    """Where the shadow of a point one unit high falls, seen from its foot."""
    direction: tuple[float, float]
    """Unit-like vector towards the light, y down."""
    rim: Rgb
    """Light along the edge of a body."""
    rim_strength: float
    """How strong, 0-1."""

    @property
    def night(self) -> bool:
        """Whether it is night."""
        return self.time == "night"

    @property
    def snowy(self) -> bool:
        """Whether snow lies on things."""
        return self.weather == "snow"

    @property
    def wet(self) -> bool:
        """Whether things are wet."""
        return self.weather == "rain"

    @property
    def lamps(self) -> bool:
        """Whether people have switched their lamps on."""
        return self.time != "day" or self.weather == "rain" or (self.indoor and self.weather != "clear")

    def at(self, distance: float, least: float = 0.0) -> Lit:
        """How albedo looks on the set at a distance of 0 (front) to 1, in light of `least` strength or more."""
        near = _NEAR_FOG if self.weather == "fog" and not self.indoor else 0.0
        share = min(0.92, near + distance * self.haziness)
        light = self._raised(self.colour, least)
        return lambda colour: mix(_product(colour, light), self.haze, share)

    def on_bodies(self, least: float = 0.0, white: bool = False) -> Lit:
        """How albedo looks on people, animals and things in front, in light of `least` strength or more.

        A `white` light has no tint at all.
        """
        grey = sum(self.colour) / 3
        light = self._raised(mix(self.colour, (grey, grey, grey), 1.0 if white else _BODY_CAST), least)
        return lambda colour: _product(colour, light)

    @staticmethod
    def _raised(light: Rgb, least: float) -> Rgb:
        return _times(light, max(1.0, least * 3 / sum(light)))


@lru_cache(maxsize=64)
def light_of(time: TimeOfDay, weather: Weather, indoor: bool) -> Light:
    """The light of a time and a weather, outdoors or in a room."""
    data = _data()
    hour = data["time"][time]
    light = Light(
        time=time,
        weather=weather,
        indoor=indoor,
        sky=tuple(rgb(colour) for colour in hour["sky"]),
        colour=tuple(hour["light"]),
        haze=rgb(hour["haze"]),
        haziness=1.0,
        glow=rgb(hour["glow"]),
        glow_strength=hour["glow_strength"],
        disc=tuple(hour["disc"]),
        disc_colour=rgb(hour["disc_colour"]),
        cloud=rgb(hour["cloud"]),
        shadow=hour["shadow"],
        cast=tuple(hour["cast"]),
        direction=tuple(hour["direction"]),
        rim=rgb(hour["rim"]),
        rim_strength=hour["rim_strength"],
    )
    if weather != "clear":
        light = _clouded(light, data["weather"][weather])
    return _inside(light, data["indoor"]) if indoor else light


def _clouded(light: Light, air: dict[str, Any]) -> Light:
    tone: Rgb = tuple(air["tone"][light.time])
    sky = tuple(mix(colour, _times(tone, 0.86 + 0.06 * row), air["sky_share"]) for row, colour in enumerate(light.sky))
    dimmed = _times(light.colour, air["dim"][light.time])
    grey = sum(dimmed) / 3
    return replace(
        light,
        sky=sky,
        colour=mix(dimmed, (grey, grey, grey), 0.4),
        haze=mix(light.haze, tone, 0.75),
        haziness=air["haziness"],
        cloud=mix(sky[1], (0.40, 0.45, 0.60) if light.night else (1.0, 1.0, 1.0), air["cloud_lift"]),
        glow_strength=light.glow_strength * 0.3,
        shadow=light.shadow * 0.4,
        rim_strength=light.rim_strength * 0.5,
    )


def _inside(light: Light, room: dict[str, Any]) -> Light:
    dull = light.time == "day" and light.weather != "clear"
    day = light.time == "day"
    return replace(
        light,
        colour=tuple(room["dull" if dull else light.time]),
        haziness=1.0,
        rim=light.rim if day else rgb(room["rim"]),
        rim_strength=max(light.rim_strength, 0.35),
        direction=tuple(room["direction"]) if light.night else light.direction,
    )


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    text = resources.files("dreamgen.illustrator").joinpath("data/light.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _product(one: Rgb, other: Rgb) -> Rgb:
    return min(1.0, one[0] * other[0]), min(1.0, one[1] * other[1]), min(1.0, one[2] * other[2])


def _times(colour: Rgb, factor: float) -> Rgb:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor
