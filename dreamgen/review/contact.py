"""A contact sheet: one picture that shows a whole film, shot by shot."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from dreamgen.core.media import Clip
from dreamgen.engines.video import read_frame_at
from dreamgen.run.disk import write_whole

COLUMNS = 4
_THUMB = (384, 216)
_GAP = 6
_PAPER, _INK = (24, 24, 28), (236, 234, 228)


def write_contact_sheet(folder: Path, film: Clip) -> Path:
    """Writes contact.jpg into a story's folder: the middle frame of every shot, numbered, in reading order.

    Args:
        folder: the story's folder.
        film: the whole film.
    """
    rows = -(-len(film.spans) // COLUMNS)
    columns = min(COLUMNS, len(film.spans))
    width, height = _THUMB
    sheet = Image.new("RGB", (columns * (width + _GAP) + _GAP, rows * (height + _GAP) + _GAP), _PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    for place, span in enumerate(film.spans):
        frame = read_frame_at(folder / film.video.path, (span.first + span.stop) // 2)
        x = _GAP + place % COLUMNS * (width + _GAP)
        y = _GAP + place // COLUMNS * (height + _GAP)
        sheet.paste(Image.fromarray(frame[..., ::-1]).resize(_THUMB, Image.Resampling.LANCZOS), (x, y))
        seconds = span.first / film.fps
        words = f"{place + 1}  {int(seconds // 60)}:{seconds % 60:04.1f}"
        pen.text((x + 8, y + 6), words, _INK, font, stroke_width=2, stroke_fill=_PAPER)
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=85)
    path = folder / "contact.jpg"
    write_whole(path, buffer.getvalue())
    return path
