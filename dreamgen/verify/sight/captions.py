"""Compares the words that a claim gives with the letters at the bottom of the picture.

Nothing is recognised letter by letter: the claimed words are set in the film's own type and laid over the frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

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


def has_strip(grey: NDArray[np.uint8]) -> bool:
    """Whether there is a caption strip at the bottom of a frame.

    The strip dims what is behind it, so under its upper edge is a dimmed copy of the row above, and all that is
    bright in it is letters.
    """
    height = len(grey)
    shade, share = _shade()
    for top in range(round(0.66 * height), round(0.94 * height)):
        above, under = grey[top - 2].astype(np.float32), grey[top + 2].astype(np.float32)
        dimmed = float(np.abs(under - (above * (1 - share) + shade * share)).mean())
        if dimmed < 11:
            strip = grey[top + 2 :]
            ink, between = (strip > _INK).mean(), ((strip <= _INK) & (strip > _DARK)).mean()
            if 0.0006 < ink < 0.4 and between < 0.25:
                return True
    return False


@lru_cache(maxsize=1)
def _shade() -> tuple[float, float]:
    """Luma and opacity of the strip's ground."""
    bottom = caption("x", 256, 144)[-1, 0]
    return float(bottom[:3].mean()), float(bottom[3]) / 255


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
    return Reading(_alike(seen, wanted), min(pieces, default=0.0), has_strip(grey))


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
