"""The shots of a video: what one or several detectors found, put together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.shotfinding import Detector, open_finder

TOGETHER: Final = 0.4
"""Seconds within which two detectors mean the same cut; no shot is shorter."""


class Shots:
    """Several detectors that look at the same frames.

    Args:
        detectors: which; none finds one shot.
        fps: frames a second.
        threshold: for the first of them; 0 for its own default.
    """

    def __init__(self, detectors: Sequence[Detector], fps: Fraction, threshold: float = 0.0) -> None:
        self._finders = [open_finder(name, fps, 0.0 if n else threshold) for n, name in enumerate(detectors)]
        self._found: list[set[int]] = [set() for _ in detectors]

    def see(self, number: int, picture: NDArray[np.uint8]) -> None:
        """The next frame: its number from 0, and its small picture in BGR."""
        for finder, found in zip(self._finders, self._found, strict=True):
            found.update(finder.see(number, picture))

    def cuts(self, times: Sequence[float]) -> tuple[int, ...]:
        """The first frames of all shots but the first, after the last frame was seen.

        Args:
            times: seconds at which each frame is shown.
        """
        for finder, found in zip(self._finders, self._found, strict=True):
            found.update(finder.end())
        return together(self._found, times)


def together(found: Iterable[Iterable[int]], times: Sequence[float]) -> tuple[int, ...]:
    """Cuts of several detectors, each once: the one that is named first where two are within `TOGETHER`."""
    kept: list[int] = []
    for some in found:
        for one in sorted(set(some)):
            at = bisect_left(kept, one)
            beside = kept[max(0, at - 1) : at + 1]
            if 0 < one < len(times) and all(abs(times[one] - times[other]) >= TOGETHER for other in beside):
                kept.insert(at, one)
    return tuple(kept)
