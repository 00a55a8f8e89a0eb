"""Somebody or something on its way through a clip: seen, out of the picture, or nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from typing import Literal

from dreamgen.core.layout import Box
from dreamgen.core.media import MaskFrame, Masklet
from dreamgen.engines.masks import Region

Category = Literal["person", "animal", "prop"]
State = Literal["seen", "gone", "unknown"]
"""What is known of one thing at one time."""


@dataclass(frozen=True)
class Sight:
    """One thing in one annotated frame."""

    frame: int
    """Of the clip, from 0."""
    state: State
    """Seen, out of the picture, or unknown."""
    region: Region | None = None
    """Its pixels, where it is seen."""
    why: str = ""
    """Machine-readable: why nothing is known."""


@dataclass(frozen=True)
class Stretch:
    """Frames in which the same is known of a thing."""

    first: int
    """Its first frame."""
    stop: int
    """One past its last frame."""
    state: State
    """What is known."""


@dataclass(frozen=True)
class Track:
    """One thing through a clip."""

    entity: str
    """How claims and masks call it."""
    what: str
    """What a viewer would call it: dog, old man."""
    category: Category
    """The sort of thing it is."""
    size: tuple[int, int]
    """Width and height of the clip in pixels."""
    frames: int
    """Length of the clip."""
    step: int
    """Every how many frames one was looked at."""
    sights: tuple[Sight, ...]
    """Every annotated frame, in order."""
    hinted: tuple[int, ...] = ()
    """The frames in which it was pointed out."""
    doubted: tuple[tuple[int, int], ...] = ()
    """Stretches of frames, first and one past the last, in which nobody but the network that drew the masks says that
    it is this thing."""

    @property
    def seen(self) -> tuple[Sight, ...]:
        """The annotated frames in which it is seen."""
        return tuple(sight for sight in self.sights if sight.state == "seen")

    def at(self, frame: int) -> Sight | None:
        """The sight of an annotated frame."""
        return self._by_frame.get(frame)

    @cached_property
    def _by_frame(self) -> dict[int, Sight]:
        return {sight.frame: sight for sight in self.sights}

    def box(self, sight: Sight) -> Box | None:
        """Around its pixels, in frame fractions."""
        return None if sight.region is None else in_fractions(sight.region, self.size)

    def stretches(self) -> tuple[Stretch, ...]:
        """The whole clip in stretches, without gap or overlap, no two neighbours alike.

        Between two annotated frames that disagree the change is taken to be halfway; what is unknown reaches up to
        the frames of which something is known.
        """
        runs = [(state, list(some)) for state, some in groupby(self.sights, key=lambda sight: sight.state)]
        if not runs:
            return (Stretch(0, self.frames, "unknown"),)
        bounds = [0, *(_between(before, after) for before, after in _neighbours(runs)), self.frames]
        return tuple(
            Stretch(first, stop, state) for (state, _), first, stop in zip(runs, bounds, bounds[1:], strict=False)
        )

    def bridged(self) -> Track:
        """The same without the single annotated frames that miss a thing which is seen before and after them.

        There the network has blinked, and not the thing.
        """
        kept = [
            sight
            for number, sight in enumerate(self.sights)
            if sight.state == "seen" or not (0 < number < len(self.sights) - 1) or not self._blinks(number)
        ]
        return replace(self, sights=tuple(kept))

    def _blinks(self, number: int) -> bool:
        return all(self.sights[number + by].state == "seen" for by in (-1, 1))

    def masklet(self) -> Masklet:
        """Its masks as a record. How much of it is hidden nobody knows, so all of what is seen counts as all of it."""
        return Masklet(
            entity=self.entity, intended=self.doubted, size=self.size, step=self.step,
            frames=tuple(
                MaskFrame(frame=sight.frame, rle=sight.region.rle, box=in_fractions(sight.region, self.size), visible=1)
                for sight in self.seen if sight.region is not None
            ),
        )  # fmt: skip


def in_fractions(region: Region, size: tuple[int, int]) -> Box:
    """A region's box in frame fractions."""
    (x0, y0, x1, y1), (width, height) = region.box, size
    return Box(x0=x0 / width, y0=y0 / height, x1=x1 / width, y1=y1 / height)


_Run = tuple[State, list[Sight]]


def _neighbours(runs: Sequence[_Run]) -> Iterator[tuple[_Run, _Run]]:
    return pairwise(runs)


def _between(before: _Run, after: _Run) -> int:
    """The first frame of the later of two runs."""
    last, first = before[1][-1].frame, after[1][0].frame
    if before[0] == "unknown":
        return first
    return last + 1 if after[0] == "unknown" else (last + first + 1) // 2
