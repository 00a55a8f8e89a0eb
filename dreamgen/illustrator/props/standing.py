"""Things that stand on the stage, in figure units (a grown person is 100 high), on the ground at y = 0, y down."""

from __future__ import annotations

import math
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np

from dreamgen.core.colours import COLOURS
from dreamgen.core.story import Prop
from dreamgen.illustrator.display import Part, Recorder, Rgb, mix, shade, tint

_WOOD: Final = (0.52, 0.35, 0.24)
_STONE: Final = (0.62, 0.62, 0.64)
_IRON: Final = (0.27, 0.26, 0.30)


def _bed(r: Recorder, colour: Rgb, t: float) -> None:
    for x in (-58, 54):
        r.rect(x, -16, 5, 16, shade(_WOOD, 0.4))
    r.shape([(-63, -58), (-52, -62), (-50, 0), (-63, 0)], _WOOD, smooth=False)
    r.shape([(58, -36), (66, -34), (66, 0), (58, 0)], _WOOD, smooth=False)
    r.rect(-56, -22, 116, 10, shade(_WOOD, 0.2))
    r.shape([(-55, -30), (60, -30), (60, -20), (-55, -20)], "#f1eee6", smooth=False)
    r.shape([(-52, -32), (-48, -42), (-26, -42), (-22, -31)], "#f7f4ee")
    r.shape([(-24, -31), (-16, -40), (20, -37), (58, -36), (64, -24), (62, -10), (-20, -10)], colour)
    r.shape([(-24, -31), (-17, -40), (-6, -38), (-10, -24), (-13, -10), (-20, -10)], tint(colour, 0.5), kind="detail")


def _table(r: Recorder, colour: Rgb, t: float) -> None:
    for x in (-34, 28):
        r.rect(x, -38, 6, 38, shade(colour, 0.3))
    r.rect(-41, -44, 82, 7, colour)
    r.rect(-36, -37, 72, 4, shade(colour, 0.5), kind="detail")


def _chair(r: Recorder, colour: Rgb, t: float) -> None:
    r.rect(-16, -58, 5, 58, shade(colour, 0.2))
    for y in (-55, -44):
        r.rect(-15, y, 6, 6, tint(colour, 0.2), kind="detail")
    r.rect(10, -28, 5, 28, shade(colour, 0.2))
    r.rect(-17, -31, 34, 6, colour)


def _bench(r: Recorder, colour: Rgb, t: float) -> None:
    for x in (-40, 34):
        r.rect(x, -26, 6, 26, _IRON)
        r.rect(x + 1, -52, 4, 28, _IRON)
    for y in (-52, -42):
        r.rect(-46, y, 92, 7, colour)
    r.rect(-48, -29, 96, 7, tint(colour, 0.25))


def _chest(r: Recorder, colour: Rgb, t: float) -> None:
    r.rect(-27, -24, 54, 24, colour)
    r.shape([(-28, -24), (-26, -34), (0, -39), (26, -34), (28, -24)], tint(colour, 0.25), sharp=(0, 4))
    for x in (-20, 15):
        r.rect(x, -36, 5, 36, "#c9a14a", kind="detail")
    r.rect(-5, -28, 10, 10, "#e6c25f")
    r.oval(0, -23, 1.6, 2.2, _IRON, kind="detail")


def _boat(r: Recorder, colour: Rgb, t: float) -> None:
    r.shape([(-62, -26), (-50, -6), (46, -6), (66, -30), (40, -22), (-40, -20)], colour, sharp=(0, 3))
    r.shape(
        [(-62, -26), (-40, -20), (40, -22), (66, -30), (62, -24), (40, -16), (-40, -14), (-58, -20)],
        tint(colour, 0.5),
        sharp=(0, 3),
    )
    r.stroke([(-50, -10), (0, -8), (52, -12)], shade(colour, 0.7), 0.7)
    r.stroke([(-20, -44), (16, -8)], shade(_WOOD, 0.1), 1.6)


def _tree_stump(r: Recorder, colour: Rgb, t: float) -> None:
    r.shape([(-18, -26), (18, -26), (20, -8), (28, 0), (-28, 0), (-20, -8)], colour, sharp=(3, 4))
    r.oval(0, -26, 18.5, 6.5, tint(mix(colour, "#d8b483", 0.7), 0.2))
    for size in (0.66, 0.36):
        r.oval(0, -26, 18.5 * size, 6.5 * size, mix(colour, "#d8b483", 0.45), kind="detail")


def _sleigh(r: Recorder, colour: Rgb, t: float) -> None:
    r.stroke([(-56, -2), (40, -2), (58, -8), (62, -20), (54, -26)], "#c9a14a", 1.9)
    for x in (-34, 26):
        r.rect(x, -16, 4, 14, "#c9a14a")
    r.shape([(-58, -62), (-48, -60), (-38, -36), (30, -34), (46, -52), (56, -50), (46, -14), (-44, -14)], colour)
    r.stroke([(-50, -48), (-40, -26), (34, -24), (48, -42)], "#f0c33c", 1.1)


def _fence(r: Recorder, colour: Rgb, t: float) -> None:
    for y in (-34, -16):
        r.rect(-64, y, 128, 6, shade(colour, 0.2))
    for k in range(7):
        x = -60 + k * 19
        r.shape([(x, 0), (x, -42), (x + 5, -48), (x + 10, -42), (x + 10, 0)], colour, smooth=False)


def _well(r: Recorder, colour: Rgb, t: float) -> None:
    for x in (-30, 24):
        r.rect(x, -82, 6, 60, _WOOD)
    r.stroke([(0, -74), (0, -48)], "#b79b6c", 0.9)
    r.shape([(-6, -48), (6, -48), (5, -38), (-5, -38)], shade(_WOOD, 0.3), smooth=False)
    r.shape([(-44, -78), (0, -102), (44, -78)], "#a5553f", smooth=False)
    r.shape([(-36, -34), (36, -34), (33, 0), (-33, 0)], colour, smooth=False)
    for row, y in enumerate((-30, -20, -10)):
        for k in range(4):
            r.rect(-32 + k * 16 + (row % 2) * 7 - 3, y, 13, 8, tint(colour, 0.25), kind="detail")
    r.rect(-39, -38, 78, 7, shade(colour, 0.25))


def _tent(r: Recorder, colour: Rgb, t: float) -> None:
    r.shape([(-58, 0), (-8, -78), (8, -78), (62, 0)], colour, smooth=False)
    r.shape([(-8, -78), (8, -78), (22, 0), (-26, 0)], tint(colour, 0.45), smooth=False)
    r.shape([(0, -66), (13, 0), (-14, 0)], shade(colour, 1.2), smooth=False)


def _fire(r: Recorder, colour: Rgb, t: float) -> None:
    for x, y, turn in ((-6, -8, 0.25), (6, -8, -0.25)):
        r.oval(x, y, 18, 4, shade(_WOOD, 0.3), turn=turn)
    flicker = [math.sin(2 * math.pi * (1.7 * t + k * 0.31)) for k in range(3)]
    for size, hue, sway in ((1.0, "#e8622c", flicker[0]), (0.7, "#f2a33a", flicker[1]), (0.38, "#fbe08a", flicker[2])):
        top = -44 * size - 3 * sway
        r.shape(
            [(-14 * size, -6), (-11 * size, -22 * size), (2 * sway, top), (11 * size, -20 * size), (14 * size, -6)],
            hue,
            sharp=(2,),
            width=0.6,
        )


_DRAWERS: Final = MappingProxyType(
    {
        "bed": (_bed, "blue"), "table": (_table, "brown"), "chair": (_chair, "brown"), "bench": (_bench, "brown"),
        "chest": (_chest, "brown"), "boat": (_boat, "red"), "tree stump": (_tree_stump, "brown"),
        "sleigh": (_sleigh, "red"), "fence": (_fence, "white"), "well": (_well, "grey"), "tent": (_tent, "green"),
        "fire": (_fire, "orange"),
    }
)  # fmt: skip
"""Kind to its drawer and its usual colour."""


def standing_kinds() -> tuple[str, ...]:
    """Every thing that can stand on the stage."""
    return tuple(_DRAWERS)


def draw_standing(recorder: Recorder, prop: Prop, t: float) -> None:
    """Records the thing; the recorder's transform maps figure units to the stage, its entity is stamped already.

    Raises:
        KeyError: for a kind that is not one of `standing_kinds()`.
    """
    draw, usual = _DRAWERS[prop.kind]
    r, g, b = COLOURS[prop.colour or usual]
    with recorder.stamped(part=Part.PROP):
        draw(recorder, (r / 255, g / 255, b / 255), t)


@cache
def standing_size(kind: str) -> tuple[float, float]:
    """Width and height in figure units, measured from the drawing."""
    recorder = Recorder()
    draw_standing(recorder, Prop(id="measured", name=kind, kind=kind), 0.0)
    points = np.vstack([item.curve for item in recorder.items])
    width, height = points.max(0) - points.min(0)
    return float(width), float(height)
