"""Words in the picture: captions and title cards, in Pillow's embedded font so that every machine writes alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from dreamgen.core.base import derive_seed
from dreamgen.core.media import Style
from dreamgen.core.spelling import Spelling, spelled
from dreamgen.illustrator.painters import painter_for
from dreamgen.illustrator.painters.finishing import finished, paper_of

Pixels = NDArray[np.uint8]

STRIP_SHARE = 0.165
"""Share of the picture's height that a caption may take, at most."""

_STRIP = (18, 16, 26, 196)
_INK = (255, 252, 244, 255)
_LETTERS = (0.050, 0.044, 0.038, 0.033)  # heights of letters to try, as shares of the picture's height
_LEADING, _PAD = 1.2, 0.45  # of the letters' height
_UNKNOWN = "\uffff"
"""No font has it, so it looks as whatever a font lacks."""


def write_caption(picture: Pixels, text: str) -> NDArray[np.bool_] | None:
    """Burns `text` into a BGR picture, in place; returns where it lies, or None where there is nothing to write."""
    height, width = picture.shape[:2]
    if not read_caption(text, width, height):
        return None
    strip = _caption(text, width, height)
    top = int(np.flatnonzero(strip[:, 0, 3])[0])
    share = strip[top:, :, 3:].astype(np.uint16)
    picture[top:] = ((picture[top:] * (255 - share) + strip[top:, :, 2::-1] * share) // 255).astype(np.uint8)
    covered = np.zeros((height, width), bool)
    covered[top:] = True
    return covered


def caption(text: str, width: int, height: int) -> Pixels:
    """`text` on a dark strip at the bottom of a transparent picture.

    Long texts get smaller letters; what does not fit then ends in an ellipsis.

    Args:
        text: any words; `read_caption` says how they come out.
        width: of the whole picture in pixels.
        height: of the whole picture in pixels.

    Returns:
        uint8 (height, width, 4): red, green, blue and alpha, not premultiplied. Zero alpha everywhere above the strip,
        and everywhere where none of the words can be written.
    """
    return _caption(text, width, height).copy()


def read_caption(text: str, width: int, height: int) -> str:
    """The words that a viewer reads in the caption of `text`, in a picture of that size; empty where there are none.

    They are `text` where its signs are in the font and it fits into the strip.
    """
    words = written(text).words
    _, lines, whole = _set(words, width, height)
    return words.strip() if whole else " ".join(lines)


def written(text: str, font: ImageFont.FreeTypeFont | None = None) -> Spelling:
    """`text` in the signs of a font, which is the embedded one without `font`; no other text may be drawn with it."""
    return spelled(text, partial(has_sign, font or _font(32)))


@lru_cache(maxsize=4096)
def has_sign(font: ImageFont.FreeTypeFont, sign: str) -> bool:
    """Whether a font has a sign; what it lacks would show as a box."""
    return bytes(font.getmask(sign)) != bytes(font.getmask(_UNKNOWN))


def title_card(title: str, subtitle: str, size: tuple[int, int], style: Style) -> Pixels:
    """The card that opens a film, on the paper of the style's painter, in words as `written` has them.

    Args:
        title: in large letters.
        subtitle: below it in small letters; may be empty.
        size: width and height in pixels.
        style: its `painter` gives the paper, its `palette` the ornament.

    Returns:
        uint8 (h, w, 3), BGR.
    """
    width, height = size
    title, subtitle = (written(text).words for text in (title, subtitle))
    painter = painter_for(style)
    if painter.smear:
        painter = painter.model_copy(update={"smear": 0.0})  # letters must stay whole
    picture = Image.new("RGB", size, painter.title_paper)
    pen = ImageDraw.Draw(picture)
    font = _fitting(
        title, width * 0.78, height * 0.44, tuple(height * share for share in (0.12, 0.10, 0.085, 0.07, 0.05))
    )
    lines = _balanced(title, font, width * 0.78)
    top = height * 0.46 - len(lines) * font.size * _LEADING / 2
    _write(pen, lines, font, width, top, painter.title_ink)
    below = top + len(lines) * font.size * _LEADING + height * 0.035
    _ornament(pen, width, below, style.palette or (painter.title_ink,))
    if subtitle.strip():
        small = _font(height * 0.042)
        _write(pen, wrapped(subtitle, small, width * 0.7)[:3], small, width, below + height * 0.05, painter.title_ink)
    flat = np.ascontiguousarray(np.asarray(picture)[..., ::-1])
    return finished(flat, painter, paper_of(painter, derive_seed(0, "title"), size, False))


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


def _balanced(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """As few lines as fit, and those as even as they can be."""
    lines = wrapped(text, font, width)
    while width > font.size and len(wrapped(text, font, width * 0.95)) == len(lines):
        width *= 0.95
        lines = wrapped(text, font, width)
    return lines


@lru_cache(maxsize=32)
def _caption(text: str, width: int, height: int) -> Pixels:
    picture = Image.new("RGBA", (width, height))
    font, lines, _ = _set(written(text).words, width, height)
    if lines:
        pen = ImageDraw.Draw(picture)
        strip = (len(lines) * _LEADING + 2 * _PAD) * font.size
        top = max(math.floor(height - strip), height - math.floor(height * STRIP_SHARE))
        pen.rectangle((0, top, width, height), fill=_STRIP)
        _write(pen, lines, font, width, top + _PAD * font.size, _INK)
    return np.asarray(picture)


@lru_cache(maxsize=32)
def _set(words: str, width: int, height: int) -> tuple[ImageFont.FreeTypeFont, tuple[str, ...], bool]:
    """The letters and the lines of a caption, and whether all the words are in them."""
    room = height * STRIP_SHARE
    font = _fitting(words, width * 0.9, room, tuple(height * share for share in _LETTERS))
    lines, most = wrapped(words, font, width * 0.9), _most_lines(font.size, room)
    if len(lines) > most:
        return font, (*lines[: most - 1], _shortened(lines[most - 1], font, width * 0.9)), False
    return font, tuple(filter(None, lines)), True


def _fitting(text: str, width: float, room: float, sizes: tuple[float, ...]) -> ImageFont.FreeTypeFont:
    """The first of the sizes at which the text fits into the room, else the last."""
    for size in sizes:
        font = _font(size)
        if len(wrapped(text, font, width)) <= _most_lines(font.size, room):
            break
    return font


def _most_lines(letters: float, room: float) -> int:
    return max(1, int(room / letters / _LEADING - 2 * _PAD / _LEADING))


def _shortened(line: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    while line and font.getlength(line + "...") > width:
        line = line[:-1]
    return line.rstrip() + "..."


def _write(
    pen: ImageDraw.ImageDraw, lines: Sequence[str], font: ImageFont.FreeTypeFont, width: int, top: float,
    ink: str | tuple[int, ...],
) -> None:  # fmt: skip
    for row, line in enumerate(lines):
        at = ((width - font.getlength(line)) / 2, top + row * font.size * _LEADING)
        pen.text(at, line, font=font, fill=ink)


def _ornament(pen: ImageDraw.ImageDraw, width: int, y: float, colours: tuple[str, ...]) -> None:
    """A short row of dots in the colours of the style."""
    dots = colours[:7]
    step = width * 0.03
    for k, colour in enumerate(dots):
        x, r = width / 2 + (k - (len(dots) - 1) / 2) * step, width * 0.007
        pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)


@lru_cache(maxsize=32)
def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(max(7, round(size)))
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return font
