"""The placement solver: nobody hidden, crowded, cut or floating.

Bodies are laid out from left to right in units: one body, two that hug, or several that move together. A unit that
moves keeps the whole strip that it sweeps for itself, so nobody is passed, hidden or bumped into.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import Final, Literal

from dreamgen.core.layout import Box, Placement
from dreamgen.core.vocabulary import Facing, Pose
from dreamgen.illustrator import StageMap
from dreamgen.story.bodies import MOVING, Body

MIN_GAP: Final = 0.02
"""Stage widths between two bodies' boxes: 20 stage points, so that outlines never touch."""
SPEEDS: Final[dict[Pose, tuple[float, float]]] = {"walk": (0.10, 0.16), "run": (0.20, 0.26)}
"""Slowest and fastest that looks right, in stage widths a second at depth 0.5; an adult is about 0.2 widths tall."""
SIDE: Final = 0.035
"""Stage widths that stay free at both sides of the wide shot."""

_CLOSENESS: Final = {"loose": (0.06, 0.13), "near": (0.04, 0.08), "tight": (MIN_GAP, 0.04)}
Spacing = Literal["loose", "near", "tight"]


@dataclass(frozen=True)
class Measured:
    """A body with its size and how deep in the set it stands."""

    body: Body
    size: tuple[float, float]
    """Width and height at depth 0.5, in stage fractions."""
    depth: float
    """0 (near) to 1 (far)."""
    facing: Facing
    """Which way it looks."""
    goes: Literal[-1, 0, 1] = 0
    """Direction of its motion."""
    foot: float = 0.5
    """Where its feet are, as a share of its width from the left."""
    reach: float = 0.0
    """Between its feet and those of the one it hugs, in stage fractions at depth 0.5."""


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


@dataclass(frozen=True)
class _Unit:
    members: tuple[Measured, ...]
    widths: tuple[float, ...]
    lefts: tuple[float, ...]
    """Left edges of the members, from the unit's left edge."""
    width: float
    travel: float
    """Signed, in stage widths."""
    seat: tuple[float, float] | None = None

    @property
    def sweep(self) -> float:
        return self.width + abs(self.travel)


def arrange(order: Sequence[Measured], room: Room, lot: Random) -> tuple[Placement, ...] | None:
    """Places for `order` (from left to right), or None when they don't fit.

    Neighbours first get the distances and speeds that were drawn, then the smallest distances, then the slowest speeds.
    """
    gaps = [lot.uniform(*_CLOSENESS[room.spacing]) for _ in range(len(order))]
    haste = lot.random()
    for wished_gaps, wished_haste in ((gaps, haste), ([MIN_GAP] * len(gaps), haste), ([MIN_GAP] * len(gaps), 0.0)):
        units = _units(order, room, wished_gaps, wished_haste)
        between = wished_gaps[: len(units) - 1]
        for seated in (True, False):
            lefts = _line_up(units if seated else [replace(unit, seat=None) for unit in units], between, room)
            if lefts is not None:
                return tuple(
                    placement
                    for unit, left in zip(units, lefts, strict=True)
                    for placement in _placed(unit, left, room.ground, unit.seat if seated else None)
                )
    return None


def _units(order: Sequence[Measured], room: Room, gaps: Sequence[float], haste: float) -> list[_Unit]:
    groups: list[list[Measured]] = []
    for one in order:
        if groups and _joined(groups[-1][-1], one):
            groups[-1].append(one)
        else:
            groups.append([one])
    seats = list(room.ground.seats)
    units = []
    for group, gap in zip(groups, gaps, strict=False):
        unit = _unit(group, room, gap, haste)
        sits = len(group) == 1 and group[0].body.sort == "person" and group[0].body.pose == "sit"
        # one seat a shot: the others line up around it, and a second one might be on the wrong side
        if sits and seats:
            unit = replace(unit, seat=min(seats, key=lambda seat: abs(seat[0] - room.centre)))
            seats = []
        units.append(unit)
    return units


def _joined(left: Measured, right: Measured) -> bool:
    hug = left.body.partner == right.body.who and right.body.partner == left.body.who
    convoy = left.goes != 0 and left.goes == right.goes and left.body.pose == right.body.pose
    return hug or convoy


def _unit(group: Sequence[Measured], room: Room, gap: float, haste: float) -> _Unit:
    scales = [room.ground.scale_at(one.depth) for one in group]
    widths = tuple(one.size[0] * scale for one, scale in zip(group, scales, strict=True))
    hug = len(group) == 2 and group[0].body.partner == group[1].body.who
    lefts = [0.0]
    for left, right in pairwise(range(len(group))):
        if hug:
            feet = group[left].foot * widths[left] + group[left].reach * scales[left]
            lefts.append(feet - group[right].foot * widths[right])
        else:
            lefts.append(lefts[-1] + widths[left] + max(MIN_GAP, gap / 2))
    lowest = min(lefts)
    lefts = [left - lowest for left in lefts]
    whole = max(left + width for left, width in zip(lefts, widths, strict=True))
    return _Unit(tuple(group), widths, tuple(lefts), whole, _travel(group[0], room, scales[0], haste))


def _travel(one: Measured, room: Room, scale: float, haste: float) -> float:
    if one.body.pose not in MOVING:
        return 0.0
    slow, fast = SPEEDS[one.body.pose]
    return one.goes * (slow + (fast - slow) * haste) * room.seconds * scale


def _line_up(units: Sequence[_Unit], gaps: Sequence[float], room: Room) -> list[float] | None:
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


def _placed(unit: _Unit, left: float, ground: StageMap, seat: tuple[float, float] | None) -> list[Placement]:
    placements = []
    start = left if unit.travel >= 0 else left - unit.travel
    for one, width, offset in zip(unit.members, unit.widths, unit.lefts, strict=True):
        depth = ground.depth_at(seat[1]) if seat else one.depth
        bottom = seat[1] if seat else ground.ground_at(depth)
        # a seat may lie at another depth than planned; the width keeps the share of the height
        scale = ground.scale_at(depth)
        wide = one.size[0] * scale
        x0 = start + offset + (width - wide) / 2
        box = Box(x0=x0, y0=bottom - one.size[1] * scale, x1=x0 + wide, y1=bottom)
        placements.append(_placement(one, box, unit.travel, depth))
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
