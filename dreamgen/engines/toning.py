"""HDR pictures on an ordinary screen, by one simple curve that is the same for every frame.

What is as bright as paper on an HDR screen stays so, what shines brighter is bent into the rest of the range, and
the wide colours of BT.2020 are taken to BT.709. It keeps films recognisable; it is no grade.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.imaging import opencv

Pixels = NDArray[np.uint8]

_PAPER: Final = 203.0
"""Candelas a square metre of white paper on an HDR screen (ITU-R BT.2408)."""
_KNEE: Final = 0.75
"""Light above this share of white paper is bent."""
_TO_709: Final = ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187))
"""From linear BT.2020 to linear BT.709 (ITU-R BT.2087), red first."""


def plain(picture: Pixels, curve: str) -> Pixels:
    """A picture whose numbers follow an HDR curve, for an ordinary screen.

    Args:
        picture: uint8 (h, w, 3), BGR.
        curve: pq (SMPTE ST 2084) or hlg (ARIB STD-B67).
    """
    cv2 = opencv()
    light = _linear(curve)[picture]
    narrow = cv2.transform(light, _matrix())
    bent = np.clip(narrow / (1.0 + np.maximum(narrow - _KNEE, 0.0)), 0.0, 1.0)
    return np.asarray(_encoded()[(bent * 4095.0).astype(np.uint16)], np.uint8)


def _matrix() -> NDArray[np.float32]:
    """`_TO_709` for pictures whose first channel is blue."""
    return np.array(_TO_709, np.float32)[::-1, ::-1].copy()


@lru_cache(maxsize=2)
def _linear(curve: str) -> NDArray[np.float32]:
    """Light for each of 256 levels; 1.0 is white paper."""
    level = np.arange(256) / 255.0
    if curve == "pq":
        power = level ** (1 / 78.84375)
        light = (np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125)
        return (light * 10000.0 / _PAPER).astype(np.float32)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(level <= 0.5, level**2 / 3, (np.exp((level - c) / a) + b) / 12)
    # on a screen of 1000 candelas: the system's gamma of 1.2, taken channel by channel
    return (scene**1.2 * 1000.0 / _PAPER).astype(np.float32)


@lru_cache(maxsize=1)
def _encoded() -> NDArray[np.uint8]:
    """8-bit levels for 4096 steps of linear light, by BT.709's curve."""
    light = np.arange(4096) / 4095.0
    level = np.where(light < 0.018, 4.5 * light, 1.099 * light**0.45 - 0.099)
    return np.round(level * 255).astype(np.uint8)
