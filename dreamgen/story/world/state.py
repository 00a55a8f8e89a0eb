"""What holds at one moment of a story, and what can be wrong with what happens next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from dreamgen.core.base import Record
from dreamgen.core.vocabulary import TimeOfDay

Rule = Literal[
    "unknown_id",
    "not_a_thing",
    "not_in_act",
    "place_not_in_act",
    "not_here",
    "not_come_yet",
    "left",
    "gone",
    "dead",
    "asleep",
    "needed_later",
    "nobody_left",
    "not_held",
    "held_by_another",
    "two_holders",
    "thing_elsewhere",
    "with_self",
    "back_in_time",
    "other_light",
    "other_weather",
    "no_such_shot",
]
"""What a break breaks; see `RULES` for each in words."""

CLOCK: tuple[TimeOfDay, ...] = ("day", "sunset", "night")
"""The order of the light within a day."""


class Break(Record):
    """Something in a draft that can't happen as it is written."""

    where: str
    """The id of the act, scene or shot."""
    rule: Rule
    """What it breaks."""
    detail: str
    """The same for people, with names."""
    act: int
    """Index of the act, from 0."""
    scene: int | None = None
    """Index of the scene in its act, from 0; None where the act itself is wrong."""
    shot: int | None = None
    """Index of the shot in its scene, from 0."""
    step: int | None = None
    """Index of the step in its shot, from 0."""
    line: int | None = None
    """Index of the line in the scene's dialogue, from 0."""


@dataclass(frozen=True)
class World:
    """The state at one moment. A step leads from one to the next."""

    place: str = ""
    """Where the scene is."""
    here: frozenset[str] = frozenset()
    """Who is on stage."""
    left: frozenset[str] = frozenset()
    """Who has left this scene."""
    dead: frozenset[str] = frozenset()
    """Who has died in this scene; the body stays."""
    asleep: frozenset[str] = frozenset()
    """Who sleeps."""
    gone: frozenset[str] = frozenset()
    """Who died in an earlier scene, or has left the story for good."""
    held: tuple[tuple[str, str], ...] = ()
    """Thing and who has it."""
    lying: tuple[tuple[str, str], ...] = ()
    """Thing and the place where it was put down."""
    day: int = 0
    """The day of the last scene; 0 before the first."""
    time: TimeOfDay = "day"
    """Its light."""

    def holder(self, thing: str) -> str | None:
        """Who has a thing."""
        return next((who for what, who in self.held if what == thing), None)

    def resting_place(self, thing: str) -> str | None:
        """Where a thing was put down."""
        return next((where for what, where in self.lying if what == thing), None)

    def with_holder(self, thing: str, who: str | None, place: str | None = None) -> World:
        """A thing passes to `who`, or lies at `place`, or is nowhere in particular."""
        held = tuple(pair for pair in self.held if pair[0] != thing)
        lying = tuple(pair for pair in self.lying if pair[0] != thing)
        if who is not None:
            held = (*held, (thing, who))
        elif place is not None:
            lying = (*lying, (thing, place))
        return replace(self, held=held, lying=lying)


def moment(day: int, time: TimeOfDay) -> tuple[int, int]:
    """Orders scenes in time."""
    return day, CLOCK.index(time)
