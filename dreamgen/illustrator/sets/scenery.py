"""A set as layers of shapes: data/sets.toml says which generator draws where, the place's own seed says the rest.

An entry names a generator in `what`; where it draws is one of

    at = [[x, y], ...]                         these places
    row = [from, to, step], y = ...            evenly, each moved by up to wobble = [dx, dy]
    scatter = n, x = [low, high], y = [low, high]   by lot, except in the clear = [[x0, y0, x1, y1], ...]

`size` may be [low, high], and a colour under any name but `colours` may be a list to choose from by lot (`every` hands
the list over whole).
`chance` leaves some out. Everything else is handed to the generator.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from dreamgen.core.base import derive_seed, derived_random
from dreamgen.errors import unknown_name
from dreamgen.illustrator.display import Item, Recorder
from dreamgen.illustrator.light import Light
from dreamgen.illustrator.painters import Inked, Painter, wobbled
from dreamgen.illustrator.sets import furniture, hearths, interior, land, plants, shore, town
from dreamgen.illustrator.sets.brush import GENERATORS, Brush
from dreamgen.illustrator.sets.sky import draw_sky
from dreamgen.illustrator.sets.stage_map import STAGE, set_data

_DRAWN_BY = (furniture, hearths, interior, land, plants, shore, town)
"""Modules whose generators the data may name; importing them registers them."""

_PLACING = {"what", "label", "at", "row", "scatter", "x", "y", "wobble", "clear", "chance", "every"}


@dataclass(frozen=True)
class Layer:
    """One sheet of the set."""

    name: str
    parallax: float
    """How much of the camera's motion it follows: 1 for the ground, less behind it, more in front."""
    before: bool
    """Whether it lies in front of the people."""
    inked: Inked
    """Its shapes."""
    things: tuple[tuple[str, int], ...] = ()
    """For each shape, the generator that drew it, or its label, and which of the layer's things it belongs to."""


@dataclass(frozen=True)
class Lamp:
    """A light of the set that shines on what is around it."""

    x: float
    y: float
    radius: float
    """In stage points."""
    strength: float
    """0-1."""


@lru_cache(maxsize=12)
def scenery(set_name: str, seed: int, light: Light, painter: Painter) -> tuple[Layer, ...]:
    """The layers of a set, from the sky to the front.

    Args:
        set_name: which set.
        seed: of the place, so that two forests differ and one forest never changes.
        light: its shapes come lit.
        painter: its shapes come in this painter's colours and with the wobble of its hand.
    """
    plan = set_data()[set_name]
    layers = []
    if not light.indoor:
        brush = _brush(light, painter, 0.0, derive_seed(seed, "sky"))
        draw_sky(brush, plan["horizon"] * STAGE[1])
        layers.append(Layer("sky", 0.05, False, Inked(brush.pen.items)))
    for sheet in plan["layers"]:
        items: list[Item] = []
        things: list[tuple[str, int]] = []
        for number, entry in enumerate(sheet["puts"]):
            brush = _brush(light, painter, sheet.get("haze", 0.0), derive_seed(seed, sheet["name"], number))
            for count in _put(brush, entry):
                things += [(entry.get("label", entry["what"]), things[-1][1] + 1 if things else 0)] * count
            items += brush.pen.items
        if sheet.get("turns") and _turned(seed):
            for item in items:
                item.curve = item.curve * (-1.0, 1.0) + (STAGE[0], 0.0)
        wobbled(items, painter.wobble * 0.9, derive_seed(seed, "wobble", sheet["name"]))
        layers.append(Layer(sheet["name"], sheet["parallax"], sheet.get("before", False), Inked(items), tuple(things)))
    return tuple(layers)


def lamps_of(set_name: str) -> tuple[Lamp, ...]:
    """The lamps of a set."""
    return tuple(Lamp(*numbers) for numbers in set_data()[set_name].get("lamps", ()))


def shafts_of(set_name: str, seed: int) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Where shafts of sunlight fall in the place that `seed` stands for: four corners each, in stage points."""
    plan = set_data()[set_name]
    turned = plan.get("shafts_turn", False) and _turned(seed)
    return tuple(tuple((STAGE[0] - x if turned else x, y) for x, y in corners) for corners in plan.get("shafts", ()))


def _turned(seed: int) -> bool:
    """Whether this place is the mirror image of the other half of such places, where its data says that it may be."""
    return derived_random(seed, "turned").random() < 0.5


def _brush(light: Light, painter: Painter, distance: float, seed: int) -> Brush:
    return Brush(Recorder(lit=painter.graded(light.at(distance, painter.least_light[0]))), light, painter, Random(seed))


def _put(brush: Brush, entry: dict[str, Any]) -> list[int]:
    """Draws an entry; returns how many shapes each of its things has."""
    name = entry["what"]
    if name not in GENERATORS:
        raise unknown_name("generator", name, GENERATORS)
    given = {key: value for key, value in entry.items() if key not in _PLACING}
    counts = []
    # every place has a lot of its own: what the weather adds to one thing moves no other
    for (x, y), own in [(place, brush.apart()) for place in _places(entry, brush.lot)]:
        if own.lot.random() >= entry.get("chance", 1.0):
            continue
        before = len(brush.pen.items)
        GENERATORS[name](own, x, y, **{key: _drawn(key, value, entry, own.lot) for key, value in given.items()})
        counts.append(len(brush.pen.items) - before)
    return counts


def _drawn(key: str, value: Any, entry: dict[str, Any], lot: Random) -> Any:
    """A parameter as the generator gets it: sizes and colours of which there are several are chosen by lot."""
    if not isinstance(value, list) or key == "colours" or entry.get("every"):
        return value
    if key == "size":
        return lot.uniform(*value)
    return lot.choice(value) if isinstance(value[0], str) else value


def _places(entry: dict[str, Any], lot: Random) -> Iterator[tuple[float, float]]:
    dx, dy = entry.get("wobble", (0.0, 0.0))
    if "at" in entry:
        yield from ((x, y) for x, y in entry["at"])
    elif "row" in entry:
        start, stop, step = entry["row"]
        count = round((stop - start) / step)
        for k in range(count):
            x, y = start + k * step + lot.uniform(-dx, dx), entry["y"] + lot.uniform(-dy, dy)
            if not _kept_clear(entry, x, y):
                yield x, y
    elif "scatter" in entry:
        spots = [(lot.uniform(*entry["x"]), lot.uniform(*entry["y"])) for _ in range(entry["scatter"])]
        # from the back to the front, so that the nearer one covers the farther
        yield from sorted((spot for spot in spots if not _kept_clear(entry, *spot)), key=lambda spot: spot[1])
    else:
        yield entry.get("x", 0.0), entry.get("y", 0.0)


def _kept_clear(entry: dict[str, Any], x: float, y: float) -> bool:
    return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in entry.get("clear", ()))
