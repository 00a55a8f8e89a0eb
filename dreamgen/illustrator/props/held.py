"""Things in a hand: stencils of data/held.toml, with the hand at the origin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from dreamgen.core.colours import COLOURS
from dreamgen.core.story import Prop
from dreamgen.errors import unknown_name
from dreamgen.illustrator.display import Part, Recorder, Rgb, rgb
from dreamgen.illustrator.figures.stencils import stamp, stencil
from dreamgen.illustrator.figures.tables import table

Vector = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Grip:
    """How a thing is carried; data/held.toml says what the fields mean."""

    usual: str
    carry: Vector | None
    both: Vector | None
    over: bool
    behind: bool
    sway: Vector
    light: Vector | None


def held_kinds() -> tuple[str, ...]:
    """Every kind of thing that fits in a hand."""
    return tuple(table("held"))


@cache
def grip_of(kind: str) -> Grip:
    """How a thing is carried.

    Raises:
        UsageError: when no such thing fits in a hand.
    """
    props = table("held")
    if kind not in props:
        raise unknown_name("held prop", kind, props)
    data = props[kind]

    def pair(key: str) -> Vector | None:
        return (float(data[key][0]), float(data[key][1])) if key in data else None

    return Grip(
        usual=data["usual"],
        carry=pair("carry"),
        both=pair("both"),
        over=data["over"],
        behind=data.get("behind", False),
        sway=pair("sway") or (0.0, 0.0),
        light=pair("light"),
    )


def draw_held(recorder: Recorder, prop: Prop, hand: Vector, unit: float, t: float) -> Vector | None:
    """Records a thing in a hand.

    Args:
        recorder: its transform maps figure units to the stage; its entity is stamped already.
        prop: what is held.
        hand: where, in figure units.
        unit: stage points in one figure unit.
        t: seconds; things that hang swing.

    Returns:
        The middle of its light in figure units, when it gives light.
    """
    grip = grip_of(prop.kind)
    swing, frequency = grip.sway
    angle = math.radians(swing * math.sin(2 * math.pi * frequency * t)) if swing else 0.0
    sine, cosine = math.sin(angle), math.cos(angle)
    frame = ((cosine, -sine, hand[0]), (sine, cosine, hand[1]))
    with recorder.stamped(part=Part.PROP), recorder.transformed(frame):
        stamp(recorder, stencil("held", prop.kind, "marks"), {"main": _colour(prop, grip)}, unit)
    if grip.light is None:
        return None
    x, y = grip.light
    return hand[0] + x * cosine - y * sine, hand[1] + x * sine + y * cosine


def draw_lying(recorder: Recorder, prop: Prop, unit: float) -> Vector | None:
    """Records a thing that nobody holds, standing on the ground at (0, 0).

    Args:
        recorder: its transform maps figure units to the stage; its entity is stamped already.
        prop: what lies there.
        unit: stage points in one figure unit.

    Returns:
        The middle of its light in figure units, when it gives light.
    """
    left, _, right, bottom = held_box(prop.kind)
    return draw_held(recorder, prop, (-(left + right) / 2, -bottom), unit, 0.0)


@lru_cache(maxsize=64)
def held_box(kind: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a thing around the hand, in figure units.

    Raises:
        UsageError: when no such thing fits in a hand.
    """
    grip_of(kind)
    corners = []
    for mark in stencil("held", kind, "marks"):
        border = mark.width / 2 if mark.kind == "line" else 0.0
        corners.append([*(mark.curve.min(0) - border), *(mark.curve.max(0) + border)])
    boxes = np.array(corners)
    return (
        float(boxes[:, 0].min()), float(boxes[:, 1].min()), float(boxes[:, 2].max()), float(boxes[:, 3].max()),
    )  # fmt: skip


def _colour(prop: Prop, grip: Grip) -> Rgb:
    name = prop.colour or grip.usual
    if name.startswith("#"):
        return rgb(name)
    red, green, blue = COLOURS[name]
    return red / 255, green / 255, blue / 255
