"""The placement solver: nobody hidden, crowded, cut or floating.

Units are laid out from left to right. One that moves keeps the whole strip that it sweeps for itself, so nobody is
passed, hidden or bumped into.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from dreamgen.core.layout import Box, Placement
from dreamgen.illustrator import StageMap
from dreamgen.story.units import MIN_GAP, Measured, Unit, Wish, units_of

SIDE: Final = 0.07
"""Stage widths that stay free at both sides of the wide shot, where leaves and paper edges frame the picture."""

_CLOSENESS: Final = {"loose": (0.06, 0.13), "near": (0.04, 0.08), "tight": (MIN_GAP, 0.04)}
Spacing = Literal["loose", "near", "tight"]


@dataclass(frozen=True)
class Room:
    """What the solver has to work with."""

    ground: StageMap
    """Where one can stand."""
    seconds: float
    """Length of the shot."""
    centre: float
    """Where the group would like its middle, x in stage fractions."""
    spacing: Spacing = "loose"
    """How far apart neighbours like to be."""

    @property
    def sides(self) -> tuple[float, float]:
        """Left and right limit for bodies."""
        left, right = self.ground.walkable
        return max(left, SIDE), min(right, 1 - SIDE)


def arrange(order: Sequence[Measured], room: Room, lot: Random) -> tuple[Placement, ...] | None:
    """Places for `order` (from left to right), or None when they don't fit.

    Neighbours first get the distances and speeds that were drawn, then the smallest distances, then the slowest speeds.
    """
    wished = [lot.uniform(*_CLOSENESS[room.spacing]) for _ in order]
    haste, narrow = lot.random(), [MIN_GAP] * len(wished)
    for gaps, speed in ((wished, haste), (narrow, haste), (narrow, 0.0)):
        units = units_of(order, room.ground, room.centre, Wish(gaps[0], speed, room.seconds))
        if units is None:
            return None
        lefts = _line_up(units, gaps[: len(units) - 1], room)
        if lefts is not None:
            pairs = zip(units, lefts, strict=True)
            return tuple(placement for unit, left in pairs for placement in _placed(unit, left, room.ground))
    return None


def _line_up(units: Sequence[Unit], gaps: Sequence[float], room: Room) -> list[float] | None:
    """Left edges of the strips that the units sweep; None when there's no room."""
    low, high = room.sides
    starts, at = [], 0.0
    for unit, gap in zip(units, [*gaps, 0.0], strict=True):
        starts.append(at)
        at += unit.sweep + gap
    total = at
    if total > high - low:
        return None
    first = min(max(room.centre - total / 2, low), high - total)
    for unit, start in zip(units, starts, strict=True):
        if unit.seat is not None:
            first = unit.seat[0] - unit.width / 2 - start
    if first < low - 1e-9 or first + total > high + 1e-9:
        return None
    return [first + start for start in starts]


def _placed(unit: Unit, left: float, ground: StageMap) -> list[Placement]:
    placements = []
    start = left if unit.travel >= 0 else left - unit.travel
    for one, width, offset in zip(unit.members, unit.widths, unit.lefts, strict=True):
        level = unit.seat[1] if unit.seat else ground.ground_at(one.depth)
        bottom = level - one.lift * ground.scale_at(one.depth)
        x0 = start + offset
        box = Box(x0=x0, y0=bottom - one.size[1] * width / one.size[0], x1=x0 + width, y1=bottom)
        placements.append(_placement(one, box, unit.travel, one.depth))
    return placements


def _placement(one: Measured, box: Box, travel: float, depth: float) -> Placement:
    body = one.body
    end = box.model_copy(update={"x0": box.x0 + travel, "x1": box.x1 + travel}) if travel else None
    return Placement(
        who=body.who,
        box=box,
        end_box=end,
        depth=depth,
        facing=one.facing,
        pose=body.pose,
        expression=body.expression,
        holds=body.holds,
        partner=body.partner,
    )
