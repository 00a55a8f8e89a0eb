"""What the stage hands over to have a person drawn, and what it gets back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dreamgen.core.story import Character, Prop
from dreamgen.core.vocabulary import Facing, Feeling, Pose

Layers = Literal["all", "back", "body", "front"]
"""Which part of a person: the far arm (back), all between the arms (body), the near arm and what it holds (front).

Two bodies that hug are drawn as back, back, body, body, front, front; `all` is the three passes of one person.
"""

UNIT = 2.3
"""Stage points in one figure unit at scale 1; a grown person is about 100 figure units high."""

Vector = tuple[float, float]
"""A point or a direction. A tuple and not an array: arithmetic on two numbers is ten times faster."""


@dataclass(frozen=True, slots=True)
class Actor:
    """One person of the cast in one shot: everything about it that does not change with time."""

    character: Character
    """Who it is and what it wears."""
    number: int
    """Its number in the entity map."""
    holds: Prop | None = None
    """What is in its hand."""
    holds_number: int = 0
    """The number of the held prop in the entity map."""
    partner: Character | None = None
    """Whom a hug joins it with."""
    seed: int = 0
    """Shifts blinking and breathing, so that two people do not blink at once."""


@dataclass(frozen=True, slots=True)
class FigureState:
    """Where a person is and what it does at one moment."""

    x: float
    """Between the feet, in stage points."""
    y: float
    """The ground under the feet, in stage points."""
    scale: float = 1.0
    """1 is the size at depth 0.5."""
    facing: Facing = "right"
    """Which way the body looks."""
    pose: Pose = "stand"
    """What the body does."""
    expression: Feeling = "neutral"
    """What the face shows."""
    speed: float = 0.0
    """Stage points a second over the ground, positive in the direction of `facing`; sets the cadence of the feet."""
    talks: bool = False
    """Whether the lips move."""
    into: Pose | None = None
    """The pose that it passes into, when it is between two."""
    blend: float = 0.0
    """How far it has passed into `into`, 0-1."""
    partner_x: float | None = None
    """Between the feet of the partner of a hug, in stage points."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Places on a drawn person, in stage points."""

    head: Vector
    """The middle of the head."""
    head_radius: float
    """Half the height of the skull."""
    near_hand: Vector
    """The hand on the camera's side."""
    far_hand: Vector
    """The other hand."""
    light: Vector | None = None
    """The middle of the flame, when the held prop gives light."""
