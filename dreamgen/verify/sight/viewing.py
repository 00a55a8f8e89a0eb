"""One film under examination: every measurement is made once, when somebody first asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats
from dreamgen.engines.motion import Similarity
from dreamgen.engines.watching import Reel
from dreamgen.verify.sight.bodies import body_measures, clothes_measures, face_measures, head_measures
from dreamgen.verify.sight.camera import CameraPath, follow_camera
from dreamgen.verify.sight.captions import has_strip
from dreamgen.verify.sight.cuts import find_cuts
from dreamgen.verify.sight.finding import Finder, Frame, Place
from dreamgen.verify.sight.ground import Walk, follow_ground, walked
from dreamgen.verify.sight.learned import Chances, classifier
from dreamgen.verify.sight.likeness import Likeness, likeness
from dreamgen.verify.sight.lips import Change, Lips, expected, face_change, lips
from dreamgen.verify.sight.scenery import change, scenery
from dreamgen.verify.sight.sightings import Scored, Sighting, compete, sightings_of
from dreamgen.verify.sight.wardrobe import piece_measures

_LIP_LOOKS = tuple((look + 0.5) / 12 for look in range(12))
"""Shares into a caption's time at which mouths are compared with themselves a sixth of a second later."""
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
        self._rows: dict[tuple[str, str, int], Floats | None] = {}
        self._walks: dict[tuple[Take, str], Walk | None] = {}
        self._grounds: dict[tuple[int, int], Similarity] = {}
        self._lips: dict[tuple[str, Take, float, float], Lips | None] = {}

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

    def setting(self, takes: Sequence[Take], what: str) -> Chances | None:
        """Which place, time or weather some takes show."""
        frames = [frame for take in takes for frame in self.looks(take)]
        return classifier(what).chances([self._scenery(frame) for frame in frames])

    def found(self, entity: str, takes: Sequence[Take]) -> list[tuple[int, Place]]:
        """Frames in which somebody was found, and where; at most eight, spread over the takes."""
        seen = [
            (frame, self.places(frame)[entity].place)
            for take in takes
            for frame in self.looks(take)
            if entity in self.places(frame) and self.places(frame)[entity].standing > 0
        ]
        return seen[:: max(1, -(-len(seen) // 8))]

    def body(self, entity: str, takes: Sequence[Take], what: str) -> Chances | None:
        """What somebody's whole body shows: pose_person, pose_animal or coat."""
        return self._told(what, "body", entity, takes)

    def clothes(self, entity: str, takes: Sequence[Take], what: str) -> Chances | None:
        """What kind of clothes somebody wears: top or bottom."""
        return self._told(what, "clothes", entity, takes)

    def head(self, entity: str, takes: Sequence[Take], what: str) -> Chances | None:
        """What somebody's head shows: hairstyle or hat."""
        return self._told(what, "head", entity, takes)

    def face(self, entity: str, takes: Sequence[Take], what: str) -> Chances | None:
        """What somebody's face shows: feeling, glasses or beard."""
        return self._told(what, "face", entity, takes)

    def piece(self, entity: str, takes: Sequence[Take], slot: str) -> Chances | None:
        """The colour of a piece of clothing, or the tone of somebody's hair."""
        return self._told("tone" if slot == "hair" else f"colour_{slot}", slot, entity, takes)

    def _told(self, what: str, measure: str, entity: str, takes: Sequence[Take]) -> Chances | None:
        rows = [self._measured(measure, entity, frame, place) for frame, place in self.found(entity, takes)]
        return classifier(what).chances([row for row in rows if row is not None])

    def _measured(self, measure: str, entity: str, frame: int, place: Place) -> Floats | None:
        key = measure, entity, frame
        if key not in self._rows:
            image = self.image(frame)
            if measure == "body":
                self._rows[key] = body_measures(image, self.change(frame)[0], place)
            elif measure == "clothes":
                self._rows[key] = clothes_measures(image, place)
            elif measure == "head":
                self._rows[key] = head_measures(image, place)
            elif measure == "face":
                self._rows[key] = face_measures(image, self.change(frame)[0], place)
            else:
                self._rows[key] = piece_measures(image, self.cast[entity], place, measure)
        return self._rows[key]

    def walk(self, take: Take, entity: str) -> Walk | None:
        """How far somebody goes over the ground in a take; None when that can't be told."""
        if (take, entity) not in self._walks:
            self._walks[take, entity] = walked(self.reel, self.found(entity, (take,)), partial(self._ground, take))
        return self._walks[take, entity]

    def _ground(self, take: Take, first: int, last: int) -> Similarity:
        if (first, last) not in self._grounds:
            bodies = {
                frame: [scored.place for scored in self.places(frame).values() if scored.standing > 0]
                for frame in self.looks(take)
            }
            self._grounds[first, last] = follow_ground(self.reel, first, last, bodies)
        return self._grounds[first, last]

    def captioned(self, frame: int) -> bool:
        """Whether there is a caption in a frame."""
        return has_strip(self.reel.grey(frame))

    def lips(self, entity: str, take: Take, start: float, end: float) -> Lips | None:
        """How much somebody's mouth moves between two times in seconds; None when the face can't be followed."""
        if (entity, take, start, end) not in self._lips:
            seen = [(look, self.places(look)[entity].place) for look in self.looks(take) if entity in self.places(look)]
            frames = {self.reel.kept(round((start + share * (end - start)) * self.reel.fps)) for share in _LIP_LOOKS}
            changes = [self._mouth(seen, take, frame) for frame in sorted(frames)] if seen else []
            self._lips[entity, take, start, end] = lips(changes)
        return self._lips[entity, take, start, end]

    def _mouth(self, seen: Sequence[tuple[int, Place]], take: Take, frame: int) -> Change | None:
        later = frame + 2 * self.reel.step
        if not take.first <= frame < later < take.stop:
            return None
        before, after = self.reel.colour(frame), self.reel.colour(later)
        guess, then = expected(seen, frame), expected(seen, later)
        at = self._finder.followed(before, guess)
        moved = replace(at, x=at.x + then.x - guess.x, y=at.y + then.y - guess.y)
        return face_change(before, at, after, moved)

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
