"""OpenCV draws the marks of `canvas` where Skia can't be loaded: gradients become their plain colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.canvas import Fill, Mark, Outline, Pixels
from dreamgen.engines.imaging import opencv

Corners = NDArray[np.float64]

_FRACTION_BITS = 4  # OpenCV takes corners as fixed-point numbers
_UNIT = 1 << _FRACTION_BITS
_EDGE = 0.5  # pixels by which OpenCV's fills reach over their outline
_THIN = 1.7  # pixels; OpenCV's own lines of width 1 are as good below this, and its wider ones are too wide
_STEPS = np.linspace(0, 1, 7)[1:, None]
_BERNSTEIN = ((1 - _STEPS) ** 3, 3 * (1 - _STEPS) ** 2 * _STEPS, 3 * (1 - _STEPS) * _STEPS**2, _STEPS**3)


def draw(pixels: Pixels, marks: Sequence[Mark], zoom: float, shift: tuple[float, float], smooth: bool) -> None:
    """See `canvas.draw`."""
    for mark in marks:
        offset = mark.offset if isinstance(mark, Fill) else (0.0, 0.0)
        place = (shift[0] + offset[0] * zoom, shift[1] + offset[1] * zoom)
        # Skia puts pixel centres on halves, OpenCV on whole numbers
        corners = _corners(mark.outline) * zoom + place - 0.5
        blur = 0.0
        if isinstance(mark, Fill):
            polygons = [corners - _outward(corners, True) * _EDGE]
            blur = mark.blur * zoom if smooth else 0.0
        else:
            polygons = _band(corners, mark.width * zoom, mark.outline.closed)
        ink = _ink(mark.colour)
        fixed = [np.rint(polygon * _UNIT).astype(np.int32) for polygon in polygons]
        if ink[3] == 255 and blur < 0.3:
            _paint(pixels, fixed, ink, smooth)
        else:
            _blend(pixels, fixed, ink, smooth, blur)


def _paint(pixels: Pixels, polygons: list[NDArray[np.int32]], ink: tuple[int, ...], smooth: bool) -> None:
    """Fills polygons by the even-odd rule; two corners make a thin line."""
    cv2 = opencv()
    edge = cv2.LINE_AA if smooth else cv2.LINE_8
    if len(polygons[0]) == 2:
        cv2.polylines(pixels, polygons, False, ink, 1, edge, _FRACTION_BITS)
    else:
        cv2.fillPoly(pixels, polygons, ink, edge, _FRACTION_BITS)


def _blend(pixels: Pixels, polygons: list[NDArray[np.int32]], ink: tuple[int, ...], smooth: bool, blur: float) -> None:
    """Paints a mask around the polygons and lays the ink through it, since OpenCV's own shapes are opaque and sharp."""
    pad = int(3 * blur) + 3
    low = np.min([polygon.min(0) for polygon in polygons], axis=0) // _UNIT
    high = np.max([polygon.max(0) for polygon in polygons], axis=0) // _UNIT
    x0, y0 = max(0, int(low[0]) - pad), max(0, int(low[1]) - pad)
    x1, y1 = min(pixels.shape[1], int(high[0]) + pad), min(pixels.shape[0], int(high[1]) + pad)
    if x1 <= x0 or y1 <= y0:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    corner = np.array([x0, y0], np.int32) * _UNIT
    _paint(mask, [polygon - corner for polygon in polygons], (255,), smooth)
    if blur >= 0.3:
        mask = opencv().GaussianBlur(mask, (0, 0), blur)
    share = (mask.astype(np.float32) * (ink[3] / 255 / 255))[..., None]
    region = pixels[y0:y1, x0:x1]
    solid = np.array([*ink[:3], 255], np.float32)
    region[:] = np.clip(region * (1 - share) + solid * share + 0.5, 0, 255).astype(np.uint8)


def _band(line: Corners, width: float, closed: bool) -> list[Corners]:
    """A stroke as polygons: one around an open line, two (a ring) around a closed one, pairs for thin ones."""
    if width < _THIN:
        ends = np.vstack([line, line[:1]]) if closed else line
        return [ends[i : i + 2] for i in range(len(ends) - 1)]
    reach = _outward(line, closed) * (width / 2 - _EDGE)
    if closed:
        return [line + reach, line - reach]
    return [np.vstack([line + reach, (line - reach)[::-1]])]


def _outward(corners: Corners, closed: bool) -> Corners:
    """Unit vectors (n, 2) away from a closed polygon's inside at each corner, or to one side of an open line."""
    edges = np.roll(corners, -1, axis=0) - corners
    if not closed:
        edges[-1] = edges[-2]
    lengths = np.maximum(np.hypot(edges[:, 0], edges[:, 1]), 1e-6)
    normals = np.stack([edges[:, 1], -edges[:, 0]], 1) / lengths[:, None]
    before = np.roll(normals, 1, axis=0)
    if not closed:
        before[0] = normals[0]
    sums = normals + before
    sums /= np.maximum(np.hypot(sums[:, 0], sums[:, 1]), 1e-6)[:, None]
    following = np.roll(corners, -1, axis=0)
    area = float((corners[:, 0] * following[:, 1] - following[:, 0] * corners[:, 1]).sum())
    return sums if area >= 0 else -sums


def _ink(colour: int) -> tuple[int, int, int, int]:
    """0xAARRGGBB as blue, green, red, alpha."""
    return colour & 255, colour >> 8 & 255, colour >> 16 & 255, colour >> 24 & 255


def _corners(outline: Outline) -> Corners:
    if outline.prepared is not None and outline.prepared[0] == "opencv":
        known: Corners = outline.prepared[1]
        return known
    curve = outline.curve
    arcs = curve[0:-1:3], curve[1::3], curve[2::3], curve[3::3]
    terms = [arc[:, None] * weight for arc, weight in zip(arcs, _BERNSTEIN, strict=True)]
    corners: Corners = np.sum(terms, axis=0).reshape(-1, 2)
    if not outline.closed:
        corners = np.vstack([curve[:1], corners])
    outline.prepared = ("opencv", corners)
    return corners
