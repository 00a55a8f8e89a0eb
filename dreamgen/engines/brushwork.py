"""What a hand or a press does to finished pixels: dabs of paint, curves of tone, printed dots, squares.

Pictures are uint8, BGR (h, w, 3). Everything here is cheap enough for every frame of a film.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.imaging import Pixels, Plane, opencv

_RUN = 2.6  # how much longer than wide a stroke is


class Strokes(NamedTuple):
    """The strokes of a wide brush over a whole picture."""

    across: Plane
    """(h, w): how far to the right the middle of a pixel's stroke lies, in -1..1 of half its length."""
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
    tone = lot.uniform(-1, 1, count)
    plane = np.zeros((height, width, 3), np.float32)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    plane[..., 0], plane[..., 1] = columns, rows
    radii = (max(1, round(long * 8)), max(1, round(wide * 8)))
    for (x, y), angle, light in zip(at.tolist(), turn.tolist(), tone.tolist(), strict=True):
        middle = (round(x * 16), round(y * 16))
        cv2.ellipse(plane, middle, radii, angle, 0, 360, (x, y, light), -1, cv2.LINE_8, 4)
    across, down = (plane[..., 0] - columns) / long * 2, (plane[..., 1] - rows) / long * 2
    return Strokes(across, down, np.ascontiguousarray(plane[..., 2]))


def scribble(height: int, width: int, thick: float, long: float, seed: int) -> Plane:
    """Slanting streaks (h, w) of values in 0..1, as a hand rubs with the side of a crayon.

    Args:
        height: of the picture in pixels.
        width: of the picture in pixels.
        thick: of a streak in pixels.
        long: of a streak in pixels.
        seed: of the lot.
    """
    cv2 = opencv()
    side = height + width
    grid = np.random.default_rng(seed).random((max(2, int(side / thick)), max(2, int(side / long))), dtype=np.float32)
    field = cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), 38, 1.0)
    turned = cv2.warpAffine(field, turn, (side, side), borderMode=cv2.BORDER_REFLECT)
    top, left = (side - height) // 2, (side - width) // 2
    out: Plane = np.ascontiguousarray(turned[top : top + height, left : left + width])
    return out


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


def bloomed(picture: Pixels, strength: float, reach: float) -> None:
    """What is bright shines over its surroundings, in place.

    Args:
        picture: changed.
        strength: 0-1.
        reach: of the light in pixels.
    """
    cv2 = opencv()
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    light = cv2.GaussianBlur(cv2.subtract(small, (150, 150, 150, 0)), (0, 0), max(0.5, reach / 4))
    grown = cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.scaleAdd(grown, strength, picture, dst=picture)


def blocked(picture: Pixels, side: int, curve: Pixels, steps: int) -> Pixels:
    """`picture` in squares of `side` pixels and few colours, with the pattern that games dither by (Bayer 1973).

    Args:
        picture: not changed.
        side: of a square in pixels.
        curve: (1, 256, 3), what every level becomes.
        steps: levels that `curve` leaves of each channel; 0 for all.
    """
    cv2 = opencv()
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (max(1, width // side), max(1, height // side)), interpolation=cv2.INTER_AREA)
    if steps:
        reach = 255 / (steps - 1) / 2
        pattern = np.tile(_BAYER, (len(small) // 4 + 1, small.shape[1] // 4 + 1))[: len(small), : small.shape[1]]
        up = np.repeat(np.clip(pattern * reach, 0, 255).astype(np.uint8)[..., None], 3, 2)
        down = np.repeat(np.clip(-pattern * reach, 0, 255).astype(np.uint8)[..., None], 3, 2)
        small = cv2.subtract(cv2.add(small, up), down)
    out: Pixels = cv2.resize(cv2.LUT(small, curve), (width, height), interpolation=cv2.INTER_NEAREST)
    return out


_RANKS = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32)
_BAYER = (_RANKS / 7.5 - 1) * np.float32(0.5)  # whole strength would sprinkle even flat colours
