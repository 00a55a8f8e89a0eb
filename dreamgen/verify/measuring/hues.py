"""Which colour a pixel has, by lightness, chroma and hue angle of CIELAB."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_ANGLES: Final = (
    ("red", 18.0, 42.0, 38.0, 22.0, 62.0),
    ("orange", 50.0, 72.0, 45.0, 58.0, 85.0),
    ("brown", 35.0, 78.0, 12.0, 14.0, 47.0),
    ("yellow", 80.0, 108.0, 38.0, 66.0, 100.0),
    ("green", 112.0, 168.0, 18.0, 18.0, 92.0),
    ("teal", 178.0, 215.0, 14.0, 18.0, 92.0),
    ("blue", 238.0, 305.0, 18.0, 16.0, 82.0),
    ("purple", 308.0, 330.0, 22.0, 16.0, 75.0),
    ("pink", 336.0, 375.0, 18.0, 58.0, 92.0),
)
"""Name; hue from and to in degrees; chroma at least; lightness from and to. The first that fits is taken."""


def shares(picture: NDArray[np.float32]) -> dict[str, float]:
    """Which share of a picture (h, w, 3), CIELAB, has which colour; what people would not agree on is left out."""
    light, a, b = (picture[..., channel].ravel() for channel in range(3))
    chroma, angle = np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360
    left = np.ones(len(light), bool)
    found: dict[str, float] = {}
    for name, fits in (
        ("black", (light < 14) | ((light < 22) & (chroma < 8))),
        ("white", (light > 84) & (chroma < 9)),
        ("grey", (light > 30) & (light < 76) & (chroma < 7)),
        *((row[0], _fits(light, chroma, angle, *row[1:])) for row in _ANGLES),
    ):
        found[name] = float((fits & left).mean())
        left &= ~fits
    return found


def _fits(
    light: NDArray[np.float32], chroma: NDArray[np.float32], angle: NDArray[np.float32],
    start: float, end: float, least: float, dark: float, bright: float,
) -> NDArray[np.bool_]:  # fmt: skip
    turned = (angle - start) % 360
    fits: NDArray[np.bool_] = (turned <= end - start) & (chroma >= least) & (light >= dark) & (light <= bright)
    return fits
