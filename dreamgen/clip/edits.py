"""A film is cut anew for people: its scenes, one giving way to the next, between an opening title and end credits.

Where two parts overlap, the film gets shorter by so much; `Reels` knows where everything has gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from dreamgen.clip.transitions import Transition, between
from dreamgen.core.base import Record
from dreamgen.engines.video import read_frames
from dreamgen.errors import DreamgenError

Pixels = NDArray[np.uint8]

_FIT = 1e-6
"""So that a frame that begins at a moment counts as being there, in spite of rounding."""


class Cut(Record):
    """How the film is put together."""

    transition: Transition = "crossfade"
    """How scenes give way to each other."""
    seconds: float = Field(default=0.5, ge=0.0, le=5.0)
    """How long that takes; never more than a third of the shorter part."""
    speed: float = Field(default=1.0, gt=0.0, le=8.0)
    """Of the scenes; 2 is twice as fast."""


class Reel(Protocol):
    """A part of the film."""

    @property
    def frames(self) -> int:
        """Length."""
        ...

    def at(self, index: int) -> Pixels:
        """One frame, BGR (h, w, 3)."""
        ...

    def close(self) -> None:
        """Nobody will ask for its frames soon."""
        ...


@dataclass(frozen=True)
class Card:
    """A still part: a title."""

    picture: Pixels
    frames: int

    def at(self, index: int) -> Pixels:
        """The same every time."""
        return self.picture

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class SceneReel:
    """A scene's clip. Frames are read one after the other; going back begins anew."""

    video: Path
    length: int
    """Frames of the video."""
    speed: float = 1.0
    _reading: Iterator[tuple[int, Pixels]] | None = field(default=None, repr=False)
    _now: tuple[int, Pixels] | None = field(default=None, repr=False)

    @property
    def frames(self) -> int:
        """Length at this speed."""
        return max(1, round(self.length / self.speed))

    def at(self, index: int) -> Pixels:
        """A frame, by its number at this speed."""
        wanted = min(self.length - 1, int(index * self.speed + _FIT))
        if self._now is None or self._reading is None or self._now[0] > wanted:
            self._reading = read_frames(self.video, wanted, self.length)
            self._now = self._next(self._reading)
        while self._now[0] < wanted:
            self._now = self._next(self._reading)
        return self._now[1]

    def close(self) -> None:
        """Closes the file."""
        self._reading = self._now = None

    def _next(self, reading: Iterator[tuple[int, Pixels]]) -> tuple[int, Pixels]:
        for found in reading:
            return found
        raise DreamgenError(f"{self.video} is shorter than it should be", "Make the run again with the same --out.")


class Reels:
    """All parts in a row, each giving way to the next.

    Args:
        parts: at least one, in order.
        cut: how they are put together.
        fps: frames a second.
    """

    def __init__(self, parts: Sequence[Reel], cut: Cut, fps: int) -> None:
        self.parts, self.cut, self.fps = tuple(parts), cut, fps
        wanted = 0 if cut.transition == "cut" else round(cut.seconds * fps)
        self.overlaps = tuple(min(wanted, one.frames // 3, other.frames // 3) for one, other in pairwise(parts))
        """Frames that every part shares with the next."""
        self.starts = [0]
        """Where every part begins, in frames."""
        for part, overlap in zip(parts, self.overlaps, strict=False):
            self.starts.append(self.starts[-1] + part.frames - overlap)
        self.frames = self.starts[-1] + parts[-1].frames
        """Length."""

    def at(self, index: int) -> Pixels:
        """One frame of the whole, BGR (h, w, 3)."""
        last = max(n for n, start in enumerate(self.starts) if start <= index)
        for done in self.parts[: max(0, last - 1)]:
            done.close()
        came = index - self.starts[last]
        now = self.parts[last].at(came)
        overlap = self.overlaps[last - 1] if last else 0
        if came >= overlap:
            return now
        before = self.parts[last - 1].at(index - self.starts[last - 1])
        return between(before, now, (came + 1) / (overlap + 1), self.cut.transition)

    def moment(self, part: int, seconds: float) -> float:
        """Where a moment of a scene has gone, in seconds of the whole.

        Args:
            part: the number of the scene's reel.
            seconds: from the scene's start, at its own speed.
        """
        return self.starts[part] / self.fps + seconds / self.cut.speed

    def close(self) -> None:
        """Closes what is open."""
        for part in self.parts:
            part.close()
