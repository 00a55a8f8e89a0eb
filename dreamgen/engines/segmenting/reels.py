"""The annotated frames of a clip, forwards and backwards, with no more than a few of them in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.video import probe, read_frames
from dreamgen.errors import DreamgenError

Picture = NDArray[np.uint8]
"""One frame as BGR, (height, width, 3)."""

_CHUNK = 16
"""Annotated frames that are decoded at once to be seen backwards."""


@dataclass(frozen=True)
class Reel:
    """A clip of which some frames are annotated. Places count those from 0; frames count all of the clip."""

    video: Path
    """The file."""
    fps: float
    """Frames of the clip a second."""
    size: tuple[int, int]
    """Width and height in pixels."""
    frames: int
    """Length of the clip."""
    step: int
    """Every how many frames one is annotated: frame 0, `step`, 2 * `step`, …"""

    @property
    def count(self) -> int:
        """How many frames are annotated."""
        return -(-self.frames // self.step)

    def place(self, frame: int) -> int:
        """The annotated frame nearest to a frame of the clip."""
        return min(max(round(frame / self.step), 0), self.count - 1)

    def forwards(self, first: int = 0) -> Iterator[tuple[int, Picture]]:
        """Place and picture from the place `first` on. A frame that the file lacks is left out."""
        for frame, picture in read_frames(self.video, first * self.step, self.frames, self.step):
            yield frame // self.step, picture

    def backwards(self, last: int) -> Iterator[tuple[int, Picture]]:
        """Place and picture from the place `last` back to 0."""
        for stop in range(last + 1, 0, -_CHUNK):
            first = max(0, stop - _CHUNK)
            shown = read_frames(self.video, first * self.step, (stop - 1) * self.step + 1, self.step)
            for frame, picture in reversed(list(shown)):
                yield frame // self.step, picture

    def at(self, place: int) -> Picture:
        """The picture at a place, or the next one where the file lacks it.

        Raises:
            DreamgenError: when nothing follows.
        """
        for _, picture in self.forwards(place):
            return picture
        raise DreamgenError(f"{self.video} has no frame {place * self.step}", "Cut the video again.")


def open_reel(video: Path, rate: float) -> Reel:
    """The frames of a clip that are annotated.

    Args:
        video: the file.
        rate: how many a second; every frame where the clip has fewer.

    Raises:
        DreamgenError: when there is no such file, or it is not a video.
    """
    facts = probe(video)
    fps = float(facts.fps)
    return Reel(video, fps, facts.size, facts.frames, max(1, round(fps / rate)) if rate else 1)
