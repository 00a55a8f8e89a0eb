"""Subtitles in the picture, in the embedded font or in one that is brought along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from dreamgen.clip.subtitles import Subtitle, words_at
from dreamgen.core.spelling import is_seen
from dreamgen.errors import UsageError
from dreamgen.illustrator import caption
from dreamgen.illustrator.lettering import has_sign, wrapped, written

Pixels = NDArray[np.uint8]

_STRIP, _INK = (18, 16, 26), (255, 252, 244)
_LETTERS, _LEADING, _PAD, _WIDE = 0.05, 1.25, 0.45, 0.9
"""Height of letters as a share of the picture's; line and edge as shares of the letters'; width as a share."""


@dataclass(frozen=True)
class Burned:
    """Words that are written into the frames of a film."""

    subtitles: Sequence[Subtitle]
    """What is read when."""
    under: Sequence[Subtitle] = ()
    """Captions that the film has already; the strip hides the one of its moment."""
    font: Path | None = None
    """A .ttf or .otf file; None for the embedded font, which has Latin letters without accents."""

    def on(self, picture: Pixels, seconds: float) -> Pixels:
        """A frame, BGR (h, w, 3), with the words of its moment on a dark strip; the same one where nobody speaks."""
        words = self._words(seconds)
        if not words:
            return picture
        high, wide = picture.shape[:2]
        strip = _strip(words, wide, high, self.font)
        hidden = words_at(self.under, seconds)
        strips = [strip, _strip(hidden, wide, high, None)] if written(hidden).words else [strip]
        burned = picture.copy()
        burned[high - max(map(len, strips)) :] = strip[0, 0]
        burned[high - len(strip) :] = strip
        return burned

    def lacking(self) -> tuple[str, ...]:
        """The signs that the font does not have: their words are spelled otherwise, or left out."""
        font = _font(self.font, 32)
        signs = sorted({sign for one in self.subtitles for sign in one.words if is_seen(sign)})
        return tuple(sign for sign in signs if not has_sign(font, sign))

    def _words(self, seconds: float) -> str:
        """What is written at a moment, in signs that the font has."""
        return " ".join(written(words_at(self.subtitles, seconds), _font(self.font, 32)).words.split())


def check_font(path: Path) -> None:
    """Makes sure that a font can be read.

    Raises:
        UsageError: when it can't.
    """
    try:
        _font(path, 32)
    except OSError as error:
        raise UsageError(f"the font {path} can't be read: {error}", "Give a .ttf or .otf file.") from None


@lru_cache(maxsize=8)
def _strip(words: str, wide: int, high: int, font: Path | None) -> Pixels:
    """The strip alone, BGR (rows, w, 3), as high as its words need."""
    if font is None:
        drawn = caption(words, wide, high)
        return np.ascontiguousarray(drawn[int(np.flatnonzero(drawn[:, 0, 3])[0]) :, :, 2::-1])
    letters = _font(font, max(8, round(high * _LETTERS)))
    lines = wrapped(words, letters, wide * _WIDE)
    return _lettered(lines, letters, wide)


def _lettered(lines: Iterable[str], letters: ImageFont.FreeTypeFont, wide: int) -> Pixels:
    rows = list(lines)
    image = Image.new("RGB", (wide, round((len(rows) * _LEADING + 2 * _PAD) * letters.size)), _STRIP)
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        top = (_PAD + number * _LEADING) * letters.size
        pen.text(((wide - letters.getlength(row)) / 2, top), row, font=letters, fill=_INK)
    return np.ascontiguousarray(np.asarray(image)[..., ::-1])


@lru_cache(maxsize=8)
def _font(path: Path | None, size: int) -> ImageFont.FreeTypeFont:
    if path is not None:
        return ImageFont.truetype(str(path), size)
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return font
