"""A display list in a painter's hand: items become the canvas's marks, and the stamps of the entity map."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dreamgen.engines.canvas import Fill, Line, Mark, Outline, Ramp, argb, stamp
from dreamgen.illustrator.display import Item, Rgb, mix, rgb, shade, tint
from dreamgen.illustrator.painters.painter import Painter

_MATTER = 0.5  # opacity from which a shape hides what is behind it


class Inked:
    """Items with the outlines that the painting and the maps share, so that each curve is prepared once."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = tuple(items)
        self.entities = np.array([item.entity for item in items], np.int32)
        self.outlines = tuple(Outline(item.curve, item.closed) for item in items)
        if self.items:
            self.low = np.array([item.curve.min(0) for item in items])
            self.high = np.array([item.curve.max(0) for item in items])
        else:
            self.low = self.high = np.zeros((0, 2))
        # a pose is drawn for two frames and more; these only remember what follows from the arguments
        self._marks: dict[tuple[object, ...], list[Mark]] = {}
        self._stamps: dict[Painter, list[Mark]] = {}

    def marks(
        self, painter: Painter, light: tuple[float, float], largest: float = math.inf, on_set: bool = False,
        only: Sequence[int] | None = None,
    ) -> list[Mark]:  # fmt: skip
        """How the painter draws them.

        Args:
            painter: the style.
            light: towards the light.
            largest: square stage points up to which a shape is shaded; on larger ones it would look like a stain.
            on_set: whether they belong to the set.
            only: indices of the items that are wanted.
        """
        if only is None:
            key = (painter, light, largest, on_set)
            if key not in self._marks:
                self._marks[key] = self.marks(painter, light, largest, on_set, range(len(self.items)))
            return self._marks[key]
        marks: list[Mark] = []
        for index in only:
            item, outline = self.items[index], self.outlines[index]
            if item.fill is not None:
                low, high = self.low[index], self.high[index]
                _fill(marks, item, outline, painter, _ramp(item, low, high, painter, light, largest, on_set))
            _line(marks, item, outline, painter)
        return marks

    def stamps(self, painter: Painter, only: Sequence[int] | None = None) -> list[Mark]:
        """The same shapes as numbers: every pixel that a shape's matter covers carries its entity and part."""
        if only is None:
            if painter not in self._stamps:
                self._stamps[painter] = self.stamps(painter, range(len(self.items)))
            return self._stamps[painter]
        marks: list[Mark] = []
        for index in only:
            item, outline = self.items[index], self.outlines[index]
            if item.alpha < _MATTER or item.blur:
                continue
            colour = stamp(item.entity, item.part)
            if item.fill is not None:
                marks.append(Fill(outline, colour))
            width = item.width if item.kind == "line" else painter.outline * item.width * (item.kind == "main")
            if width:
                marks.append(Line(outline, colour, width))
        return marks

    def contours(self, width: float) -> list[Mark]:
        """The same shapes as white paper with black lines of `width` stage points, for line art."""
        white, black = argb((1.0, 1.0, 1.0)), argb((0.0, 0.0, 0.0))
        marks: list[Mark] = []
        for item, outline in zip(self.items, self.outlines, strict=True):
            if item.alpha < _MATTER or item.blur:
                continue
            if item.fill is not None:
                marks.append(Fill(outline, white))
            if item.kind == "line":
                marks.append(Line(outline, black, max(item.width, width * 0.7)))
            elif item.kind == "main" and item.width:
                marks.append(Line(outline, black, width))
        return marks


def _ramp(
    item: Item, low: np.ndarray, high: np.ndarray, painter: Painter, light: tuple[float, float], largest: float,
    on_set: bool,
) -> Ramp | None:  # fmt: skip
    """The shading across a shape, from the side of the light to the other."""
    gradient, cel = painter.gradient, painter.cel
    if on_set and painter.set_gradient is not None:
        gradient, cel = painter.set_gradient, 0.0
    if not (gradient or cel) or item.kind != "main" or item.alpha < 1 or item.blur or item.fill is None:
        return None
    (x0, y0), (x1, y1) = low.tolist(), high.tolist()
    if (x1 - x0) * (y1 - y0) > largest:
        return None
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    reach = abs(light[0]) * (x1 - x0) / 2 + abs(light[1]) * (y1 - y0) / 2
    start, end = (x + light[0] * reach, y + light[1] * reach), (x - light[0] * reach, y - light[1] * reach)
    colour = argb(item.fill)
    if cel:
        return Ramp(start, end, (colour, colour, argb(shade(item.fill, cel))), (0.0, 0.60, 0.61))
    bright, dark = argb(tint(item.fill, gradient * 0.35)), argb(shade(item.fill, gradient))
    return Ramp(start, end, (bright, colour, dark), (0.0, 0.4, 1.0))


def _fill(marks: list[Mark], item: Item, outline: Outline, painter: Painter, ramp: Ramp | None) -> None:
    assert item.fill is not None
    main = item.kind == "main"
    if painter.drop is not None and main and item.alpha >= _MATTER:
        dx, dy, blur, strength = painter.drop
        marks.append(Fill(outline, argb((0.08, 0.055, 0.12), strength), blur=blur, offset=(dx, dy)))
    marks.append(Fill(outline, argb(item.fill, item.alpha), ramp, item.blur))
    if main and item.width and painter.pool:
        marks.append(Line(outline, argb(shade(item.fill, 0.5), painter.pool), 2.6))
    if main and painter.edge:
        marks.append(Line(outline, argb(tint(item.fill, 0.45), painter.edge), 1.0))


def _line(marks: list[Mark], item: Item, outline: Outline, painter: Painter) -> None:
    if item.kind == "line":
        assert item.line is not None
        marks.append(Line(outline, argb(item.line, item.alpha), item.width))
    elif item.kind == "main" and painter.outline and item.width:
        colour = argb(_outline_colour(item, painter), painter.outline_alpha * item.alpha)
        marks.append(Line(outline, colour, painter.outline * item.width))


def _outline_colour(item: Item, painter: Painter) -> Rgb:
    if item.line is not None:
        colour = item.line
    elif painter.outline_colour is not None:
        colour = rgb(painter.outline_colour)
    else:
        colour = shade(item.fill or (0.0, 0.0, 0.0), 0.9)
    if painter.outline_mix and item.fill is not None:
        return mix(colour, shade(item.fill, 1.0), painter.outline_mix)
    return colour


def wobbled(items: Sequence[Item], amount: float, seed: int) -> None:
    """Moves the control points a little, in place, as an unsteady hand would; small shapes stay as they are."""
    if amount <= 0 or not items:
        return
    knots = [(len(item.curve) - 1) // 3 + 1 for item in items]
    push = np.random.default_rng(seed).standard_normal((sum(knots), 2)) * amount
    at = 0
    for item, count in zip(items, knots, strict=True):
        own = push[at : at + count]
        at += count
        if count < 3:
            continue
        ends = item.curve[::3]
        size = float(np.ptp(ends, axis=0).max())
        share = min(1.0, size / 40.0)
        if share < 0.12:
            continue
        if item.closed:
            own[-1] = own[0]
        item.curve = item.curve + np.repeat(own, 3, 0)[1:-1] * share
