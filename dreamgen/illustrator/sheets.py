"""Bodies as transparent sheets of pixels over the set: their shadows, the light along their edges, their place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines import canvas, imaging
from dreamgen.illustrator.company import Group, bounds
from dreamgen.illustrator.lens import Sight
from dreamgen.illustrator.light import Light
from dreamgen.illustrator.painters import Painter

Pixels = NDArray[np.uint8]

_PAD = 9.0  # stage points around a group for outlines, paper shadows and soft shapes
_COARSE = 4  # shadows are soft, so they are made at a quarter of the size


@dataclass(frozen=True)
class Sheet:
    """The pixels around one group."""

    group: Group
    only: tuple[int, ...] | None
    """Indices of the items that are drawn; None for all."""
    pixels: Pixels
    """Premultiplied BGRA, to be drawn on."""
    x: int
    """Its left edge in the picture."""
    y: int
    """Its top edge in the picture."""

    def sight(self, picture: Sight) -> Sight:
        """Stage points at the pose's time to this sheet's own pixels."""
        x, y = picture.pixel(*self.group.shift)
        return Sight(picture.zoom, x - self.x, y - self.y)


def sheet_for(group: Group, only: tuple[int, ...] | None, size: tuple[int, int], sight: Sight) -> Sheet | None:
    """A blank sheet that holds what the picture shows of a group; None when it shows nothing."""
    box = bounds(group, only)
    if box is None:
        return None
    left, top = sight.pixel(box[0] - _PAD, box[1] - _PAD)
    right, bottom = sight.pixel(box[2] + _PAD, box[3] + _PAD)
    x0, y0 = max(0, math.floor(left)), max(0, math.floor(top))
    x1, y1 = min(size[0], math.ceil(right)), min(size[1], math.ceil(bottom))
    # slivers at the edge of the picture are too small for the shadow's coarse copy
    if x1 < x0 + 6 or y1 < y0 + 6:
        return None
    return Sheet(group, only, canvas.blank(x1 - x0, y1 - y0), x0, y0)


def draw_sheets(sheets: Sequence[Sheet], painter: Painter, light: Light, sight: Sight) -> None:
    """Paints the groups on their sheets."""
    for sheet in sheets:
        marks = sheet.group.inked.marks(painter, light.direction, only=sheet.only)
        own = sheet.sight(sight)
        canvas.draw(sheet.pixels, marks, own.zoom, (own.x, own.y))


def cast_shadows(picture: Pixels, sheets: Sequence[Sheet], light: Light, sight: Sight, unit: float) -> None:
    """Darkens the ground under and beside the groups, in place."""
    if not sheets:
        return
    height, width = picture.shape[:2]
    mask = np.zeros((max(1, height // _COARSE), max(1, width // _COARSE)), np.uint8)
    for sheet in sheets:
        dx, dy = sheet.group.shift
        for body in sheet.group.bodies:
            x, y = sight.pixel(body.x + dx, body.y + dy)
            radii = (body.foot * sight.zoom / _COARSE, 5.4 * body.scale * sight.zoom / _COARSE)
            imaging.ellipse_on(mask, (x / _COARSE, (y + 1) / _COARSE), radii, 105)
        if light.shadow > 0.1 and not light.indoor:
            np.maximum(mask, _silhouette(sheet, light, sight, mask.shape[::-1]), out=mask)
    mask = imaging.softened(mask, max(0.4, 1.6 * max(unit, sight.zoom * 0.7)))
    strength = min(0.62, light.shadow * 1.9 + 0.12)
    dark = imaging.resized((mask * np.float32(strength)).astype(np.uint8), width, height)
    imaging.darken(picture, dark)


def _silhouette(sheet: Sheet, light: Light, sight: Sight, size: tuple[int, int]) -> Pixels:
    """The sheet's own shape, laid down on the ground away from the light, at the shadows' coarse size."""
    body = sheet.group.bodies[0]
    x, y = sight.pixel(body.x + sheet.group.shift[0], body.y + sheet.group.shift[1])
    foot, left, top = y / _COARSE, sheet.x / _COARSE, sheet.y / _COARSE
    lean, fall = light.cast
    if light.time == "sunset":  # a low sun in the picture: shadows spread from under it
        sun = sight.pixel(light.disc[0], 0.0)[0]
        lean = max(-0.6, min(0.6, (x - sun) / sight.zoom / 600))
    high, wide = sheet.pixels.shape[:2]
    alpha = imaging.channel(sheet.pixels, 3)
    small = imaging.resized(alpha, max(1, wide // _COARSE), max(1, high // _COARSE))
    # a pixel h above the foot lands on (x + lean * h, foot + fall * h)
    rise = foot - top
    matrix = np.array([[1, -lean, left + lean * rise], [0, -fall, foot + fall * rise]], np.float32)
    laid = imaging.sheared(small, matrix, size)
    return (laid * np.float32(0.62)).astype(np.uint8)


def lay_sheets(
    picture: Pixels, sheets: Sequence[Sheet], light: Light, painter: Painter, sight: Sight, rims: bool
) -> None:
    """Lays the sheets over the picture, in place, with light along the edges that look at it."""
    red, green, blue = (0.92, 0.92, 0.92) if painter.grey else light.rim
    reach = 2.1 * sight.zoom
    for sheet in sheets:
        high, wide = sheet.pixels.shape[:2]
        region = picture[sheet.y : sheet.y + high, sheet.x : sheet.x + wide]
        if rims and light.rim_strength > 0.05:
            alpha = imaging.channel(sheet.pixels, 3)
            edge = imaging.rim(alpha, (-light.direction[0] * reach, -light.direction[1] * reach))
            imaging.brighten(sheet.pixels, edge, (blue, green, red), light.rim_strength * 0.62)
        imaging.lay_over(region, sheet.pixels)
