"""The display list: one geometry that the painter, the entity map, the line art and the part map all read.

An artist's code says what a shape is and which colour its material has (albedo). It never says how a style
outlines, shades or textures it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dreamgen.illustrator.geometry import Points, ellipse, limb, spline

Rgb = tuple[float, float, float]
"""A colour, each channel 0-1. A tuple and not an array: arithmetic on three numbers is ten times faster."""

Kind = Literal["main", "detail", "line"]
"""main: gets the style's outline and shading; detail: only its fill; line: a stroke."""


@dataclass(slots=True)
class Item:
    """One shape."""

    curve: Points
    """Cubic control points (3n+1, 2), in stage points (1024x576 for the whole stage)."""
    closed: bool
    """Whether the curve ends where it began."""
    kind: Kind
    """How a style treats it."""
    fill: Rgb | None
    """Albedo, already lit; None for a stroke."""
    line: Rgb | None
    """Colour of the stroke, where the artist insists."""
    width: float
    """main: factor on the style's outline width (0: no outline); line: width in stage points."""
    alpha: float
    """Opacity, 0-1. Under 0.5 the shape is light, not matter: it has no entity."""
    blur: float
    """Softness in stage points; a soft shape has no entity."""
    entity: int
    """Number of the entity in the entity map; 0 is the set."""
    part: int
    """Number of the part in the part map; see `Part`."""


class Part:
    """Numbers of body parts in the part map."""

    NONE, SKIN, HAIR, TOP, BOTTOM, SHOES, HAT, SCARF, ACCESSORY, FACE, PROP, COAT = range(12)


def rgb(colour: str | Rgb) -> Rgb:
    """'#rrggbb' or a colour as a colour."""
    if not isinstance(colour, str):
        return colour
    digits = colour.lstrip("#")
    return int(digits[0:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:6], 16) / 255


def mix(one: str | Rgb, other: str | Rgb, share: float) -> Rgb:
    """`share` of `other` in `one`."""
    a, b, rest = rgb(one), rgb(other), 1 - share
    return a[0] * rest + b[0] * share, a[1] * rest + b[1] * share, a[2] * rest + b[2] * share


def shade(colour: str | Rgb, strength: float = 0.3) -> Rgb:
    """The same material in a cool shadow."""
    r, g, b = rgb(colour)
    return r * (1 - strength * 0.55), g * (1 - strength * 0.62), b * (1 - strength * 0.42)


def tint(colour: str | Rgb, strength: float = 0.3) -> Rgb:
    """The same material in a warm light."""
    return mix(colour, (1.0, 0.96, 0.86), strength)


class Recorder:
    """Collects items under a stack of affine transforms; `entity` and `part` stamp what is drawn next."""

    def __init__(self, lit: Callable[[Rgb], Rgb] | None = None) -> None:
        self.items: list[Item] = []
        self.entity = 0
        self.part = Part.NONE
        self._lit = lit or (lambda colour: colour)
        self._matrix: NDArray[np.float64] = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])

    @contextmanager
    def transformed(self, matrix: ArrayLike) -> Iterator[None]:
        """Inside the block, points are in the units of `matrix` (2, 3), which maps them to the units outside."""
        outer = self._matrix
        inner = np.vstack([np.asarray(matrix, float), [0, 0, 1]])
        self._matrix = (np.vstack([outer, [0, 0, 1]]) @ inner)[:2]
        try:
            yield
        finally:
            self._matrix = outer

    @contextmanager
    def stamped(self, *, entity: int | None = None, part: int | None = None) -> Iterator[None]:
        """Inside the block, shapes belong to this entity and part."""
        before = self.entity, self.part
        self.entity = self.entity if entity is None else entity
        self.part = self.part if part is None else part
        try:
            yield
        finally:
            self.entity, self.part = before

    @contextmanager
    def lit_by(self, lit: Callable[[Rgb], Rgb]) -> Iterator[None]:
        """Inside the block, albedo becomes colour by `lit`: for what glows by itself, say."""
        before = self._lit
        self._lit = lit
        try:
            yield
        finally:
            self._lit = before

    def add(
        self, curve: Points, fill: str | Rgb | None, *, closed: bool = True, kind: Kind = "main", width: float = 1.0,
        line: str | Rgb | None = None, alpha: float = 1.0, blur: float = 0.0,
    ) -> Item:  # fmt: skip
        """Records cubic control points as they are."""
        item = Item(
            curve=curve @ self._matrix[:, :2].T + self._matrix[:, 2],
            closed=closed,
            kind=kind,
            fill=None if fill is None else self._lit(rgb(fill)),
            line=None if line is None else self._lit(rgb(line)),
            width=width,
            alpha=alpha,
            blur=blur,
            entity=self.entity,
            part=self.part,
        )
        self.items.append(item)
        return item

    def shape(
        self, points: ArrayLike, fill: str | Rgb, *, smooth: bool = True, sharp: Sequence[int] = (),
        kind: Kind = "main", width: float = 1.0, line: str | Rgb | None = None, alpha: float = 1.0, blur: float = 0.0,
    ) -> Item:  # fmt: skip
        """A closed curve through `points`; straight edges with `smooth=False`."""
        curve = spline(points, True, smooth, sharp)
        return self.add(curve, fill, kind=kind, width=width, line=line, alpha=alpha, blur=blur)

    def rect(
        self, x: float, y: float, w: float, h: float, fill: str | Rgb, *, kind: Kind = "main", width: float = 1.0,
        line: str | Rgb | None = None, alpha: float = 1.0, blur: float = 0.0,
    ) -> Item:  # fmt: skip
        """An upright rectangle from its top left corner."""
        corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
        return self.shape(corners, fill, smooth=False, kind=kind, width=width, line=line, alpha=alpha, blur=blur)

    def oval(
        self, x: float, y: float, rx: float, ry: float, fill: str | Rgb, *, turn: float = 0.0, kind: Kind = "main",
        width: float = 1.0, line: str | Rgb | None = None, alpha: float = 1.0, blur: float = 0.0,
    ) -> Item:  # fmt: skip
        """An ellipse around (x, y)."""
        curve = ellipse(x, y, rx, ry, turn)
        return self.add(curve, fill, kind=kind, width=width, line=line, alpha=alpha, blur=blur)

    def limb(
        self, centreline: ArrayLike, half_widths: ArrayLike, fill: str | Rgb, *, kind: Kind = "main",
        width: float = 1.0,
    ) -> Item:  # fmt: skip
        """A tapered, bent limb around a centreline (n, 2)."""
        return self.shape(limb(centreline, half_widths), fill, kind=kind, width=width)

    def stroke(
        self, points: ArrayLike, colour: str | Rgb, width: float, *, smooth: bool = True, alpha: float = 1.0
    ) -> Item:
        """An open line through `points`; `width` is not transformed, whoever places a body scales it."""
        curve = spline(points, False, smooth)
        return self.add(curve, None, closed=False, kind="line", width=width, line=colour, alpha=alpha)
