"""Where things are pointed out: by a detector that looks at a few frames, which also says what the masks are of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from dreamgen.annotate.tracks import Stretch, Track
from dreamgen.core.layout import Box
from dreamgen.engines.detection import Found
from dreamgen.engines.segmenting import Reel

_SAME: Final = 0.5
"""Overlap (intersection over union) from which two boxes are of one thing."""


class Finds(Protocol):
    """A detector."""

    @property
    def name(self) -> str:
        """How it is known."""
        ...

    def find(self, image: NDArray[np.uint8], words: Sequence[str], least: float = 0.0) -> list[Found]:
        """Everything in a picture that one of `words` fits with a score of at least `least`; 0 for its own least."""
        ...


class Looks:
    """A detector's looks at a clip; a frame that was looked at is remembered.

    Args:
        finds: the detector.
        reel: the clip.
        what: the kinds of things that it is asked for.
        least: the least score, 0-1; 0 for its own.
    """

    def __init__(self, finds: Finds, reel: Reel, what: Sequence[str], least: float) -> None:
        self._finds, self._reel, self._least = finds, reel, least
        self._phrases = {f"{'an' if one[:1].lower() in 'aeiou' else 'a'} {one}": one for one in what}
        self._seen: dict[int, tuple[Found, ...]] = {}

    def at(self, frame: int) -> tuple[Found, ...]:
        """Every thing once in an annotated frame, under the words that fit it best, the surest first."""
        if frame not in self._seen:
            self._seen[frame] = self._found(self._reel.at(frame // self._reel.step))
        return self._seen[frame]

    def ahead(self, frames: Sequence[int]) -> None:
        """Looks at several annotated frames in one go through the clip."""
        wanted = set(frames) - set(self._seen)
        for place, picture in self._reel.forwards() if wanted else ():
            frame = place * self._reel.step
            if frame in wanted:
                self._seen[frame] = self._found(picture)
                if frame == max(wanted):
                    return

    def _found(self, picture: NDArray[np.uint8]) -> tuple[Found, ...]:
        kept: list[Found] = []
        for one in self._finds.find(picture, tuple(self._phrases), self._least):
            if all(one.box.iou(other.box) < _SAME for other in kept):
                kept.append(replace(one, words=self._phrases[one.words]))
        return tuple(kept)

    def within(self, stretch: Stretch) -> list[int]:
        """The frames of a stretch that were looked at."""
        return sorted(frame for frame in self._seen if stretch.first <= frame < stretch.stop)


def frames_to_look_at(reel: Reel, cuts: Iterable[int], keyframes: Iterable[float], every: float) -> list[int]:
    """The annotated frames at which things are looked for: after cuts, at what is new, and every so many seconds.

    Args:
        reel: the clip.
        cuts: the first frame of every shot but the first.
        keyframes: seconds of the clip at which something new is seen.
        every: seconds.
    """
    gap = max(1, round(every * reel.fps))
    wanted = [*range(0, reel.frames, gap), *cuts, *(round(time * reel.fps) for time in keyframes)]
    places: list[int] = []
    for place in sorted({-(-min(frame, reel.frames - 1) // reel.step) for frame in wanted}):
        if place < reel.count and (not places or place - places[-1] > 1):
            places.append(place)
    return [place * reel.step for place in places]


def followed(tracks: Iterable[Track], frame: int, box: Box) -> bool:
    """Whether what is in a box is followed already."""
    sights = ((track, track.at(frame)) for track in tracks)
    boxes = (track.box(sight) for track, sight in sights if sight is not None)
    return any(known is not None and known.iou(box) >= _SAME for known in boxes)


def checked(track: Track, looks: Looks) -> Track:
    """The track with every stretch doubted in which the detector, at second looks, does not see the same thing there.

    A frame in which the thing was pointed out is no second look. A stretch stands when most of the looks at it agree.

    Args:
        track: what is followed.
        looks: the detector's.
    """
    doubted = [(s.first, s.stop) for s in track.stretches() if s.state == "seen" and not _agreed(track, s, looks)]
    return replace(track, doubted=tuple(doubted))


def doubted(track: Track) -> Track:
    """The track with every stretch doubted in which it is seen."""
    return replace(track, doubted=tuple((s.first, s.stop) for s in track.stretches() if s.state == "seen"))


def _agreed(track: Track, stretch: Stretch, looks: Looks) -> bool:
    seen = [sight.frame for sight in track.seen if stretch.first <= sight.frame < stretch.stop]
    fresh = [frame for frame in seen if frame not in track.hinted]
    looked = [frame for frame in looks.within(stretch) if frame in fresh]
    # what nobody looked at yet is looked at in its middle
    looked = looked or fresh[len(fresh) // 2 : len(fresh) // 2 + 1]
    votes = [_there(track, frame, looks.at(frame)) for frame in looked]
    return bool(votes) and sum(votes) * 2 > len(votes)


def _there(track: Track, frame: int, found: Sequence[Found]) -> bool:
    sight = track.at(frame)
    box = track.box(sight) if sight is not None else None
    return box is not None and any(one.words == track.what and one.box.iou(box) >= _SAME for one in found)
