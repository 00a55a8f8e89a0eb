"""At which size a model draws: the one it was trained at whose shape is nearest to the wanted one."""

from __future__ import annotations

import math
from typing import Final

BUCKETS: Final = (
    (1024, 1024), (1152, 896), (896, 1152), (1216, 832), (832, 1216), (1344, 768), (768, 1344), (1536, 640), (640, 1536)
)  # fmt: skip
"""Widths and heights that SDXL is commonly drawn at: Podell et al. 2023, appendix I, about a megapixel each."""

_STEP = 32
"""Other sizes are multiples of it, which every level of the network divides evenly."""


def bucket(size: tuple[int, int]) -> tuple[int, int]:
    """The trained size nearest in shape: (1024, 576) is drawn at (1344, 768)."""
    shape = size[0] / size[1]
    return min(BUCKETS, key=lambda one: (abs(math.log(one[0] / one[1] / shape)), one))


def reshaped(canvas: tuple[int, int], shape: float) -> tuple[int, int]:
    """The size of another shape (width by height) with about as many pixels: a trained one where `canvas` is."""
    if canvas in BUCKETS:
        return bucket((round(shape * 1000), 1000))
    area = canvas[0] * canvas[1]
    width, height = math.sqrt(area * shape), math.sqrt(area / shape)
    return _stepped(width), _stepped(height)


def _stepped(length: float) -> int:
    return max(2 * _STEP, round(length / _STEP) * _STEP)
