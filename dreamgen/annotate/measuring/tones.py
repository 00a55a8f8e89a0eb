"""Which colour somebody would call a pixel, by hue, saturation and value."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

NAMES: Final = (
    "black", "grey", "white", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown", "none",
)  # fmt: skip
"""The colours that are told apart. None is a pixel that people would call one thing or another."""

_HUES: Final = (
    (0, "red"), (12, "none"), (18, "orange"), (40, "none"), (48, "yellow"), (66, "none"), (78, "green"), (155, "none"),
    (168, "teal"), (188, "none"), (200, "blue"), (252, "none"), (264, "purple"), (300, "none"), (312, "pink"),
    (338, "none"), (348, "red"),
)  # fmt: skip
"""From how many degrees on a strong hue has which name."""

_STEPS: Final = 32
"""Levels of each channel that are told apart."""


def shares(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Which share of a picture (h, w, 3), BGR, has each of the colours; they add up to one."""
    coarse = (picture >> 3).astype(np.intp)
    names: NDArray[np.uint8] = _table()[(coarse[..., 0] * _STEPS + coarse[..., 1]) * _STEPS + coarse[..., 2]]
    counts = np.bincount(names.ravel(), minlength=len(NAMES))
    return np.asarray(counts / max(names.size, 1), np.float32)


@cache
def _table() -> NDArray[np.uint8]:
    """The name's number for every colour, by blue, green and red."""
    levels = (np.arange(_STEPS) * 8 + 4) / 255
    blue, green, red = (plane.ravel() for plane in np.meshgrid(levels, levels, levels, indexing="ij"))
    most, least = np.maximum(np.maximum(blue, green), red), np.minimum(np.minimum(blue, green), red)
    spread = most - least
    strong = spread / most
    safe = np.where(spread > 0, spread, 1)
    hue = np.select(
        [most == red, most == green], [(green - blue) / safe % 6, (blue - red) / safe + 2], (red - green) / safe + 4
    )
    degrees = hue * 60
    name = np.full(len(degrees), "none", dtype="<U8")
    for start, word in _HUES:
        name = np.where(degrees >= start, word, name)
    warm = (degrees >= 14) & (degrees < 45)
    name = np.where(warm & (most < 0.8), "none", name)
    name = np.where(warm & (most < 0.5) & (strong >= 0.4), "brown", name)
    name = np.where((strong < 0.36) | (most < 0.25), "none", name)
    name = np.where((degrees >= 310) & (strong < 0.45), "none", name)
    dull = spread < 0.09
    name = np.where(dull & (most >= 0.3) & (most < 0.72), "grey", name)
    name = np.where(dull & (most >= 0.82), "white", name)
    name = np.where((most < 0.16) | (dull & (most < 0.2)), "black", name)
    numbers = {word: number for number, word in enumerate(NAMES)}
    return np.array([numbers[str(word)] for word in name], np.uint8)
