from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dreamgen.illustrator.painters.hatching import hatch


def layer(level: int) -> NDArray[np.uint8]:
    """An opaque layer of one grey."""
    pixels = np.full((60, 80, 4), level, np.uint8)
    pixels[..., 3] = 255
    return pixels


def inked(level: int, strength: float = 0.45, reach: float = 0.34) -> float:
    """The share of pixels that got ink."""
    pixels = layer(level)
    hatch(pixels, 1.0, strength, reach)
    return float((pixels[..., 0] < level).mean())


def test_the_darker_the_more_ink() -> None:
    assert inked(120) == 0.0 < inked(70) < inked(30) < 1.0


def test_an_engraver_hatches_lighter_parts_too() -> None:
    assert inked(120, 0.6, 0.6) > 0.2
    assert inked(200, 0.6, 0.6) == 0.0


def test_an_engraver_leaves_thin_lines_whole() -> None:
    pixels = layer(220)
    pixels[30, :, :3] = 40
    hatch(pixels, 1.0, 0.6, 0.6)

    assert (pixels[30, :, 0] == 40).all()
