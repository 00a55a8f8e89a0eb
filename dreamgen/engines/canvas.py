"""The 2D rasteriser: fills and lines along cubic curves, in order, on a transparent ground.

Skia draws where it can be loaded. Its wheel needs the system's libGL and libEGL, which small containers lack;
OpenCV then draws the same marks with solid colours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Rasteriser = Literal["skia", "opencv"]

_forced: ContextVar[Rasteriser | None] = ContextVar("rasteriser", default=None)


class Outline:
    """A curve, and room for what a rasteriser prepares from it once and draws from many times."""

    __slots__ = ("closed", "curve", "prepared")

    def __init__(self, curve: NDArray[np.float64], closed: bool) -> None:
        self.curve = curve
        """Cubic control points (3n+1, 2)."""
        self.closed = closed
        """Whether the end joins the start."""
        self.prepared: tuple[Rasteriser, Any] | None = None
        """The rasteriser's own form of the curve."""


class Ramp(NamedTuple):
    """A straight gradient."""

    start: tuple[float, float]
    """Where the first colour is, in the units of the curve."""
    end: tuple[float, float]
    """Where the last colour is."""
    colours: tuple[int, ...]
    """0xAARRGGBB each, from start to end."""
    at: tuple[float, ...]
    """Where each colour lies, 0-1."""


class Fill(NamedTuple):
    """The inside of an outline."""

    outline: Outline
    colour: int
    """0xAARRGGBB."""
    ramp: Ramp | None = None
    """Instead of the colour, where the rasteriser has gradients."""
    blur: float = 0.0
    """Softness of the edge, in the units of the curve."""
    offset: tuple[float, float] = (0.0, 0.0)
    """Moved by so much, in the units of the curve."""


class Line(NamedTuple):
    """A stroke along an outline."""

    outline: Outline
    colour: int
    """0xAARRGGBB."""
    width: float
    """In the units of the curve."""


Mark = Fill | Line
"""What a canvas can draw."""

DrawMarks = Callable[[Pixels, Sequence[Mark], float, tuple[float, float], bool], None]
"""How a rasteriser draws; see `draw`."""


def argb(colour: tuple[float, float, float], alpha: float = 1.0) -> int:
    """A colour with channels 0-1 (clipped) as 0xAARRGGBB."""
    red, green, blue = colour
    return _byte(alpha) << 24 | _byte(red) << 16 | _byte(green) << 8 | _byte(blue)


def _byte(value: float) -> int:
    return 0 if value <= 0 else 255 if value >= 1 else int(value * 255 + 0.5)


def stamp(entity: int, part: int) -> int:
    """The colour that writes `entity` into channel 0 and `part` into channel 1 of the pixels."""
    return 0xFF << 24 | part << 8 | entity


def blank(width: int, height: int) -> Pixels:
    """Transparent pixels, uint8 (height, width, 4): blue, green, red and alpha, premultiplied."""
    return np.zeros((height, width, 4), np.uint8)


def draw(
    pixels: Pixels, marks: Sequence[Mark], zoom: float = 1.0, shift: tuple[float, float] = (0.0, 0.0),
    smooth: bool = True,
) -> None:  # fmt: skip
    """Draws `marks` in order over `pixels`.

    Args:
        pixels: from `blank`; changed in place.
        marks: in the units of their curves.
        zoom: pixels for one unit.
        shift: where the origin of the curves lies, in pixels.
        smooth: False draws every pixel whole or not at all, for maps of numbers.
    """
    _drawing(rasteriser())(pixels, marks, zoom, shift, smooth)


def rasteriser() -> Rasteriser:
    """Who draws here: skia, or opencv where Skia can't be loaded."""
    return _forced.get() or _found()


@contextmanager
def drawn_by(name: Rasteriser) -> Iterator[None]:
    """Inside the block, `name` draws, whatever can be loaded."""
    token = _forced.set(name)
    try:
        yield
    finally:
        _forced.reset(token)


@lru_cache(maxsize=1)
def _found() -> Rasteriser:
    try:
        import skia  # noqa: F401
    except (ImportError, OSError):  # without libGL the loader fails, and which error that is depends on the platform
        return "opencv"
    return "skia"


@lru_cache(maxsize=2)
def _drawing(name: Rasteriser) -> DrawMarks:
    if name == "skia":
        from dreamgen.engines import canvas_skia

        return canvas_skia.draw
    from dreamgen.engines import canvas_opencv

    return canvas_opencv.draw
