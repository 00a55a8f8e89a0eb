"""What is pointed out in a video, and what becomes of it: the seam between annotators and networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dreamgen.core.layout import Box
from dreamgen.engines.masks import Region
from dreamgen.engines.segmenting.reels import Reel


@dataclass(frozen=True)
class Hint:
    """Where one thing is in one frame."""

    frame: int
    """Of the clip, from 0."""
    box: Box | None = None
    """Around it, in frame fractions."""
    points: tuple[tuple[float, float, bool], ...] = ()
    """Clicks: x and y in frame fractions, and whether the thing is there or is not."""

    def __post_init__(self) -> None:
        if self.box is None and not any(there for *_, there in self.points):
            raise ValueError("a hint needs a box, or a click on the thing")


@dataclass(frozen=True)
class Glimpse:
    """One thing in one annotated frame."""

    frame: int
    """Of the clip, from 0."""
    region: Region | None
    """Its pixels; None where the network sees nothing of it."""
    fit: float
    """How well the network believes that the mask fits (its predicted IoU), 0-1."""
    there: float
    """Chance that the thing is in the frame at all, as the network sees it, 0-1."""


class Follows(Protocol):
    """A network that follows things through a clip."""

    @property
    def name(self) -> str:
        """How it is known."""
        ...

    def follow(
        self, reel: Reel, things: Sequence[Sequence[Hint]], within: Sequence[tuple[int, int]] = ()
    ) -> list[tuple[Glimpse, ...]]:
        """One row of glimpses a thing, in the order of frames: one for every annotated frame in which it is followed.

        Args:
            reel: the clip.
            things: for each thing where it was pointed out, at least once.
            within: for each thing the frames in which it is followed, the first and one past the last; empty for all.
        """
        ...
