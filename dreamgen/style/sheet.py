"""Previews of styles as pictures: day beside night, and one sheet of all that tells them apart at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from dreamgen.engines.files import whole
from dreamgen.illustrator.lettering import written

Pixels = NDArray[np.uint8]

_COLUMNS = 3
_TILE = (400, 225)  # width and height in pixels
_GAP, _LINE = 14, 30  # pixels around tiles, and for the name under each
_PAPER, _INK = (250, 249, 246), (44, 42, 48)
_VIEW = (0.0, 0.0, 0.86, 0.86)
"""The part of a preview that its tile shows, as shares of its sides: a whole one would be too small to tell apart."""
_SEAM = (0.53, 0.40)
"""Where the sheet's day meets its night: at the top and at the bottom, as shares of the width. Nobody stands there."""


def beside(day: Pixels, night: Pixels) -> Pixels:
    """Both pictures (h, w, 3) side by side, with a white line between them."""
    line = np.full((day.shape[0], 8, 3), 255, np.uint8)
    return np.ascontiguousarray(np.concatenate([day, line, night], axis=1))


def write_sheet(previews: Mapping[str, tuple[Pixels, Pixels]], path: Path) -> None:
    """Writes one JPEG with a tile for each style: day on the left, night on the right, the name below.

    Args:
        previews: name to the pictures by day and by night, uint8 BGR (h, w, 3).
        path: of the file.
    """
    wide, high = _TILE[0] + _GAP, _TILE[1] + _LINE
    columns = min(_COLUMNS, len(previews))
    rows = -(-len(previews) // columns)
    sheet = Image.new("RGB", (columns * wide + _GAP, rows * high + _GAP), _PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(17)
    for number, (name, (day, night)) in enumerate(previews.items()):
        x, y = _GAP + number % columns * wide, _GAP + number // columns * high
        sheet.paste(_half_and_half(day, night), (x, y))
        at = (x + _TILE[0] / 2, y + _TILE[1] + _LINE / 2 - 4)
        pen.text(at, written(name).words, font=font, fill=_INK, anchor="mm")
    with whole(path) as unfinished:
        sheet.save(unfinished, format="JPEG", quality=82, optimize=True)


def _half_and_half(day: Pixels, night: Pixels) -> Image.Image:
    """Day to the left of a slanting seam, night to its right."""
    left, right = (ImageOps.fit(_view(one), _TILE) for one in (day, night))
    width, height = _TILE
    top, bottom = _SEAM[0] * width, _SEAM[1] * width
    share = Image.new("L", _TILE, 0)
    ImageDraw.Draw(share).polygon([(top, 0), (width, 0), (width, height), (bottom, height)], fill=255)
    tile = Image.composite(right, left, share)
    ImageDraw.Draw(tile).line([(top, 0), (bottom, height)], fill=_PAPER, width=3)
    return tile


def _view(picture: Pixels) -> Image.Image:
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = _VIEW
    return Image.fromarray(
        np.ascontiguousarray(picture[int(y0 * height) : int(y1 * height), int(x0 * width) : int(x1 * width), ::-1])
    )
