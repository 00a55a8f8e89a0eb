"""One film under examination: every measurement is made once, when somebody first asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats
from dreamgen.engines.watching import Reel
from dreamgen.verify.sight.bodies import body_measures, face_measures, head_measures, mouth_moves
from dreamgen.verify.sight.camera import CameraPath, follow_camera
from dreamgen.verify.sight.captions import strip_height
from dreamgen.verify.sight.cuts import find_cuts
from dreamgen.verify.sight.finding import Finder, Frame, Place
from dreamgen.verify.sight.learned import classifier
from dreamgen.verify.sight.likeness import Likeness, likeness
from dreamgen.verify.sight.scenery import change, scenery
from dreamgen.verify.sight.sightings import Scored, Sighting, compete, sightings_of
from dreamgen.verify.sight.wardrobe import piece_measures

_LOOKS = (0.12, 0.5, 0.88)
"""Shares into a take at which frames are looked at."""


@dataclass(frozen=True, order=True)
class Take:
    """A run of frames without a cut, as found in the pixels."""

    first: int
    """Its first frame."""
    stop: int
    """One past its last frame."""

    @property
    def frames(self) -> int:
        """Its length."""
        return self.stop - self.first

    def at(self, share: float) -> int:
        """The frame a share (0-1) into it."""
        return self.first + round(share * (self.frames - 1))


class Viewing:
    """The decoded film, the portraits, and what was measured so far."""

    def __init__(self, reel: Reel, portraits: Mapping[str, NDArray[np.uint8]]) -> None:
        self.reel = reel
        made = (likeness(entity, image) for entity, image in sorted(portraits.items()))
        self.cast: dict[str, Likeness] = {who.entity: who for who in made if who is not None}
        self._finder = Finder(tuple(self.cast.values()))
        self._cameras: dict[Take, CameraPath] = {}
        self._places: dict[int, dict[str, Scored]] = {}
        self._sightings: dict[Take, dict[str, Sighting]] = {}
        self._sceneries: dict[int, Floats] = {}
        self._images: dict[int, NDArray[np.uint8]] = {}
        self._changes: dict[int, tuple[Floats, float]] = {}

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
        """The takes of which most lies between two times in seconds, or else the one in the middle of them."""
        first, stop = start * self.reel.fps, end * self.reel.fps
        inside = tuple(take for take in self.takes if min(take.stop, stop) - max(take.first, first) > 0.6 * take.frames)
        middle = (first + stop) / 2
        return inside or tuple(take for take in self.takes if take.first <= middle < take.stop)

    def camera(self, take: Take) -> CameraPath:
        """What the camera does there."""
        if take not in self._cameras:
            self._cameras[take] = follow_camera(self.reel, take.first, take.stop)
        return self._cameras[take]

    def looks(self, take: Take) -> tuple[int, ...]:
        """The kept frames of a take that are looked at closely."""
        shares = _LOOKS if take.frames > 0.8 * self.reel.fps else (0.5,)
        return tuple(dict.fromkeys(self.reel.kept(take.at(share)) for share in shares))

    def places(self, frame: int) -> dict[str, Scored]:
        """The best place of everybody in a kept frame."""
        if frame not in self._places:
            image, judge = Frame(self.image(frame)), classifier("place_odds")
            found = self._finder.find(image)
            upright = compete(found, judge)
            # lying down is rare: only those who were not found on their feet are looked for on the ground
            missing = [entity for entity in found if entity not in upright or upright[entity].standing < 1.0]
            lying = self._finder.find_lying(image, missing)
            self._places[frame] = compete({who: [*places, *lying.get(who, [])] for who, places in found.items()}, judge)
        return self._places[frame]

    def sightings(self, take: Take) -> dict[str, Sighting]:
        """Who is there."""
        if take not in self._sightings:
            frames = {frame: self.places(frame) for frame in self.looks(take)}
            self._sightings[take] = sightings_of(frames, tuple(self.cast))
        return self._sightings[take]

    def setting(self, take: Take, what: str) -> dict[str, float]:
        """Probabilities of the values of `what`: place, time or weather."""
        return classified(what, [self._scenery(frame) for frame in self.looks(take)])

    def found(self, entity: str, takes: Sequence[Take]) -> list[tuple[int, Place]]:
        """Frames in which somebody was found, and where; at most eight, spread over the takes."""
        seen = [
            (frame, self.places(frame)[entity].place)
            for take in takes
            for frame in self.looks(take)
            if entity in self.places(frame) and self.places(frame)[entity].standing > 0
        ]
        return seen[:: max(1, -(-len(seen) // 8))]

    def body(self, entity: str, takes: Sequence[Take], what: str) -> dict[str, float]:
        """Probabilities of what somebody's whole body shows: pose_person, pose_animal, top, bottom or coat."""
        found = self.found(entity, takes)
        return classified(what, [body_measures(self.image(f), self.change(f)[0], place) for f, place in found])

    def head(self, entity: str, takes: Sequence[Take], what: str) -> dict[str, float]:
        """Probabilities of what somebody's head shows: hairstyle, hat, glasses or beard."""
        return classified(what, [head_measures(self.image(f), place) for f, place in self.found(entity, takes)])

    def face(self, entity: str, takes: Sequence[Take], what: str) -> dict[str, float]:
        """Probabilities of what somebody's face shows: feeling or talks."""
        found = self.found(entity, takes)
        return classified(what, [face_measures(self.image(f), self.change(f)[0], place) for f, place in found])

    def piece(self, entity: str, takes: Sequence[Take], slot: str) -> dict[str, float]:
        """Probabilities of the colours of a piece of clothing, or of the tones of somebody's hair."""
        who = self.cast[entity]
        rows = (piece_measures(self.image(f), who, place, slot) for f, place in self.found(entity, takes))
        return classified("tone" if slot == "hair" else f"colour_{slot}", [row for row in rows if row is not None])

    def captioned(self, frame: int) -> bool:
        """Whether there is a caption in a frame."""
        return strip_height(self.reel.grey(frame)) > 0

    def lips(self, entity: str, take: Take, start: float, end: float) -> float:
        """How much somebody's mouth moves between two times in seconds, against the rest of the face."""
        looks = [frame for frame in self.looks(take) if entity in self.places(frame)]
        amounts = []
        for share in (0.2, 0.35, 0.5, 0.65, 0.8):
            frame = self.reel.kept(round((start + share * (end - start)) * self.reel.fps))
            nearest = min(looks, key=lambda look: abs(look - frame), default=None)
            if nearest is not None and take.first <= frame < take.stop - self.reel.step:
                amounts.append(mouth_moves(self.change(frame)[0], self.places(nearest)[entity].place))
        return float(np.mean(amounts)) if amounts else 0.0

    def image(self, frame: int) -> NDArray[np.uint8]:
        """A kept frame as BGR."""
        if frame not in self._images:
            self._images[frame] = self.reel.colour(frame)
        return self._images[frame]

    def change(self, frame: int) -> tuple[Floats, float]:
        """What changes from a kept frame to the next, the camera's own motion taken off."""
        if frame not in self._changes:
            self._changes[frame] = change(self.reel, frame)
        return self._changes[frame]

    def _scenery(self, frame: int) -> Floats:
        if frame not in self._sceneries:
            self._sceneries[frame] = scenery(self.image(frame), *self.change(frame))
        return self._sceneries[frame]


def classified(name: str, rows: Sequence[Floats]) -> dict[str, float]:
    """Probabilities from several measurements of the same thing; empty without any."""
    if not rows:
        return {}
    known = classifier(name)
    # the mean of logarithms: one look that is sure of the opposite counts more than two that hesitate
    logs = np.log(known.probabilities(np.array(rows)) + 1e-3).mean(0)
    powers = np.exp(logs - logs.max())
    return dict(zip(known.classes, (powers / powers.sum()).tolist(), strict=True))
