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
        frames: at least one, all of one size.
    """
    width, height = frames[0].picture.size
    columns = min(COLUMNS, len(frames))
    rows = -(-len(frames) // columns)
    sheet = Image.new("RGB", (columns * (width + GAP) - GAP, rows * (height + GAP) - GAP), "white")
    for index, frame in enumerate(frames):
        row, column = divmod(index, columns)
        sheet.paste(frame.picture, (column * (width + GAP), row * (height + GAP)))
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
