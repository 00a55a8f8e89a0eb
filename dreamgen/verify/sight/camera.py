"""What the camera does during a shot: similarities between frames, chained."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dreamgen.core.vocabulary import CameraMotion
from dreamgen.engines.motion import STILL, Similarity, camera_step, middle, softened
from dreamgen.engines.watching import Reel

_HOP = 3
"""Kept frames between two measurements: short enough for the flow, long enough to see slow pans."""


@dataclass(frozen=True)
class CameraPath:
    """The camera over a run of frames."""

    frames: tuple[int, ...]
    """The frames looked at."""
    steps: tuple[Similarity, ...]
    """From each of them to the next, in pixels of the frames looked at."""
    size: tuple[int, int]
    """Width and height of those frames."""

    @property
    def whole(self) -> Similarity:
        """From the first frame to the last."""
        total = STILL
        for step in self.steps:
            total = total.then(step)
        return total

    @property
    def shift(self) -> tuple[float, float]:
        """How far the middle of the picture went, as a share of its width and height; right and down are positive."""
        width, height = self.size
        middle = np.array([[width / 2, height / 2]])
        x, y = (self.whole.move(middle) - middle)[0]
        return float(x / width), float(y / height)

    def between(self, first: int, last: int) -> Similarity:
        """From the measured frame nearest to `first` to the one nearest to `last`, in the pixels of `size`."""
        a, b = (min(range(len(self.frames)), key=lambda i: abs(self.frames[i] - f)) for f in (first, last))
        total = STILL
        for step in self.steps[a:b]:
            total = total.then(step)
        return total

    @property
    def move(self) -> CameraMotion | None:
        """Which of the five moves it is, or None when it lies between two of them."""
        across, _ = self.shift
        scale = self.whole.scale
        if abs(scale - 1) > 0.055 and abs(across) > 2.2 * abs(scale - 1):
            return None  # the layers of the set disagree on whether this is a pan or a zoom
        if scale > 1.055:
            return "zoom_in"
        if scale < 0.945:
            return "zoom_out"
        if abs(across) > 0.035 and abs(scale - 1) < 0.05:
            # the set goes left when the camera goes right
            return "pan_right" if across < 0 else "pan_left"
        if abs(across) < 0.012 and abs(scale - 1) < 0.015:
            return "static"
        return None


def follow_camera(reel: Reel, first: int, stop: int) -> CameraPath:
    """The camera from frame `first` to frame `stop` - 1, all of one shot."""
    frames = sorted({reel.kept(f) for f in (*range(first, stop, _HOP * reel.step), stop - 1)})
    frames = [f for f in frames if first <= f < stop] or [reel.kept(first)]
    greys = [softened(reel.grey(f)) for f in frames]
    steps = tuple(camera_step(a, b, middle(a)) for a, b in pairwise(greys))
    height, width = greys[0].shape
    return CameraPath(tuple(frames), steps, (width, height))
