"""How long shots and their events last."""

from __future__ import annotations

import math
from typing import Final

from dreamgen.core.story import Event, Shot
from dreamgen.core.vocabulary import Pose

LEAD: Final = 0.25
"""Seconds before the first caption and between two: a viewer finds the speaker first."""
_READING = 0.28  # seconds a word: subtitles are made for about 200 words a minute
LONGEST: Final = 10.0
"""Seconds of a shot, at most."""
_SHORTEST = 2.0  # seconds of a shot
_LONGEST_MOVE: Final[dict[Pose, float]] = {"walk": 3.0, "run": 2.25}  # seconds; a longer way would leave the stage
_STEP = 0.25  # seconds; whole frames at 12, 24 and 60 frames a second


def paced(shot: Shot) -> Shot:
    """The shot with its length and the times of its events.

    Captions come one after the other and stay as long as they take to read; what bodies do lasts the whole shot,
    since a body does one thing in a shot.
    """
    readings = [reading(event.says) for event in shot.events if event.says]
    seconds = max(shot.seconds, _SHORTEST, sum(readings) + LEAD * (len(readings) + 1) if readings else 0.0)
    if not readings:
        seconds = min(seconds, *(_LONGEST_MOVE.get(event.does, seconds) for event in shot.events), LONGEST)
    seconds = min(math.ceil(seconds / _STEP) * _STEP, LONGEST)
    return shot.model_copy(update={"seconds": seconds, "events": _timed(shot.events, readings, seconds)})


def pacings(shot: Shot) -> tuple[Shot, ...]:
    """The shot as it is paced, and where somebody goes without a word also as short as a shot can be."""
    usual = paced(shot)
    goes = any(event.does in _LONGEST_MOVE for event in shot.events) and not any(event.says for event in shot.events)
    if not goes or usual.seconds <= _SHORTEST:
        return (usual,)
    events = tuple(event.model_copy(update={"end": _SHORTEST}) for event in usual.events)
    return usual, usual.model_copy(update={"seconds": _SHORTEST, "events": events})


def reading(words: str) -> float:
    """Seconds that a caption takes to read."""
    return max(1.5, 0.75 + _READING * len(words.split()))


def _timed(events: tuple[Event, ...], readings: list[float], seconds: float) -> tuple[Event, ...]:
    squeeze = min(1.0, (seconds - LEAD * (len(readings) + 1)) / sum(readings)) if readings else 1.0
    timed, at, left = [], LEAD, iter(readings)
    for event in events:
        if not event.says:
            timed.append(event.model_copy(update={"start": 0.0, "end": seconds}))
            continue
        end = at + next(left) * squeeze
        timed.append(event.model_copy(update={"start": round(at, 3), "end": round(end, 3)}))
        at = end + LEAD
    return tuple(sorted(timed, key=lambda event: event.start))
