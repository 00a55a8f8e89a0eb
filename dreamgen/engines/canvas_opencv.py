"""OpenCV draws the marks of `canvas` where Skia can't be loaded: gradients become their middle colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.canvas import Fill, Mark, Outline, Pixels
from dreamgen.engines.imaging import opencv

_FRACTION_BITS = 4  # OpenCV takes corners as fixed-point numbers
_UNIT = 1 << _FRACTION_BITS
_STEPS = np.linspace(0, 1, 7)[1:, None]
_BERNSTEIN = ((1 - _STEPS) ** 3, 3 * (1 - _STEPS) ** 2 * _STEPS, 3 * (1 - _STEPS) * _STEPS**2, _STEPS**3)


def draw(pixels: Pixels, marks: Sequence[Mark], zoom: float, shift: tuple[float, float], smooth: bool) -> None:
    """See `canvas.draw`."""
    cv2 = opencv()
    edge = cv2.LINE_AA if smooth else cv2.LINE_8
    for mark in marks:
        offset = mark.offset if isinstance(mark, Fill) else (0.0, 0.0)
        place = (shift[0] + offset[0] * zoom, shift[1] + offset[1] * zoom)
        # Skia puts pixel centres on halves, OpenCV on whole numbers
        corners = np.rint((_corners(mark.outline) * zoom + place - 0.5) * _UNIT).astype(np.int32)
        ink = _ink(mark.colour)
        blur = mark.blur * zoom if smooth and isinstance(mark, Fill) else 0.0
        width = 0 if isinstance(mark, Fill) else max(1, round(mark.width * zoom))
        if ink[3] == 255 and blur < 0.3:
            _paint(pixels, corners, ink, width, mark.outline.closed, edge)
        else:
            _blend(pixels, corners, ink, width, mark.outline.closed, edge, blur)


def _paint(
    pixels: Pixels, corners: NDArray[np.int32], ink: tuple[int, ...], width: int, closed: bool, edge: int
) -> None:
    """A line of this width, or with width 0 the inside."""
    if width:
        opencv().polylines(pixels, [corners], closed, ink, width, edge, _FRACTION_BITS)
    else:
        opencv().fillPoly(pixels, [corners], ink, edge, _FRACTION_BITS)


def _blend(
    pixels: Pixels, corners: NDArray[np.int32], ink: tuple[int, ...], width: int, closed: bool, edge: int, blur: float
) -> None:
    """Paints a mask around `corners` and lays the ink through it, since OpenCV's own shapes are opaque and sharp."""
    pad = int(3 * blur) + width + 3
    low, high = corners.min(0) // _UNIT, corners.max(0) // _UNIT
    x0, y0 = max(0, int(low[0]) - pad), max(0, int(low[1]) - pad)
    x1, y1 = min(pixels.shape[1], int(high[0]) + pad), min(pixels.shape[0], int(high[1]) + pad)
    if x1 <= x0 or y1 <= y0:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    _paint(mask, corners - np.array([x0, y0], np.int32) * _UNIT, (255,), width, closed, edge)
    if blur >= 0.3:
        mask = opencv().GaussianBlur(mask, (0, 0), blur)
    share = (mask.astype(np.float32) * (ink[3] / 255 / 255))[..., None]
    region = pixels[y0:y1, x0:x1]
    solid = np.array([*ink[:3], 255], np.float32)
    region[:] = np.clip(region * (1 - share) + solid * share + 0.5, 0, 255).astype(np.uint8)


def _ink(colour: int) -> tuple[int, int, int, int]:
    """0xAARRGGBB as blue, green, red, alpha."""
    return colour & 255, colour >> 8 & 255, colour >> 16 & 255, colour >> 24 & 255


def _corners(outline: Outline) -> NDArray[np.float64]:
    if outline.prepared is not None and outline.prepared[0] == "opencv":
        corners: NDArray[np.float64] = outline.prepared[1]
        return corners
    curve = outline.curve
    arcs = curve[0:-1:3], curve[1::3], curve[2::3], curve[3::3]
    terms = [arc[:, None] * weight for arc, weight in zip(arcs, _BERNSTEIN, strict=True)]
    corners = np.sum(terms, axis=0).reshape(-1, 2)
    if not outline.closed:
        corners = np.vstack([curve[:1], corners])
    outline.prepared = ("opencv", corners)
    return corners
