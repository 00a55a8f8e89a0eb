"""A small film of coloured squares over a still, mottled ground, and networks that know their colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dreamgen.annotate.annotators.regions import RegionsAnnotator
from dreamgen.annotate.regions.finding import Finds
from dreamgen.core.layout import Box
from dreamgen.core.media import Footage
from dreamgen.engines.detection import Found
from dreamgen.engines.masks import region_of
from dreamgen.engines.segmenting import Follows, Glimpse, Hint, Reel
from dreamgen.engines.video import write_video

SIZE, FPS, FRAMES = (160, 96), 12, 36
INKS = {"ball": (60, 60, 220), "box": (220, 90, 40), "dog": (40, 200, 60)}
"""What the detector calls each, and its colour as BGR."""

Path_ = Callable[[int], tuple[float, float] | None]
"""Frame to where a square's middle is, in frame fractions; None where it is not in the picture."""


def film(path: Path, things: dict[str, Path_], frames: int = FRAMES, side: int = 20) -> Footage:
    """Writes a film and says what a verifier may see of it."""
    wide, high = SIZE
    ground = np.random.default_rng(7).integers(90, 170, (high // 6 + 1, wide // 6 + 1, 1), np.uint8)
    ground = np.kron(ground, np.ones((6, 6, 3), np.uint8))[:high, :wide].astype(np.uint8)

    def shown(frame: int) -> NDArray[np.uint8]:
        picture = ground.copy()
        for what, where in things.items():
            middle = where(frame)
            if middle is not None:
                x, y = round(middle[0] * wide), round(middle[1] * high)
                rows, columns = (slice(max(0, at - side // 2), max(0, at + side // 2)) for at in (y, x))
                picture[rows, columns] = INKS[what]
        return picture

    write_video((shown(frame) for frame in range(frames)), path, FPS, SIZE)
    return Footage(clip="clip-001", video=path, portraits={})


def across(first: float, last: float, y: float = 0.5, frames: int = FRAMES) -> Path_:
    """From one x to another at an even speed."""
    return lambda frame: (first + (last - first) * frame / (frames - 1), y)


def ink(picture: NDArray[np.uint8], what: str) -> NDArray[np.bool_]:
    """Where a picture has the colour of one of the things."""
    return np.asarray(np.abs(picture.astype(np.int16) - INKS[what]).max(-1) < 60)


class ByColour:
    """Follows whatever has the colour of the pixel that it is shown, without a mistake."""

    name = "by colour"

    def __init__(self, spoil: Callable[[str, Glimpse], Glimpse] = lambda _, glimpse: glimpse) -> None:
        self.spoil = spoil
        self.asked: list[tuple[tuple[Hint, ...], ...]] = []

    def follow(
        self, reel: Reel, things: Sequence[Sequence[Hint]], within: Sequence[tuple[int, int]] = ()
    ) -> list[tuple[Glimpse, ...]]:
        self.within = tuple(within)
        self.asked.append(tuple(map(tuple, things)))
        return [tuple(self._row(reel, hints[0])) for hints in things]

    def _row(self, reel: Reel, hint: Hint) -> list[Glimpse]:
        first = reel.at(hint.frame // reel.step)
        x, y = hint.box.centre if hint.box is not None else hint.points[0][:2]
        pixel = first[min(int(y * SIZE[1]), SIZE[1] - 1), min(int(x * SIZE[0]), SIZE[0] - 1)]
        what = min(INKS, key=lambda one: int(np.abs(np.array(INKS[one]) - pixel).sum()))
        row = []
        for place, picture in reel.forwards():
            region = region_of(ink(picture, what))
            seen = Glimpse(place * reel.step, region, 0.95, 0.99 if region else 0.01)
            row.append(self.spoil(what, seen))
        return row


class ByName:
    """Finds what has the colour of a thing that it is asked for."""

    name = "by name"

    def __init__(self, blind: Sequence[str] = ()) -> None:
        self.blind = blind
        self.looks = 0

    def find(self, image: NDArray[np.uint8], words: Sequence[str], least: float = 0.0) -> list[Found]:
        self.looks += 1
        found = []
        for phrase in words:
            what = phrase.split()[-1]
            region = region_of(ink(image, what)) if what in INKS and what not in self.blind else None
            if region is not None and region.area > 20:
                x0, y0, x1, y1 = region.box
                box = Box(x0=x0 / SIZE[0], y0=y0 / SIZE[1], x1=x1 / SIZE[0], y1=y1 / SIZE[1])
                found.append(Found(phrase, box, 0.9))
        return found


class Scripted(RegionsAnnotator):
    """The annotator with networks that make no mistakes but those that a test asks for."""

    def with_networks(self, follows: Follows, finds: Finds | None = None) -> Scripted:
        self._follows, self._finds = follows, finds or ByName()
        return self


class Seeing(RegionsAnnotator):
    """The annotator with networks that make no mistakes, for recipes."""

    def eyes(self) -> Follows:
        return ByColour()

    def finder(self) -> Finds:
        return ByName()
