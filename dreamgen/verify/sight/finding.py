"""Finds the cast in one frame: where each portrait fits best, at any size, mirrored or not, upright or lying."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats, Matcher, Spectra, contours, opponent, resized, spectra
from dreamgen.verify.sight.cues import cues_of
from dreamgen.verify.sight.likeness import (
    COARSE,
    FINE,
    LYING,
    LYING_MIRRORED,
    MIRRORED,
    UPRIGHT,
    Likeness,
)

_SMALLEST, _LARGEST, _RATIO = 0.2, 2.4, 1.19
"""Heights of a person that are tried, in frame heights, and the step between two of them."""
_PERSON = 0.46
"""Share of a person's height that is looked for."""
_KEPT = 5
"""Places of one likeness that get a second look."""
_MARGIN = 6
"""Pixels around the fine template within which the second look may shift it."""


@dataclass(frozen=True)
class Place:
    """Where a likeness may be, and how well it fits there."""

    entity: str
    """Whose likeness."""
    x: float
    """Middle of what was looked for, in frame widths."""
    y: float
    """Middle of what was looked for, in frame heights."""
    body: float
    """Height that the whole standing body would have, in frame heights."""
    turn: int
    """UPRIGHT, MIRRORED, LYING or LYING_MIRRORED."""
    window: tuple[float, float, float]
    """Width and height of what was looked for, and how far right of the body's middle it is, in body heights."""
    head_at: tuple[float, float, float]
    """Where the head of a person is, seen from (x, y): right and down when upright, and its radius, in body heights."""
    coarse: float
    """Correlation in the first search, -1 to 1."""
    cues: tuple[float, ...] = ()
    """Further measurements; see `cues.CUES`."""

    @property
    def lying(self) -> bool:
        """Whether the likeness lies on its side."""
        return self.turn in (LYING, LYING_MIRRORED)

    @property
    def long(self) -> bool:
        """Whether it is the likeness of a body on four legs."""
        return self.window[1] > 0.6

    @property
    def top(self) -> float:
        """Top of the head of somebody upright, in frame heights."""
        return self.y - self.window[1] * self.body / 2

    @property
    def feet(self) -> float:
        """Where somebody stands, in frame heights."""
        return self.y + (1 - self.window[1] / 2) * self.body

    def head(self, shape: float) -> tuple[float, float]:
        """The middle of a person's head, in frame widths and heights; `shape` is the frame's width over height."""
        across, down = (part * self.body for part in self.head_at[:2])
        if self.turn in (MIRRORED, LYING_MIRRORED):
            across = -across
        if self.turn == LYING:
            across, down = down, -across
        elif self.turn == LYING_MIRRORED:
            across, down = -down, across
        return self.x + across / shape, self.y + down

    @property
    def radius(self) -> float:
        """Half the height of a person's skull, in frame heights."""
        return self.head_at[2] * self.body

    def middle(self, shape: float) -> float:
        """The middle of the whole body from left to right, in frame widths."""
        aside = self.window[2] * self.body / shape
        return self.x + (aside if self.turn == MIRRORED else -aside)


class Frame:
    """One frame, shrunk step by step and transformed when a size is first asked for."""

    def __init__(self, image: NDArray[np.uint8]) -> None:
        self.image = image
        self._levels: dict[int, tuple[Spectra, Spectra]] = {}

    def level(self, height: int) -> tuple[Spectra, Spectra]:
        """Colours and contours of the frame at this height."""
        if height not in self._levels:
            width = round(height * self.image.shape[1] / self.image.shape[0])
            small = opponent(resized(self.image, height, width))
            self._levels[height] = spectra(small), spectra(contours(small))
        return self._levels[height]


class Finder:
    """Looks for some likenesses in many frames."""

    def __init__(self, cast: Sequence[Likeness]) -> None:
        self.cast = tuple(cast)
        turns = range(4)
        self._colours = Matcher([who.coarse[turn].colours for who in self.cast for turn in turns])
        self._edges = Matcher([who.coarse[turn].edges for who in self.cast for turn in turns], flat=1.0)
        self._fine = Matcher([who.fine[turn].colours for who in self.cast for turn in turns])
        steps = 1 + round(float(np.log(_LARGEST / _SMALLEST) / np.log(_RATIO)))
        self._heights = [round(COARSE / _PERSON / body) for body in np.geomspace(_SMALLEST, _LARGEST, steps)]

    def find(self, frame: Frame) -> dict[str, list[Place]]:
        """The most likely upright places of everybody. Somebody absent has places too: poor ones."""
        return {
            who.entity: self._looked(frame, number, self._search(frame, number, (UPRIGHT, MIRRORED), 1), _KEPT)
            for number, who in enumerate(self.cast)
        }

    def find_lying(self, frame: Frame, entities: Collection[str]) -> dict[str, list[Place]]:
        """The most likely lying places of some; an animal that lies looks as if it stood."""
        return {
            who.entity: self._looked(frame, number, self._search(frame, number, (LYING, LYING_MIRRORED), 2), 2)
            for number, who in enumerate(self.cast)
            if who.entity in entities and not who.four_legged
        }

    def followed(self, image: NDArray[np.uint8], place: Place) -> Place:
        """The same likeness in another frame, not far from `place`."""
        number = next(number for number, who in enumerate(self.cast) if who.entity == place.entity)
        return self._look(image, number, place)

    def _search(self, frame: Frame, number: int, turns: Sequence[int], hop: int) -> list[Place]:
        """Two places for each turn and size, every `hop`-th size."""
        who = self.cast[number]
        places = []
        for height in self._heights[::hop]:
            colours, outlines = frame.level(height)
            for turn in turns:
                fit = self._colours.match(colours, 4 * number + turn)
                if who.four_legged and fit.size:
                    # a coat of one colour fits any patch of that colour: an animal's outline must fit too
                    fit = np.asarray((fit + self._edges.match(outlines, 4 * number + turn)) / 2, np.float32)
                places += _peaks(fit, who, turn, colours.shape)
        return places

    def _looked(self, frame: Frame, number: int, guesses: Sequence[Place], count: int) -> list[Place]:
        kept = _apart(sorted(guesses, key=lambda place: -place.coarse), count)
        return [self._look(frame.image, number, place) for place in kept]

    def _look(self, frame: NDArray[np.uint8], number: int, place: Place) -> Place:
        who = self.cast[number]
        print_ = who.fine[place.turn]
        h, w = print_.colours.mask.shape
        height, width = frame.shape[:2]
        looks = []
        for factor in (0.92, 1.0, 1.08):
            zoom = FINE / (place.body * factor * who.window.bottom * height)
            corner = place.x * width - (w / 2 + _MARGIN) / zoom, place.y * height - (h / 2 + _MARGIN) / zoom
            window = _cut(frame, corner, zoom, (h + 2 * _MARGIN, w + 2 * _MARGIN))
            fits = self._fine.match(spectra(opponent(window)), 4 * number + place.turn)
            row, column = (int(i) for i in np.unravel_index(int(fits.argmax()), fits.shape))
            looks.append((float(fits[row, column]), factor, zoom, row, column, window))
        fit, factor, zoom, row, column, window = max(looks, key=lambda look: look[0])
        return replace(
            place,
            x=place.x + (column - _MARGIN) / zoom / width,
            y=place.y + (row - _MARGIN) / zoom / height,
            body=place.body * factor,
            cues=(
                place.coarse, fit, *cues_of(print_, window, row, column), float(np.log(place.body * factor)),
                float(place.lying), float(who.four_legged),
            ),
        )  # fmt: skip


def _peaks(fits: Floats, who: Likeness, turn: int, shape: tuple[int, ...], count: int = 2) -> list[Place]:
    if fits.size == 0:
        return []
    places, left = [], fits.copy()
    h, w = who.coarse[turn].colours.mask.shape
    window = who.window
    for _ in range(count):
        row, column = (int(i) for i in np.unravel_index(int(left.argmax()), left.shape))
        places.append(
            Place(
                entity=who.entity,
                x=(column + w / 2) / shape[1],
                y=(row + h / 2) / shape[0],
                body=COARSE / window.bottom / shape[0],
                turn=turn,
                window=(window.right - window.left, window.bottom, who.middle),
                head_at=who.head_at,
                coarse=float(left[row, column]),
            )
        )
        left[max(0, row - 6) : row + 7, max(0, column - 5) : column + 6] = -1
    return places


def _apart(places: Sequence[Place], count: int) -> list[Place]:
    """The first of each group of places that are nearly the same."""
    kept: list[Place] = []
    for place in places:
        near = (
            abs(place.x - other.x) < 0.12 * place.body
            and abs(place.y - other.y) < 0.15 * place.body
            and place.turn == other.turn
            and abs(np.log(place.body / other.body)) < 0.3
            for other in kept
        )
        if not any(near):
            kept.append(place)
        if len(kept) == count:
            break
    return kept


def _cut(
    frame: NDArray[np.uint8], corner: tuple[float, float], zoom: float, size: tuple[int, int]
) -> NDArray[np.uint8]:
    """A window of the frame at another scale; what lies outside the frame repeats its edge."""
    (left, top), (h, w) = corner, size
    x0, y0, x1, y1 = (int(np.floor(v)) for v in (left, top, left + w / zoom + 1, top + h / zoom + 1))
    rows = np.clip(np.arange(y0, max(y1, y0 + 2)), 0, frame.shape[0] - 1)
    columns = np.clip(np.arange(x0, max(x1, x0 + 2)), 0, frame.shape[1] - 1)
    return resized(frame[rows][:, columns], h, w)
