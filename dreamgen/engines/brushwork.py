"""What a hand or a press does to finished pixels: dabs of paint, curves of tone, printed dots, squares.

Pictures are uint8, BGR (h, w, 3). Everything here is cheap enough for every frame of a film.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.imaging import Pixels, Plane, opencv

_RUN = 2.6  # how much longer than wide a stroke is


class Strokes(NamedTuple):
    """The strokes of a wide brush over a whole picture."""

    across: Plane
    """(h, w): where to the right the paint of a pixel comes from, in -1..1."""
    down: Plane
    """(h, w): the same, downwards."""
    tone: Plane
    """(h, w): how light a stroke is, in -1..1."""


class Warp(NamedTuple):
    """A way to move pixels, prepared once."""

    whole: NDArray[np.int16]
    share: NDArray[np.uint16]


def strokes(height: int, width: int, length: float, seed: int) -> Strokes:
    """Strokes by lot that cover everything, each with paint of its own.

    Args:
        height: of the picture in pixels.
        width: of the picture in pixels.
        length: of a stroke in pixels.
        seed: of the lot.
    """
    cv2 = opencv()
    lot = np.random.default_rng(seed)
    long, wide = max(2.0, length), max(1.0, length / _RUN)
    count = int(3.0 * height * width / (long * wide)) + 1
    at = lot.random((count, 2)) * (width, height)
    turn = 90 * (0.35 * lot.standard_normal(count) - 0.25)
    value = lot.uniform(-1, 1, (count, 3))
    plane = np.zeros((height, width, 3), np.float32)
    plane[:] = lot.uniform(-1, 1, 3)
    radii = (max(1, round(long * 8)), max(1, round(wide * 8)))
    for (x, y), angle, (across, down, tone) in zip(at.tolist(), turn.tolist(), value.tolist(), strict=True):
        middle = (round(x * 16), round(y * 16))
        cv2.ellipse(plane, middle, radii, angle, 0, 360, (across, down, tone), -1, cv2.LINE_8, 4)
    planes = [np.ascontiguousarray(plane[..., k]) for k in range(3)]
    return Strokes(*planes)


def warp(across: Plane, down: Plane) -> Warp:
    """Every pixel comes from so many pixels to the right and further down."""
    cv2 = opencv()
    y, x = np.mgrid[0 : across.shape[0], 0 : across.shape[1]].astype(np.float32)
    whole, share = cv2.convertMaps(x + across, y + down, cv2.CV_16SC2)
    return Warp(whole, share)


def warped(picture: Pixels, way: Warp) -> Pixels:
    """`picture` with its pixels moved."""
    cv2 = opencv()
    out: Pixels = cv2.remap(picture, way.whole, way.share, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return out


def curved(picture: Pixels, curve: Pixels) -> Pixels:
    """`picture` through a table (1, 256, 3) of what every level of every channel becomes."""
    out: Pixels = opencv().LUT(picture, curve)
    return out


def dot_screen(height: int, width: int, pitch: float, strength: float) -> Pixels:
    """A printer's screen (h, w): how dark a pixel must be to get a drop of ink, rows of dots at 45 degrees.

    Args:
        height: of the picture in pixels.
        width: of the picture in pixels.
        pitch: from dot to dot in pixels.
        strength: 0-1, up to which level dots reach.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = (x + y) * np.float32(np.pi / pitch / 2**0.5), (x - y) * np.float32(np.pi / pitch / 2**0.5)
    bump = 0.5 + 0.25 * (np.cos(2 * u) + np.cos(2 * v))
    out: Pixels = np.clip(255 * strength * bump, 0, 255).astype(np.uint8)
    return out


def dotted(picture: Pixels, screen: Pixels, ink: float) -> None:
    """Prints dots in place where the picture is darker than the screen asks for; `ink` is their opacity, 0-1."""
    cv2 = opencv()
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    # eight levels too dark are a whole drop, fewer are its soft edge
    drops = cv2.multiply(cv2.subtract(screen, grey), 8.0)
    keep = cv2.addWeighted(drops, -ink, drops, 0, 255)
    cv2.multiply(picture, cv2.cvtColor(keep, cv2.COLOR_GRAY2BGR), dst=picture, scale=1 / 255)


def blocked(picture: NDArray[Any], side: int) -> NDArray[Any]:
    """`picture` in squares of `side` pixels, each of the mean colour."""
    cv2 = opencv()
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (max(1, width // side), max(1, height // side)), interpolation=cv2.INTER_AREA)
    out: NDArray[Any] = cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)
    return out
