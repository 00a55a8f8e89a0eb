"""One film under examination: every measurement is made once, when somebody first asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.watching import Reel
from dreamgen.verify.sight.camera import CameraPath, follow_camera
from dreamgen.verify.sight.cuts import find_cuts


@dataclass(frozen=True, order=True)
class Take:
    """A run of frames without a cut, as found in the pixels."""

    first: int
    """Its first frame."""
    stop: int
    """One past its last frame."""


class Viewing:
    """The decoded film, the portraits, and what was measured so far."""

    def __init__(self, reel: Reel, portraits: Mapping[str, NDArray[np.uint8]]) -> None:
        self.reel = reel
        self.portraits = dict(sorted(portraits.items()))
        self._cameras: dict[Take, CameraPath] = {}

    @cached_property
    def cuts(self) -> tuple[int, ...]:
        """First frames of all takes but the first."""
        return find_cuts(self.reel.thumbs)

    @cached_property
    def takes(self) -> tuple[Take, ...]:
        """The film, split at its cuts."""
        edges = (0, *self.cuts, self.reel.count)
        return tuple(Take(a, b) for a, b in pairwise(edges))

    def takes_in(self, start: float, end: float) -> tuple[Take, ...]:
        """The parts of takes that lie between two times in seconds; slivers at the ends are left out."""
        first = round(start * self.reel.fps)
        stop = max(first + 1, round(end * self.reel.fps))
        parts = [Take(max(take.first, first), min(take.stop, stop)) for take in self.takes]
        parts = [part for part in parts if part.stop > part.first]
        sliver = min(3, max((part.stop - part.first for part in parts), default=0) - 1)
        return tuple(part for part in parts if part.stop - part.first > sliver)

    def camera(self, take: Take) -> CameraPath:
        """What the camera does there."""
        if take not in self._cameras:
            self._cameras[take] = follow_camera(self.reel, take.first, take.stop)
        return self._cameras[take]
