"""Everybody in one shot: posed on twos (12 times a second) while they move over the ground at every frame.

Drawn film does the same: it looks alive, and posing is half of the cost of a body.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from dreamgen.core.base import derive_seed
from dreamgen.core.layout import Placement
from dreamgen.core.story import Character, Shot, Story
from dreamgen.illustrator.animals import AnimalMotion, draw_animal, stride_rate
from dreamgen.illustrator.display import Recorder
from dreamgen.illustrator.figures import Actor, Anchors, FigureState, draw_person
from dreamgen.illustrator.figures.actor import UNIT, Layers
from dreamgen.illustrator.figures.bodies import PEOPLE
from dreamgen.illustrator.light import Lit
from dreamgen.illustrator.measure import feet_in
from dreamgen.illustrator.painters import Inked, Painter, wobbled
from dreamgen.illustrator.props.held import draw_lying
from dreamgen.illustrator.props.standing import draw_standing, standing_kinds
from dreamgen.illustrator.sets import STAGE, StageMap

POSES_A_SECOND = 12
_BOILS_A_SECOND = 8  # how often the hand-drawn line changes
_PERSON_FOOT = 24.0  # stage points
_MOVING = ("walk", "run")
_HEARTH = 14.0  # figure units from the ground to the middle of a fire


@dataclass(frozen=True)
class Body:
    """Where one body stands, in stage points."""

    who: str
    x: float
    """Between the feet."""
    y: float
    """The ground under it."""
    scale: float
    """1 at depth 0.5."""
    foot: float
    """Half the width of its shadow on the ground."""
    flame: tuple[float, float] | None = None
    """Where the light is that it carries or is."""


@dataclass(frozen=True)
class Group:
    """One body, or two that hug: what is drawn as one sheet."""

    bodies: tuple[Body, ...]
    inked: Inked
    """Their shapes at the pose's time."""
    shift: tuple[float, float] = (0.0, 0.0)
    """How far they have gone since, in stage points."""


class Company:
    """Everybody in one shot.

    Args:
        story: has the cast and the props.
        shot: staged.
        stage: the floor plan of its set.
        numbers: entity id to number in the entity map.
        lit: albedo to colour.
        painter: for the wobble of the line.
    """

    def __init__(
        self, story: Story, shot: Shot, stage: StageMap, numbers: dict[str, int], lit: Lit, painter: Painter
    ) -> None:
        self._story, self._shot, self._stage = story, shot, stage
        self._numbers, self._lit, self._painter = numbers, lit, painter
        self._groups = _grouped(shot.layout.placements, numbers)
        self._posed: tuple[int, tuple[Group, ...]] | None = None
        self.still = all(placement.end_box is None for placement in shot.layout.placements)
        """Whether everybody stays where they are."""

    def at(self, t: float) -> tuple[Group, ...]:
        """Everybody `t` seconds into the shot, from the back to the front."""
        two = math.floor(t * POSES_A_SECOND + 1e-6)
        if self._posed is None or self._posed[0] != two:
            # only a memory: the pose follows from `two` alone
            self._posed = two, tuple(self._pose(group, two) for group in self._groups)
        posed = self._posed[1]
        if self.still:
            return posed
        return tuple(self._moved(group, t, two / POSES_A_SECOND) for group in posed)

    def _moved(self, group: Group, t: float, before: float) -> Group:
        placement = self._shot.layout.of(group.bodies[0].who)
        assert placement is not None
        (x0, y0), (x1, y1) = self._feet(placement, before), self._feet(placement, t)
        if (x0, y0) == (x1, y1):
            return group
        return Group(group.bodies, group.inked, (x1 - x0, y1 - y0))

    def _feet(self, placement: Placement, t: float) -> tuple[float, float]:
        box = placement.at(min(1.0, max(0.0, t / self._shot.seconds)))
        character = self._story.character(placement.who)
        if character is not None:
            x, y = feet_in(box, character, placement.pose, placement.facing)
        else:
            x, y = box.centre[0], box.y1
        return x * STAGE[0], y * STAGE[1]

    def _pose(self, group: tuple[Placement, ...], two: int) -> Group:
        t = two / POSES_A_SECOND
        recorder = Recorder(lit=self._lit)
        passes: Sequence[Layers] = ("back", "body", "front") if len(group) > 1 else ("all",)
        flames: dict[str, tuple[float, float]] = {}
        for layers in passes:
            for placement in group:
                first = len(recorder.items)
                flame = self._draw(recorder, placement, t, layers)
                if flame is not None:
                    flames[placement.who] = flame
                boil = int(t * _BOILS_A_SECOND + 1e-6)
                seed = derive_seed(self._story.seed, "line", placement.who, layers, boil)
                wobbled(recorder.items[first:], self._painter.wobble * 0.5, seed)
        inked = Inked(recorder.items)
        bodies = tuple(self._body(placement, t, inked, flames.get(placement.who)) for placement in group)
        return Group(bodies, inked)

    def _body(self, placement: Placement, t: float, inked: Inked, flame: tuple[float, float] | None) -> Body:
        character = self._story.character(placement.who)
        scale = self._scale(placement, t)
        foot = _PERSON_FOOT * scale
        if (character is None or character.kind not in PEOPLE) and len(inked.items):
            foot = 0.42 * float(inked.high[:, 0].max() - inked.low[:, 0].min())
        return Body(placement.who, *self._feet(placement, t), scale, foot, flame)

    def _scale(self, placement: Placement, t: float) -> float:
        """How large a body looks follows from where its feet are."""
        return self._stage.scale_at(self._stage.depth_at(self._feet(placement, t)[1] / STAGE[1]))

    def _draw(self, recorder: Recorder, placement: Placement, t: float, layers: Layers) -> tuple[float, float] | None:
        """Records one body; returns where its flame is."""
        character = self._story.character(placement.who)
        if character is None:
            return self._draw_thing(recorder, placement, t)
        if character.kind in PEOPLE:
            return self._draw_person(recorder, placement, character, t, layers).light
        self._draw_animal(recorder, placement, character, t)
        return None

    def _draw_person(
        self, recorder: Recorder, placement: Placement, character: Character, t: float, layers: Layers
    ) -> Anchors:
        story, holds = self._story, self._story.prop(placement.holds) if placement.holds else None
        partner = self._shot.layout.of(placement.partner) if placement.partner else None
        actor = Actor(
            character=character,
            number=self._numbers[character.id],
            holds=holds,
            holds_number=self._numbers[holds.id] if holds else 0,
            partner=story.character(placement.partner) if placement.partner else None,
            seed=derive_seed(story.seed, "actor", character.id),
        )
        x, y = self._feet(placement, t)
        state = FigureState(
            x=x,
            y=y,
            scale=self._scale(placement, t),
            facing=placement.facing,
            pose=placement.pose,
            expression=placement.expression,
            speed=self._speed(placement),
            talks=self._talks(placement, t),
            partner_x=self._feet(partner, t)[0] if partner else None,
        )
        return draw_person(recorder, actor, state, t, layers)

    def _draw_animal(self, recorder: Recorder, placement: Placement, character: Character, t: float) -> None:
        unit = UNIT * self._scale(placement, t)
        pose = placement.pose
        rate = stride_rate(character, pose, abs(self._speed(placement)) / unit) if pose in _MOVING else 1.0
        motion = AnimalMotion(
            pose=pose,
            feels=placement.expression,
            talks=self._talks(placement, t),
            rate=rate,
            seed=derive_seed(self._story.seed, "actor", character.id) % 10_000,
        )
        with self._on_stage(recorder, placement, t, unit):
            draw_animal(recorder, character, motion, t)

    def _draw_thing(self, recorder: Recorder, placement: Placement, t: float) -> tuple[float, float] | None:
        prop = self._story.prop(placement.who)
        assert prop is not None, "a story refers to its own cast and props only"
        unit = UNIT * self._scale(placement, t)
        x, y = self._feet(placement, t)
        with self._on_stage(recorder, placement, t, unit):
            if prop.kind in standing_kinds():
                draw_standing(recorder, prop, t)
                flame = (0.0, -_HEARTH) if prop.kind == "fire" else None
            else:
                # its strokes come back in stage points, and the block brings figure units there
                flame = draw_lying(recorder, prop, 1.0)
        return None if flame is None else (x + flame[0] * unit, y + flame[1] * unit)

    @contextmanager
    def _on_stage(self, recorder: Recorder, placement: Placement, t: float, unit: float) -> Iterator[None]:
        """Figure units and the entity inside the block; strokes and blurs are brought to stage points after it."""
        x, y = self._feet(placement, t)
        side = -1.0 if placement.facing == "left" else 1.0
        first = len(recorder.items)
        with (
            recorder.stamped(entity=self._numbers[placement.who]),
            recorder.transformed([[unit * side, 0.0, x], [0.0, unit, y]]),
        ):
            yield
        for item in recorder.items[first:]:
            item.blur *= unit
            if item.kind == "line":
                item.width *= unit

    def _speed(self, placement: Placement) -> float:
        """Stage points a second, positive in the direction that the body looks."""
        if placement.end_box is None:
            return 0.0
        way = (placement.end_box.centre[0] - placement.box.centre[0]) * STAGE[0] / self._shot.seconds
        return -way if placement.facing == "left" else way

    def _talks(self, placement: Placement, t: float) -> bool:
        """Whether the lips move: while its words are shown, or through a shot in which it talks without words."""
        spoken = [event for event in self._shot.events if event.who == placement.who and event.says]
        if spoken:
            return any(event.start <= t < event.end for event in spoken)
        return placement.pose == "talk"


def _grouped(placements: Sequence[Placement], numbers: dict[str, int]) -> tuple[tuple[Placement, ...], ...]:
    """Placements from the back to the front; two that hug belong together."""
    by_name = {placement.who: placement for placement in placements}
    groups: list[tuple[Placement, ...]] = []
    taken: set[str] = set()
    for placement in placements:
        if placement.who in taken:
            continue
        other = by_name.get(placement.partner) if placement.partner else None
        joined = other is not None and other.partner == placement.who and placement.pose == "hug" == other.pose
        group = (placement, other) if joined and other is not None else (placement,)
        taken.update(one.who for one in group)
        groups.append(group)
    return tuple(sorted(groups, key=lambda group: (-min(one.depth for one in group), numbers[group[0].who])))


def bounds(group: Group, only: Sequence[int] | None = None) -> tuple[float, float, float, float] | None:
    """The box around a group's shapes in stage points: left, top, right, bottom; None when it has none."""
    low, high = group.inked.low, group.inked.high
    if only is not None:
        low, high = low[list(only)], high[list(only)]
    if not len(low):
        return None
    dx, dy = group.shift
    (x0, y0), (x1, y1) = np.min(low, axis=0).tolist(), np.max(high, axis=0).tolist()
    return x0 + dx, y0 + dy, x1 + dx, y1 + dy
