"""OpenCV for whole pictures: warps, softening, blending. One thread, so that the bytes and the speed are steady.

Pictures are uint8, BGR (h, w, 3); layers are premultiplied BGRA (h, w, 4); masks are (h, w).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]


@lru_cache(maxsize=1)
def opencv() -> Any:
    """The cv2 module, set to one thread."""
    import cv2

    cv2.setNumThreads(1)
    return cv2


def resized(image: NDArray[Any], width: int, height: int) -> NDArray[Any]:
    """Area-averaged when it shrinks, linear when it grows."""
    cv2 = opencv()
    shrinks = width < image.shape[1] or height < image.shape[0]
    out: NDArray[Any] = cv2.resize(
        image, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    return out


def enlarged(field: Plane, width: int, height: int) -> Plane:
    """A coarse field made larger with smooth bumps."""
    cv2 = opencv()
    out: Plane = cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)
    return out


def softened(image: NDArray[Any], sigma: float) -> NDArray[Any]:
    """Blurred by a Gaussian of `sigma` pixels; wide ones run at half size, where nobody sees the difference."""
    cv2 = opencv()
    out: NDArray[Any]
    if sigma <= 1.6 or min(image.shape[:2]) < 8:
        out = cv2.GaussianBlur(image, (0, 0), sigma)
        return out
    height, width = image.shape[:2]
    half = cv2.GaussianBlur(resized(image, (width + 1) // 2, (height + 1) // 2), (0, 0), sigma / 2)
    out = cv2.resize(half, (width, height), interpolation=cv2.INTER_LINEAR)
    return out


def noise(height: int, width: int, cell: float, seed: int, low: float, high: float) -> Plane:
    """A smooth random field (height, width) with values around low..high and bumps of about `cell` pixels."""
    step = max(1, int(cell))
    grid = np.random.default_rng(seed).random((max(2, height // step + 2), max(2, width // step + 2)), dtype=np.float32)
    return low + (high - low) * enlarged(grid, width, height)


def grain(height: int, width: int, seed: int, spread: float) -> Plane:
    """Independent normal noise (height, width) with the standard deviation `spread`."""
    return np.random.default_rng(seed).standard_normal((height, width), dtype=np.float32) * np.float32(spread)


def moved(
    image: Pixels, scale: float, shift: tuple[float, float], size: tuple[int, int], extend: bool = False
) -> Pixels:
    """`image` scaled, then shifted (pixels), cut to `size` (width, height); outside is blank, or `extend`s the rim."""
    cv2 = opencv()
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], np.float32)
    border = cv2.BORDER_REPLICATE if extend else cv2.BORDER_CONSTANT
    out: Pixels = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border)
    return out


def lay_over(picture: Pixels, layer: Pixels) -> None:
    """Lays a premultiplied layer of the same size over `picture`, in place; rows that are opaque below are copied."""
    cv2 = opencv()
    alpha, ink = cv2.extractChannel(layer, 3), cv2.cvtColor(layer, cv2.COLOR_BGRA2BGR)
    open_rows = np.flatnonzero(alpha.min(axis=1) < 255)  # NumPy's minimum is eighty times as fast as cv2.reduce
    blended = int(open_rows[-1]) + 1 if len(open_rows) else 0
    picture[blended:] = ink[blended:]
    if blended:
        below = picture[:blended]
        holes = cv2.cvtColor(cv2.bitwise_not(alpha[:blended]), cv2.COLOR_GRAY2BGR)
        below[:] = cv2.add(cv2.multiply(below, holes, scale=1 / 255), ink[:blended])


def colours_of(layer: Pixels) -> Pixels:
    """The three colour channels of a premultiplied layer."""
    cv2 = opencv()
    out: Pixels = cv2.cvtColor(layer, cv2.COLOR_BGRA2BGR)
    return out


def channel(image: Pixels, index: int) -> Pixels:
    """One channel, contiguous."""
    out: Pixels = opencv().extractChannel(image, index)
    return out


def add(picture: Pixels, light: Pixels) -> None:
    """Adds `light` in place, clipped at white."""
    opencv().add(picture, light, dst=picture)


def scale_by(picture: Pixels, factor: Pixels, one: float) -> None:
    """Multiplies in place by `factor`, in which the value `one` leaves a pixel as it is."""
    opencv().multiply(picture, factor, dst=picture, scale=1 / one)


def darken(picture: Pixels, shadow: Pixels) -> None:
    """Takes light away in place where the mask `shadow` (same size) is bright."""
    cv2 = opencv()
    cv2.multiply(picture, cv2.cvtColor(cv2.bitwise_not(shadow), cv2.COLOR_GRAY2BGR), dst=picture, scale=1 / 255)


def sharpened(picture: Pixels, amount: float, sigma: float) -> Pixels:
    """Unsharp masking: `amount` of what a blur of `sigma` pixels takes away is added once more."""
    cv2 = opencv()
    out: Pixels = cv2.addWeighted(picture, 1 + amount, softened(picture, sigma), -amount, 0)
    return out


def contrasted(picture: Pixels, gain: float, lift: float) -> Pixels:
    """`picture * gain + lift`, clipped."""
    out: Pixels = opencv().addWeighted(picture, gain, picture, 0, lift)
    return out


def rim(alpha: Pixels, shift: tuple[float, float]) -> Pixels:
    """The part of a silhouette that its own copy, shifted by pixels, leaves free."""
    cv2 = opencv()
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    copy = cv2.warpAffine(alpha, matrix, alpha.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    out: Pixels = cv2.subtract(alpha, copy)
    return out


def brighten(layer: Pixels, mask: Pixels, colour: tuple[float, float, float], strength: float) -> None:
    """Adds light of `colour` (blue, green, red, 0-1) to a BGRA layer where `mask` is bright, in place."""
    cv2 = opencv()
    blue, green, red = (channel * strength for channel in colour)
    light = cv2.multiply(cv2.cvtColor(mask, cv2.COLOR_GRAY2BGRA), (blue, green, red, 0))
    cv2.add(layer, light, dst=layer)


def sheared(mask: Pixels, matrix: NDArray[np.float32], size: tuple[int, int]) -> Pixels:
    """`mask` through an affine matrix (2, 3), cut to `size` (width, height)."""
    out: Pixels = opencv().warpAffine(mask, matrix, size)
    return out


def ellipse_on(mask: Pixels, centre: tuple[float, float], radii: tuple[float, float], value: int) -> None:
    """Fills an upright ellipse, placed with a sixteenth of a pixel."""
    cv2 = opencv()
    at = (round(centre[0] * 16), round(centre[1] * 16))
    cv2.ellipse(mask, at, (round(radii[0] * 16), round(radii[1] * 16)), 0, 0, 360, value, -1, cv2.LINE_AA, 4)


def disc_on(mask: Pixels, centre: tuple[float, float], radius: float, value: int) -> None:
    """Fills a disc, placed with an eighth of a pixel."""
    cv2 = opencv()
    at = (round(centre[0] * 8), round(centre[1] * 8))
    cv2.circle(mask, at, max(1, round(radius * 8)), value, -1, cv2.LINE_AA, 3)


def streak_on(mask: Pixels, start: tuple[float, float], end: tuple[float, float], width: int, value: int) -> None:
    """Draws a straight line, placed with an eighth of a pixel."""
    cv2 = opencv()
    first, last = (round(start[0] * 8), round(start[1] * 8)), (round(end[0] * 8), round(end[1] * 8))
    cv2.line(mask, first, last, value, width, cv2.LINE_AA, 3)


def polygon_on(mask: NDArray[Any], corners: NDArray[np.float64], value: float) -> None:
    """Fills a polygon of (n, 2) corners, placed with a sixteenth of a pixel."""
    cv2 = opencv()
    cv2.fillPoly(mask, [np.rint(corners * 16).astype(np.int32)], value, cv2.LINE_AA, 4)


@lru_cache(maxsize=32)
def pool_of_light(radius: int) -> Plane:
    """A round falloff (2 radius, 2 radius) from 1 in the middle to 0 at the rim."""
    y, x = np.mgrid[-radius:radius, -radius:radius].astype(np.float32)
    distance = np.clip(np.hypot(x, y) / radius, 0, 1)
    out: Plane = ((1 - distance) ** 2 * (1 + distance * 1.2)).astype(np.float32)
    return out


def shine(
    picture: Pixels, centre: tuple[float, float], radius: float, strength: float, colour: tuple[float, float, float]
) -> None:
    """A lamp in place: mostly brightens what is there (so colours come out of the dark), and blooms a little.

    Args:
        picture: changed in place.
        centre: of the lamp in pixels; may lie outside.
        radius: of its reach in pixels.
        strength: 0-1.
        colour: blue, green, red, 0-1.
    """
    reach = max(8, math.ceil(radius / 8) * 8)
    height, width = picture.shape[:2]
    x, y = round(centre[0]), round(centre[1])
    x0, y0, x1, y1 = max(0, x - reach), max(0, y - reach), min(width, x + reach), min(height, y + reach)
    if x1 <= x0 or y1 <= y0:
        return
    # the strength is rounded here, not by the cache's key alone, or the order of the frames would show
    gain, bloom = _lamp(reach, round(strength, 2), colour)
    window = (slice(y0 - y + reach, y1 - y + reach), slice(x0 - x + reach, x1 - x + reach))
    region = picture[y0:y1, x0:x1]
    cv2 = opencv()
    region[:] = cv2.add(cv2.multiply(region, gain[window], scale=1 / _LAMP_ONE), bloom[window])


_LAMP_ONE = 85  # of 255, so that a lamp can make a pixel three times as bright


@lru_cache(maxsize=48)
def _lamp(radius: int, strength: float, colour: tuple[float, float, float]) -> tuple[Pixels, Pixels]:
    falloff = pool_of_light(radius)[..., None] * np.array(colour, np.float32) * np.float32(strength)
    gain = np.clip(_LAMP_ONE * (1 + falloff * 1.15), 0, 255).astype(np.uint8)
    bloom = np.clip(pool_of_light(radius)[..., None] * falloff * 46, 0, 255).astype(np.uint8)
    return gain, bloom
