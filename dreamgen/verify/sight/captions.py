"""Compares the words that a claim gives with the letters at the bottom of the picture.

Nothing is recognised letter by letter: the claimed words are set in the film's own type and laid over the frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats, resized
from dreamgen.engines.watching import Reel
from dreamgen.illustrator import caption

_INK = 140
"""Luma above which a pixel of the strip is a letter: behind the strip even white shows at 80."""
_DARK = 100
"""Luma under which a pixel of the strip is ground."""
_WINDOW = 36
"""Width in pixels of the pieces that are compared one by one, about one word."""


@dataclass(frozen=True)
class Reading:
    """How some words fit the bottom of one frame."""

    whole: float
    """Correlation over the whole strip, -1 to 1."""
    weakest: float
    """The lowest correlation of a piece about one word wide, -1 to 1."""
    strip: bool
    """Whether there is a strip with letters at all."""

    @property
    def same(self) -> bool:
        """Whether these are the words."""
        return self.whole > 0.8 and self.weakest > 0.45


def strip_height(grey: NDArray[np.uint8]) -> int:
    """Height in pixels of the caption strip of a frame, 0 when there is none.

    The strip dims what is behind it, so the row under its upper edge is a dimmed copy of the row above, and all
    that is bright in it is letters.
    """
    height, width = grey.shape
    for words in (1, 22, 60):  # they fill one line, two and three
        sample = caption("word " * words, 16 * height // 9, height)
        top = int(np.flatnonzero(sample[..., 3].any(1))[0])
        shade, share = float(sample[top + 1, 0, :3].mean()), float(sample[top + 1, 0, 3]) / 255
        above, under = (grey[row].astype(np.float32) for row in (top - 2, top + 2))
        dimmed = float(np.abs(under - (above * (1 - share) + shade * share)).mean())
        strip = grey[top + 1 :]
        ink, between = float((strip > _INK).mean()), float(((strip <= _INK) & (strip > _DARK)).mean())
        if dimmed < 7 and 0.0006 < ink < 0.4 and between < 0.15 and top + 3 < height and width:
            return int(height - top)
    return 0


def read(reel: Reel, frame: int, words: str) -> Reading:
    """Lays `words` over the bottom of a frame."""
    grey = reel.grey(frame)
    drawn = _drawn(words, reel)
    top = int(np.flatnonzero(drawn.any(1))[0]) if drawn.any() else len(grey) - 1
    seen = np.clip(grey[top:].astype(np.float32), _DARK, 220) - _DARK
    wanted = drawn[top:]
    pieces = []
    for left in range(0, grey.shape[1], _WINDOW):
        a, b = seen[:, left : left + _WINDOW], wanted[:, left : left + _WINDOW]
        # a piece that is empty in both says nothing; in one of them, it speaks against the words
        if max(float(a.mean()), float(b.mean())) > 4:
            pieces.append(_alike(a, b))
    return Reading(_alike(seen, wanted), min(pieces, default=0.0), strip_height(grey) > 0)


def _drawn(words: str, reel: Reel) -> Floats:
    width, height = reel.original
    picture = caption(words, width, height)
    share = picture[..., 3].astype(np.float32) / 255
    luma = (picture[..., :3].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)) * share
    small = resized(luma.astype(np.uint8), reel.height, reel.width).astype(np.float32)
    return np.asarray(np.clip(small, _DARK, 220) - _DARK, np.float32)


def _alike(one: Floats, other: Floats) -> float:
    a, b = one - one.mean(), other - other.mean()
    return float((a * b).sum() / np.sqrt(max(float((a * a).sum() * (b * b).sum()), 1e-3)))
