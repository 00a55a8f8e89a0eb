"""What the species look like; the numbers are data/animals.toml, whose head says what they mean."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from dreamgen.core.colours import COLOURS
from dreamgen.illustrator.display import Rgb, rgb

BIRD: Final = "bird"


@dataclass(frozen=True)
class Species:
    """The proportions and marks of one quadruped, in figure units (a grown person is 100 high)."""

    name: str
    body: tuple[float, float, float, float]
    """Length from hip to chest; half thickness at chest, belly and hip."""
    leg: tuple[float, float, float]
    """Length from the belly line to the ground; half widths at root and foot."""
    neck: tuple[float, float, float]
    """Length; degrees above level; half width."""
    head: tuple[float, float, float]
    """Radius; length and half height of the muzzle as shares of it."""
    ears: str
    tail: tuple[str, float, float]
    """Shape, length, half width."""
    feet: str
    coats: tuple[str, ...]
    """Usual colours, the likeliest first."""
    mane: str = ""
    mane_colour: Rgb = (0.25, 0.16, 0.12)
    muzzle_colour: Rgb | None = None
    face_colour: Rgb | None = None
    tail_colour: Rgb | None = None
    tail_tip: Rgb | None = None
    sock_colour: Rgb | None = None
    horns: str = ""
    whiskers: bool = False
    udder: bool = False
    wool: bool = False
    goatee: bool = False
    snout: bool = False


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("dreamgen.illustrator").joinpath("data/animals.toml").read_text(encoding="utf-8"))


def _species(name: str, table: dict[str, Any]) -> Species:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    for key, value in values.items():
        if isinstance(value, str) and value.startswith("#"):
            values[key] = rgb(value)
    return Species(name=name, **values)


SPECIES: Final = MappingProxyType({name: _species(name, table) for name, table in _tables().items() if name != BIRD})
"""Quadrupeds by name."""


def animal_kinds() -> tuple[str, ...]:
    """Every animal that can be drawn."""
    return tuple(_tables())


def usual_coats(kind: str) -> tuple[str, ...]:
    """Colour names that an animal of this kind usually has, the likeliest first."""
    coats: list[str] = _tables()[kind]["coats"]
    return tuple(coats)


def coat_colour(name: str) -> Rgb:
    """The albedo of a coat, from the table that the verifier also uses."""
    r, g, b = COLOURS[name]
    return r / 255, g / 255, b / 255
