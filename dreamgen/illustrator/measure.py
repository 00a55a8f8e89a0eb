"""How large figures are: measured from what is drawn, so a plan always agrees with the picture."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dreamgen.core.layout import Box
from dreamgen.core.story import Character, Prop
from dreamgen.core.vocabulary import Facing, Pose
from dreamgen.errors import unknown_name
from dreamgen.illustrator.animals import AnimalMotion, animal_kinds, draw_animal
from dreamgen.illustrator.display import Item, Recorder
from dreamgen.illustrator.figures import PEOPLE, Actor, FigureState, draw_person
from dreamgen.illustrator.figures.actor import UNIT
from dreamgen.illustrator.figures.bodies import body_of
from dreamgen.illustrator.props.held import held_box, held_kinds
from dreamgen.illustrator.props.standing import standing_kinds, standing_size

STAGE_SIZE = (1024.0, 576.0)
"""Width and height of the stage in stage points."""

_GROWN = Character(id="grown", name="grown", kind="woman")  # for whom seats are made
_MOMENTS = (0.0, 0.31, 0.67, 1.13)
_PHASES = 8


def figure_size(character: Character, pose: Pose) -> tuple[float, float]:
    """Width and height of a body in a pose, in stage fractions, at scale 1 (depth 0.5).

    Raises:
        UsageError: when nobody can draw such a character.
    """
    left, top, right, bottom = figure_extent(character, pose)
    return right - left, bottom - top


@lru_cache(maxsize=1024)
def figure_extent(character: Character, pose: Pose) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a body that looks to the right, at scale 1.

    In stage fractions from the point on the ground between its feet. It holds at every moment of the pose, and
    leaves out what is in the hand.

    Raises:
        UsageError: when nobody can draw such a character.
    """
    boxes = [items_box(items) for items in _drawn(character, pose)]
    left, top = (min(box[side] for box in boxes) for side in (0, 1))
    right, bottom = (max(box[side] for box in boxes) for side in (2, 3))
    wide, high = STAGE_SIZE
    return left / wide, top / high, right / wide, bottom / high


def box_at(character: Character, pose: Pose, facing: Facing, feet: tuple[float, float], scale: float = 1.0) -> Box:
    """The box of a body whose feet stand at a point.

    Args:
        character: who.
        pose: what it does.
        facing: which way it looks.
        feet: between the feet, on the ground, in stage fractions.
        scale: 1 at depth 0.5.
    """
    left, top, right, bottom = figure_extent(character, pose)
    if facing == "left":
        left, right = -right, -left
    x, y = feet
    return Box(x0=x + left * scale, y0=y + top * scale, x1=x + right * scale, y1=y + bottom * scale)


def feet_in(box: Box, character: Character, pose: Pose, facing: Facing) -> tuple[float, float]:
    """Where the feet stand of a body that fills a box: the inverse of `box_at`, in stage fractions."""
    left, _, right, _ = figure_extent(character, pose)
    if facing == "left":
        left, right = -right, -left
    scale = box.width / (right - left)
    return box.x0 - left * scale, box.y1


def prop_size(prop: Prop) -> tuple[float, float]:
    """Width and height of a thing, in stage fractions, at scale 1 (depth 0.5).

    Raises:
        UsageError: when nobody can draw such a thing.
    """
    if prop.kind in standing_kinds():
        width, height = standing_size(prop.kind)
    elif prop.kind in held_kinds():
        left, top, right, bottom = held_box(prop.kind)
        width, height = right - left, bottom - top
    else:
        raise unknown_name("prop", prop.kind, (*standing_kinds(), *held_kinds()))
    return width * UNIT / STAGE_SIZE[0], height * UNIT / STAGE_SIZE[1]


def hug_gap(one: Character, other: Character) -> float:
    """How far apart the feet of two people stand who hug, in stage fractions, at scale 1."""
    girths = [(body.shoulder * 0.62 + body.belly * 0.8) * body.scale for body in (body_of(one), body_of(other))]
    return (sum(girths) + 19.0) * UNIT / STAGE_SIZE[0]


def dangle(character: Character) -> float:
    """How high over the ground the feet of somebody short hang on a seat for grown people, in stage heights at scale 1.

    Animals, and whoever is tall enough, have their feet on the ground: 0.
    """
    if character.kind not in PEOPLE:
        return 0.0
    knees = [(body.leg / 2 + body.sole) * body.scale for body in (body_of(_GROWN), body_of(character))]
    return max(0.0, knees[0] - knees[1]) * UNIT / STAGE_SIZE[1]


def items_box(items: list[Item]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all that is matter (not light), in the units of the items."""
    corners = np.array(
        [
            (*(item.curve.min(0) - border), *(item.curve.max(0) + border))
            for item in items
            if item.alpha >= 0.5 and not item.blur
            for border in (item.width / 2 if item.kind == "line" else 0.0,)
        ]
    )
    left, top, right, bottom = (
        corners[:, 0].min(), corners[:, 1].min(), corners[:, 2].max(), corners[:, 3].max(),
    )  # fmt: skip
    return float(left), float(top), float(right), float(bottom)


def _drawn(character: Character, pose: Pose) -> list[list[Item]]:
    """The items of a body at the moments that matter for its extent."""
    if character.kind in PEOPLE:
        return [_person(character, pose, t) for t in _moments(pose)]
    if character.kind in animal_kinds():
        return [_animal(character, pose, t) for t in _moments(pose)]
    raise unknown_name("kind of character", character.kind, (*PEOPLE, *animal_kinds()))


def _moments(pose: Pose) -> tuple[float, ...]:
    return tuple(phase / _PHASES for phase in range(_PHASES)) if pose in ("walk", "run", "dance") else _MOMENTS


def _person(character: Character, pose: Pose, t: float) -> list[Item]:
    recorder = Recorder()
    draw_person(recorder, Actor(character, 1), FigureState(0.0, 0.0, pose=pose), t)
    return recorder.items


def _animal(character: Character, pose: Pose, t: float) -> list[Item]:
    recorder = Recorder()
    with recorder.transformed([[UNIT, 0.0, 0.0], [0.0, UNIT, 0.0]]):
        draw_animal(recorder, character, AnimalMotion(pose=pose), t)
    for item in recorder.items:
        if item.kind == "line":
            item.width *= UNIT
    return recorder.items
