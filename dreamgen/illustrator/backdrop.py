"""The set of one shot: every layer is drawn once, as large as the camera ever needs it, then only moved."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines import canvas, imaging
from dreamgen.illustrator.lens import Lens, Sight
from dreamgen.illustrator.light import Light
from dreamgen.illustrator.painters import Painter
from dreamgen.illustrator.painters.hatching import hatch
from dreamgen.illustrator.sets import STAGE
from dreamgen.illustrator.sets.scenery import Layer

Pixels = NDArray[np.uint8]

_SHADED = 26000.0  # square stage points up to which a shape of the set is shaded, in the wide shot


@dataclass(frozen=True)
class Sprite:
    """A piece of a layer as pixels."""

    image: Pixels
    """Premultiplied BGRA."""
    sight: Sight
    """How stage points map to its pixels."""
    parallax: float
    fills: bool
    """Whether it covers the whole picture (the sky)."""


@dataclass(frozen=True)
class Overlap:
    """Where a foreground sprite came to lie in the picture."""

    x: int
    y: int
    alpha: Pixels
    """Its opacity there."""


class Backdrop:
    """The baked set.

    Args:
        layers: from the back to the front.
        lens: the shot's camera.
        light: its colours are in the layers already; the sky's gradient is painted here.
        painter: the style.
        horizon: in stage fractions.
        seed: of the place, for the grain of the sky.
    """

    def __init__(
        self, layers: tuple[Layer, ...], lens: Lens, light: Light, painter: Painter, horizon: float, seed: int
    ) -> None:
        self._lens, self._light, self._painter, self._seed = lens, light, painter, seed
        self._horizon = horizon * STAGE[1]
        self._behind = [sprite for layer in layers if not layer.before for sprite in self._baked(layer)]
        self._before = [sprite for layer in layers if layer.before for sprite in self._baked(layer)]
        self._still: Pixels | None = None

    def behind(self, t: float) -> Pixels:
        """The set behind the people, uint8 (h, w, 3)."""
        if self._still is not None:
            return self._still.copy()
        width, height = self._lens.size
        picture = np.empty((height, width, 3), np.uint8)
        for sprite in self._behind:
            self._lay(picture, sprite, t)
        if self._lens.static:
            self._still = picture.copy()
        return picture

    def before(self, picture: Pixels, t: float) -> list[Overlap]:
        """Lays the foreground over `picture`; returns where it hides things."""
        laid = (self._lay(picture, sprite, t) for sprite in self._before)
        return [overlap for overlap in laid if overlap is not None]

    def _baked(self, layer: Layer) -> Iterator[Sprite]:
        image, sight = self._drawn(layer)
        if layer.name == "sky":
            self._paint_sky(image, sight)
            yield Sprite(image, sight, layer.parallax, fills=True)
            return
        if self._painter.hatching and not layer.before:
            hatch(image, sight.zoom, self._painter.hatching, self._painter.hatched)
        solid = layer.parallax == 1.0 or self._light.indoor
        if layer.parallax == 1.0 and not layer.before and (self._painter.gradient or self._painter.cel):
            _darken_front(image, sight)
        blur = self._blur(layer)
        if blur > 0.3:
            image = imaging.softened(image, blur)
        if self._painter.drop is not None and not (solid and not layer.before):
            _paper_shadow(image, sight.zoom)
        yield from _pieces(Sprite(image, sight, layer.parallax, fills=False))

    def _drawn(self, layer: Layer) -> tuple[Pixels, Sight]:
        lens, (width, height) = self._lens, self._lens.size
        views = [lens.at(t, layer.parallax) for t in lens.moments()]
        zoom = max(view.zoom for view in views)
        x0, y0 = min(-view.x / view.zoom for view in views), min(-view.y / view.zoom for view in views)
        x1 = max((width - view.x) / view.zoom for view in views)
        y1 = max((height - view.y) / view.zoom for view in views)
        if not layer.before and layer.name != "sky" and layer.parallax != 1.0 and not self._light.indoor:
            y1 = min(y1, max(y0 + 8, self._horizon + 320))  # lower rows are always behind the ground
        slack = 0 if lens.static else 2
        wide, high = math.ceil((x1 - x0) * zoom - 1e-6) + slack, math.ceil((y1 - y0) * zoom - 1e-6) + slack
        pixels = canvas.blank(wide, high)
        sight = Sight(zoom, -x0 * zoom, -y0 * zoom)
        low, high_ = layer.inked.low, layer.inked.high
        near = 70.0
        seen = (high_[:, 0] > x0 - near) & (low[:, 0] < x1 + near) & (low[:, 1] < y1 + near) & (high_[:, 1] > y0 - near)
        largest = _SHADED / math.sqrt(zoom / lens.unit)
        only = np.flatnonzero(seen).tolist()
        marks = layer.inked.marks(self._painter, self._light.direction, largest, on_set=True, only=only)
        canvas.draw(pixels, marks, zoom, (sight.x, sight.y))
        return pixels, sight

    def _blur(self, layer: Layer) -> float:
        """Depth of field in pixels: the closer the camera, the softer what is not at the people's distance."""
        closeness = max(0.0, self._lens.window(0.0)[2] - 1.25) * self._lens.unit * 1.1
        if layer.before:
            if layer.parallax == 1.0 or self._painter.drop is not None:
                return 0.0
            return (2.2 + max(0.0, self._lens.window(0.0)[2] - 1) * 3) * self._lens.unit
        return closeness * (1.15 - layer.parallax) * (2.0 if layer.parallax < 1 else 3.0)

    def _paint_sky(self, image: Pixels, sight: Sight) -> None:
        """Fills in the gradient behind the clouds, with a grain that keeps it from banding."""
        high, wide = image.shape[:2]
        place = np.clip(((np.arange(high) - sight.y) / sight.zoom) / (self._horizon + 30), 0, 1) * 2.999
        row = place.astype(int)
        share = (place - row)[:, None]
        graded = self._painter.graded(lambda colour: colour)
        stops = np.array([graded(colour) for colour in self._light.sky])
        colours = (stops[row] * (1 - share) + stops[np.minimum(row + 1, 3)] * share)[:, ::-1] * 255
        grain = np.random.default_rng(self._seed).uniform(0, 1, (high, 64, 1))
        strip = np.clip(colours[:, None, :] + grain, 0, 255).astype(np.uint8)
        ground = np.ascontiguousarray(np.tile(strip, (1, wide // 64 + 1, 1))[:, :wide])
        imaging.lay_over(ground, image)
        image[..., :3] = ground
        image[..., 3] = 255

    def _lay(self, picture: Pixels, sprite: Sprite, t: float) -> Overlap | None:
        lens, (width, height) = self._lens, self._lens.size
        sight = lens.at(t, sprite.parallax)
        scale = sight.zoom / sprite.sight.zoom
        left, top = sight.x - scale * sprite.sight.x, sight.y - scale * sprite.sight.y
        high, wide = sprite.image.shape[:2]
        if lens.static:
            ox, oy = round(-left), round(-top)
            x0, y0, x1, y1 = max(0, -ox), max(0, -oy), min(width, wide - ox), min(height, high - oy)
        else:
            x0, y0 = max(0, math.floor(left)), max(0, math.floor(top))
            x1, y1 = min(width, math.ceil(left + scale * wide)), min(height, math.ceil(top + scale * high))
        if x1 <= x0 or y1 <= y0:
            return None
        if lens.static:
            seen = np.ascontiguousarray(sprite.image[y0 + oy : y1 + oy, x0 + ox : x1 + ox])
        else:
            shift = (left - x0, top - y0)
            seen = imaging.moved(sprite.image, scale, shift, (x1 - x0, y1 - y0), extend=sprite.fills)
        if sprite.fills:
            picture[y0:y1, x0:x1] = imaging.colours_of(seen)
            picture[y1:] = picture[y1 - 1]
            return None
        imaging.lay_over(picture[y0:y1, x0:x1], seen)
        return Overlap(x0, y0, seen[..., 3])


def _darken_front(image: Pixels, sight: Sight) -> None:
    """Ground grows darker towards the camera, which keeps the eye in the middle of the picture."""
    high, wide = image.shape[:2]
    y = (np.arange(high) - sight.y) / sight.zoom
    rows = np.clip(1.03 - 0.20 * np.clip((y - 430) / 190, 0, 1), 0, 1) * 250
    factor = np.full((high, wide, 4), 250, np.uint8)
    factor[..., :3] = rows.astype(np.uint8)[:, None, None]
    imaging.scale_by(image, factor, 250)


def _paper_shadow(image: Pixels, zoom: float) -> None:
    """A soft shadow of the whole sheet on what is behind it, in place."""
    high, wide = image.shape[:2]
    small = imaging.resized(image[..., 3], max(1, wide // 4), max(1, high // 4))
    shifted = imaging.moved(small, 1.0, (1.6 * zoom, 2.2 * zoom), small.shape[::-1])
    shadow = imaging.resized(imaging.softened(shifted, 1.7), wide, high)
    alpha = image[..., 3].astype(np.uint16)
    image[..., 3] = (alpha + shadow.astype(np.uint16) * (255 - alpha) * 42 // 25500).astype(np.uint8)


def _pieces(sprite: Sprite, gap: int = 48) -> Iterator[Sprite]:
    """The sprite without its empty columns and rows, cut where `gap` columns or more are empty."""
    alpha = sprite.image[..., 3]
    columns = np.flatnonzero(alpha.any(0))
    if not len(columns):
        return
    breaks = np.flatnonzero(np.diff(columns) > gap)
    starts = [columns[0], *columns[breaks + 1]]
    stops = [*columns[breaks], columns[-1]]
    for first, last in zip(starts, stops, strict=True):
        x0, x1 = max(0, int(first) - 1), min(alpha.shape[1], int(last) + 2)
        rows = np.flatnonzero(alpha[:, x0:x1].any(1))
        y0, y1 = max(0, int(rows[0]) - 1), min(alpha.shape[0], int(rows[-1]) + 2)
        image = np.ascontiguousarray(sprite.image[y0:y1, x0:x1])
        sight = sprite.sight._replace(x=sprite.sight.x - x0, y=sprite.sight.y - y0)
        yield replace(sprite, image=image, sight=sight)
