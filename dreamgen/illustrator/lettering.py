"""Words in the picture: captions and title cards, in Pillow's embedded font so that every machine writes alike."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]

_STRIP = (18, 16, 26, 188)
_INK = (255, 252, 244, 255)
_LINES = 3  # a caption longer than this is cut, or it would hide the scene


def write_caption(picture: Pixels, text: str) -> NDArray[np.bool_] | None:
    """Burns `text` into a BGR picture, in place; returns where it lies, or None without text."""
    if not text.strip():
        return None
    height, width = picture.shape[:2]
    strip = _caption(text, width, height)
    top = int(np.flatnonzero(strip[:, 0, 3])[0])
    share = strip[top:, :, 3:].astype(np.uint16)
    picture[top:] = ((picture[top:] * (255 - share) + strip[top:, :, 2::-1] * share) // 255).astype(np.uint8)
    covered = np.zeros((height, width), bool)
    covered[top:] = True
    return covered


def caption(text: str, width: int, height: int) -> Pixels:
    """`text` on a dark strip at the bottom of a transparent picture.

    Args:
        text: any words; signs that the font lacks are drawn as boxes.
        width: of the whole picture in pixels.
        height: of the whole picture in pixels.

    Returns:
        uint8 (height, width, 4): red, green, blue and alpha, not premultiplied. Zero alpha everywhere above the strip.
    """
    return _caption(text, width, height).copy()


@lru_cache(maxsize=32)
def _caption(text: str, width: int, height: int) -> Pixels:
    picture = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(picture)
    font = _font(max(8.0, height * 0.052))
    lines = wrapped(text, font, width * 0.88)
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], lines[_LINES - 1] + " …"]
    line_height = font.size * 1.22
    pad = font.size * 0.5
    top = height - line_height * len(lines) - 2 * pad
    pen.rectangle((0, top, width, height), fill=_STRIP)
    for row, line in enumerate(lines):
        at = ((width - font.getlength(line)) / 2, top + pad + row * line_height)
        pen.text(at, line, font=font, fill=_INK)
    return np.asarray(picture)


@lru_cache(maxsize=16)
def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(round(size))
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return font


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """`text` broken into lines no wider than `width` pixels; a word that is too wide is broken inside."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and font.getlength(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return lines
