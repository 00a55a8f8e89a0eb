"""Film grammar: which takes come into question for a shot, and how well each follows the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dreamgen.core.layout import Camera, Layout
from dreamgen.core.story import Shot
from dreamgen.core.vocabulary import Framing, Pose
from dreamgen.story.bodies import MOVING, Body
from dreamgen.story.camera import MAX_IOU

Mood = Literal["establish", "feeling", "speech", "move", "action"]

_WHOLE_BODY: Final[frozenset[Pose]] = frozenset({"walk", "run", "sit", "lie", "kneel", "dance", "fall"})
"""Poses that need the legs to be understood."""

_COSTS: Final[dict[Mood, tuple[tuple[Framing, str, float], ...]]] = {
    "establish": (("wide", "all", 0.0), ("full", "all", 3.0), ("full", "main", 4.0)),
    "speech": (
        ("medium", "pair", 0.0), ("medium", "main", 0.25), ("close", "main", 0.3), ("full", "all", 0.6),
        ("full", "main", 1.2), ("wide", "all", 1.3),
    ),
    "feeling": (
        ("close", "main", 0.0), ("medium", "main", 0.2), ("medium", "pair", 0.35), ("full", "all", 0.9),
        ("full", "main", 1.0), ("wide", "all", 1.5),
    ),
    "move": (("full", "all", 0.1), ("full", "moving", 0.0), ("wide", "all", 0.25), ("full", "main", 0.8)),
    "action": (
        ("full", "all", 0.0), ("medium", "pair", 0.15), ("medium", "main", 0.45), ("wide", "all", 0.5),
        ("full", "pair", 0.3), ("full", "main", 0.7), ("close", "main", 1.3),
    ),
}  # fmt: skip
"""Framing, who is in it, and how far it is from what a film would show first."""

JUMP: Final = 5.0
"""Cost of a jump cut: more than any wish, so that one is made only where nothing else can be filmed."""


@dataclass(frozen=True)
class Idea:
    """A take that could be filmed."""

    framing: Framing
    """How much of them is seen."""
    cast: tuple[Body, ...]
    """Who is in it, most important first."""
    cost: float
    """How far it is from what a film would show first."""


@dataclass(frozen=True)
class Take:
    """A take with everybody's place."""

    layout: Layout
    """Everybody's place."""
    camera: Camera
    """What the camera does."""
    location: str
    """The id of the location."""
    set: str
    """The set that shows it."""

    @property
    def subjects(self) -> frozenset[str]:
        """Ids of everybody in it."""
        return frozenset(placement.who for placement in self.layout.placements)


def mood_of(shot: Shot, bodies: Sequence[Body], new_place: bool) -> Mood:
    """What the shot is mostly about."""
    if new_place:
        return "establish"
    if any(body.pose in MOVING for body in bodies):
        return "move"
    if any(event.says or event.does == "talk" for event in shot.events):
        return "speech"
    if any(event.feels and event.does in ("stand", "look") for event in shot.events):
        return "feeling"
    return "action"


def ideas(mood: Mood, bodies: Sequence[Body]) -> Iterator[Idea]:
    """The takes that come into question, without those that would show the same twice."""
    seen: set[tuple[Framing, tuple[str, ...]]] = set()
    for framing, which, cost in _COSTS[mood]:
        cast = _chosen(which, bodies)
        if framing in ("medium", "close"):
            cast = tuple(body for body in cast if body.sort != "prop")
        if framing == "close":
            cast = cast[:1] if not any(body.partner for body in cast) else ()
        seats = {body.on for body in cast}
        cast += tuple(body for body in bodies if body.who in seats and body not in cast)
        key = framing, tuple(body.who for body in cast)
        if not cast or key in seen:
            continue
        seen.add(key)
        if framing in ("medium", "close") and any(body.pose in _WHOLE_BODY for body in cast):
            cost += 0.9
        if any(body.pose in MOVING for body in cast) and framing in ("medium", "close"):
            continue
        yield Idea(framing, cast, cost)


def _chosen(which: str, bodies: Sequence[Body]) -> tuple[Body, ...]:
    if not bodies or which == "all":
        return tuple(bodies)
    if which == "moving":
        return tuple(body for body in bodies if body.pose in MOVING)
    # nobody hugs the air
    main = [body for body in bodies if body.rank == 0 or body.partner == bodies[0].who]
    if which == "pair":
        main += [body for body in bodies if body not in main and body.who == bodies[0].towards]
    return tuple(main)


def jumps(take: Take, before: Take | None) -> bool:
    """Whether the cut from `before` to `take` looks like one picture that jumps."""
    return cut_cost(take, before) >= JUMP


def cut_cost(take: Take, before: Take | None) -> float:
    """How badly `take` follows `before`."""
    # two locations that one set shows look like one place
    if before is None or before.set != take.set:
        return 0.0
    cost = 0.0
    if take.camera.framing == before.camera.framing:
        cost += JUMP if take.subjects == before.subjects else 0.4
    if before.camera.end.iou(take.camera.start) > MAX_IOU and take.subjects & before.subjects:
        cost += JUMP
    return cost
