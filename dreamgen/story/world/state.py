"""What holds at one moment of a story, and what can be wrong with what happens next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from dreamgen.core.base import Record
from dreamgen.core.vocabulary import TimeOfDay

Rule = Literal[
    "unknown_id",
    "not_a_thing",
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
"""What a break breaks.

- unknown_id, not_a_thing: an id that the premise does not have, or of another sort.
- place_not_in_act: a scene is set where its act is not.
- not_here, not_come_yet, left: acts, speaks or is met without being there.
- gone, dead: the same after an earlier scene, or in the scene, in which they died or left for good.
- asleep: acts in the shot in which they fell asleep, or speaks while they sleep.
- needed_later, nobody_left: dies or goes although a higher level still has them, or although they are the last.
- not_held: is used before it was taken. held_by_another: by one who has it not. thing_elsewhere: it lies, or is, in
  another place. two_holders: is carried by two at once.
- with_self: somebody does it with themselves.
- back_in_time, other_light, other_weather: a scene before the one before it; words that disagree with its setting.
- no_such_shot: a line that is said in no shot.
"""

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
    passing: frozenset[str] = frozenset()
    """Who comes or goes in this shot, and can be met in all of it: she waves, and he comes in."""
    nearby: frozenset[str] = frozenset()
    """Who went in the shot before or comes in the next, and can be seen from afar: she looks after him."""
    dead: frozenset[str] = frozenset()
    """Who has died in this scene; the body stays."""
    asleep: frozenset[str] = frozenset()
    """Who sleeps."""
    dozing: frozenset[str] = frozenset()
    """Who fell asleep in this shot."""
    gone: frozenset[str] = frozenset()
    """Who died in an earlier scene, or has left the story for good."""
    held: tuple[tuple[str, str], ...] = ()
    """Thing and who has it."""
    lying: tuple[tuple[str, str], ...] = ()
    """Thing and the place where it was put down."""
    kept: tuple[tuple[str, str], ...] = ()
    """Thing and who had it when the last act ended; they may use it, and everybody may have got it meanwhile."""
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
        held = _without(self.held, thing)
        lying = _without(self.lying, thing)
        if who is not None:
            held = (*held, (thing, who))
        elif place is not None:
            lying = (*lying, (thing, place))
        return replace(self, held=held, lying=lying, kept=_without(self.kept, thing))

    def has(self, who: str, thing: str) -> bool:
        """Whether somebody has a thing, or had it and nobody else took it."""
        return (thing, who) in self.held or (thing, who) in self.kept


def _without(pairs: tuple[tuple[str, str], ...], thing: str) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in pairs if pair[0] != thing)


def moment(day: int, time: TimeOfDay) -> tuple[int, int]:
    """Orders scenes in time."""
    return day, CLOCK.index(time)
