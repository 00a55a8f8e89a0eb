"""contact.jpg: the film at a glance."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from dreamgen.review.frames import ShotFrame

COLUMNS = 4
GAP = 6
"""Pixels between two frames."""


def contact_sheet(frames: Sequence[ShotFrame]) -> bytes:
    """The frames side by side, in order, as a JPEG.

    Args:
        frames: at least one; smaller ones are put into the middle of their place.
    """
    width, height = (max(frame.picture.size[side] for frame in frames) for side in (0, 1))
    columns = min(COLUMNS, len(frames))
    rows = -(-len(frames) // columns)
    sheet = Image.new("RGB", (columns * (width + GAP) - GAP, rows * (height + GAP) - GAP), "white")
    for index, frame in enumerate(frames):
        row, column = divmod(index, columns)
        inside = (width - frame.picture.width) // 2, (height - frame.picture.height) // 2
        sheet.paste(frame.picture, (column * (width + GAP) + inside[0], row * (height + GAP) + inside[1]))
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
