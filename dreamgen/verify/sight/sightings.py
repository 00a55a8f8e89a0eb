"""Who is in a take, and where: places in a few frames compete with each other and are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dreamgen.verify.sight.finding import Place
from dreamgen.verify.sight.learned import Classifier, classifier

_LEAST = -8.0
"""Log odds of somebody for whom no place was found at all."""


@dataclass(frozen=True)
class Sighting:
    """One member of the cast in one take."""

    entity: str
    """Whose id."""
    odds: float
    """Log odds that it is there."""
    places: tuple[tuple[int, Place], ...]
    """Its best place in each frame looked at, with the frame's number; present or not."""

    @property
    def probability(self) -> float:
        """That it is there, 0-1."""
        return float(1 / (1 + np.exp(-self.odds)))


@dataclass(frozen=True)
class Scored:
    """A place with the log odds that somebody, namely this one, is there."""

    place: Place
    """Where."""
    odds: float
    """From the place's own cues."""
    margin: float
    """How far ahead of the best other likeness at the same place, at most 4."""

    @property
    def standing(self) -> float:
        """Its odds, less what a better likeness at the same place takes away."""
        return self.odds + min(self.margin, 0.0)


def compete(found: Mapping[str, Sequence[Place]], judge: Classifier) -> dict[str, Scored]:
    """The best place of each likeness in one frame, after all have competed for the same spots.

    Args:
        found: entity to where it may be.
        judge: tells from a place's cues whether that likeness is there.
    """
    everything = [place for places in found.values() for place in places]
    if not everything:
        return {}
    odds = np.asarray(judge.log_odds(np.array([place.cues for place in everything])), np.float64)
    owners = np.unique([place.entity for place in everything], return_inverse=True)[1]
    near = _same_spots(everything)
    best: dict[str, Scored] = {}
    for number, (place, own) in enumerate(zip(everything, odds.tolist(), strict=True)):
        rivals = odds[near[number] & (owners != owners[number])]
        candidate = Scored(place, own, min(own - (float(rivals.max()) if rivals.size else _LEAST), 4.0))
        before = best.get(place.entity)
        if before is None or candidate.standing > before.standing:
            best[place.entity] = candidate
    return best


def _same_spots(places: Sequence[Place], shape: float = 16 / 9) -> NDArray[np.bool_]:
    """Which of n places show the same head, (n, n): a big cast has hundreds of places, so all pairs at once."""
    x, y = np.array([place.head(shape) for place in places], np.float64).T
    body = np.array([place.body for place in places], np.float64)
    apart = np.hypot((x[:, None] - x) * shape, y[:, None] - y)
    return np.asarray(apart < 0.18 * np.maximum(body[:, None], body))


def evidence_of(frames: Sequence[Mapping[str, Scored]], entity: str) -> NDArray[np.float32]:
    """What several frames of one take say of one member of the cast, (13,), for the classifier `present`."""
    seen = [frame[entity] for frame in frames if entity in frame]
    if not seen:
        return np.array([_LEAST, _LEAST, _LEAST, -4, -4, 2, 2, 1, 40, 0, 0, 0, 0], np.float32)
    odds = sorted((place.odds for place in seen), reverse=True)
    margins = sorted(place.margin for place in seen)
    bodies = np.log([place.place.body for place in seen])
    return np.array(
        [
            odds[0], float(np.mean(odds)), odds[-1],
            margins[0], float(np.mean(margins)),
            float(np.ptp(bodies)) if len(seen) > 1 else 0.3,
            _odd_size(frames, entity),
            _drift(seen),
            float(np.mean([place.place.cues[4] for place in seen])),
            float(np.mean([place.place.cues[1] for place in seen])),
            float(np.mean([place.place.cues[3] for place in seen])),
            float(np.mean([place.place.lying for place in seen])),
            seen[0].place.cues[-1],
        ],
        np.float32,
    )  # fmt: skip


def _drift(seen: Sequence[Scored]) -> float:
    """How much farther than others the least steady place is, in body heights: the same one stays about there."""
    if len(seen) < 2:
        return 0.3
    across = np.array([place.place.x * 16 / 9 for place in seen])
    return float(min(2.0, np.median(np.abs(across - np.median(across))) / np.median([p.place.body for p in seen])))


def _odd_size(frames: Sequence[Mapping[str, Scored]], entity: str) -> float:
    """How far its size is from that of others who are surely there, as a logarithm; 0 where nobody is."""
    own = [np.log(frame[entity].place.body) for frame in frames if entity in frame]
    others = [
        (np.log(other.place.body), 1 / (1 + np.exp(-other.standing)))
        for frame in frames
        for who, other in frame.items()
        if who != entity
    ]
    weight = sum(w for _, w in others)
    if weight < 0.3:
        return 0.0
    usual = sum(size * w for size, w in others) / weight
    return float(abs(np.mean(own) - usual) * min(1.0, weight))


def sightings_of(frames: Mapping[int, Mapping[str, Scored]], entities: Sequence[str]) -> dict[str, Sighting]:
    """Puts together what was found in some frames of one take.

    Args:
        frames: number of a frame to the best places in it.
        entities: the whole cast.
    """
    present = classifier("present")
    sightings = {}
    for entity in entities:
        odds = float(present.log_odds(evidence_of(tuple(frames.values()), entity)))
        places = tuple((number, frame[entity].place) for number, frame in frames.items() if entity in frame)
        sightings[entity] = Sighting(entity, odds, places)
    return sightings
