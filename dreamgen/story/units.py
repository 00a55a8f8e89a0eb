"""Units: what keeps together when a shot is laid out from left to right.

One body, two that hug, several that move the same way, two on one seat, or a piece of furniture and who is on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

from dreamgen.core.vocabulary import Facing, Pose
from dreamgen.illustrator import StageMap
from dreamgen.story.bodies import MOVING, Body

MIN_GAP: Final = 0.02
"""Stage widths between two bodies' boxes: 20 stage points, so that outlines never touch."""
SPEEDS: Final[dict[Pose, tuple[float, float]]] = {"walk": (0.10, 0.16), "run": (0.20, 0.26)}
"""Slowest and fastest that looks right, in stage widths a second at depth 0.5; an adult is about 0.2 widths tall."""
_ON_A_SEAT: Final = 2  # benches, sofas and logs of the sets have room for two
_IN_FRONT: Final = 0.02  # depth by which who is on a thing is nearer than the thing, to be drawn over it


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
    lift: float = 0.0
    """How high over the ground it lies, in stage heights at depth 0.5."""


@dataclass(frozen=True)
class Unit:
    """Bodies with fixed places relative to each other."""

    members: tuple[Measured, ...]
    """From left to right, but furniture before those who are on it."""
    widths: tuple[float, ...]
    """Of the members, in stage widths."""
    lefts: tuple[float, ...]
    """Left edges of the members, from the unit's left edge."""
    travel: float = 0.0
    """How far all of them go, in stage widths; negative to the left."""
    seat: tuple[float, float] | None = None
    """Where the set wants the feet of those who sit, in stage fractions."""

    @property
    def width(self) -> float:
        """Of all members together."""
        return max(left + width for left, width in zip(self.lefts, self.widths, strict=True))

    @property
    def sweep(self) -> float:
        """Width of the strip that the unit needs for itself during the shot."""
        return self.width + abs(self.travel)


@dataclass(frozen=True)
class Wish:
    """How the units of an arrangement would like to be."""

    gap: float
    """Between two members that move together, in stage widths."""
    haste: float
    """Between the slowest and the fastest believable speed, 0-1."""
    seconds: float
    """Length of the shot."""


def units_of(order: Sequence[Measured], ground: StageMap, centre: float, wish: Wish) -> list[Unit] | None:
    """The units of `order`, from left to right; None when somebody who sits has nothing to sit on."""
    groups: list[list[Measured]] = []
    for one in order:
        if groups and _joined(groups[-1][-1], one):
            groups[-1].append(one)
        else:
            groups.append([one])
    seats = sorted(ground.seats, key=lambda seat: abs(seat[0] - centre))[:1]
    units = []
    for group in groups:
        if not _needs_seat(group[0]):
            units.append(_unit(group, ground, wish))
        elif seats and len(group) <= _ON_A_SEAT:
            # one seat a shot: the others line up around it, and a second one might be on the wrong side
            seat = seats.pop()
            lowered = [replace(one, depth=ground.depth_at(seat[1])) for one in group]
            units.append(replace(_unit(lowered, ground, wish), seat=seat))
        else:
            return None
    return units


def _needs_seat(one: Measured) -> bool:
    return one.body.sort == "person" and one.body.pose == "sit" and one.body.on is None


def _joined(left: Measured, right: Measured) -> bool:
    hug = left.body.partner == right.body.who and right.body.partner == left.body.who
    convoy = left.goes != 0 and left.goes == right.goes and left.body.pose == right.body.pose
    sofa = _needs_seat(left) and _needs_seat(right)
    return hug or convoy or sofa or _thing(left) == _thing(right)


def _thing(one: Measured) -> str:
    """What it is on; a thing is on itself."""
    return one.body.on or one.body.who


def _unit(group: Sequence[Measured], ground: StageMap, wish: Wish) -> Unit:
    thing = next((one for one in group if any(other.body.on == one.body.who for other in group)), None)
    if thing is not None:
        return _furnished(thing, [one for one in group if one is not thing], ground)
    scales = [ground.scale_at(one.depth) for one in group]
    widths = tuple(one.size[0] * scale for one, scale in zip(group, scales, strict=True))
    hug = len(group) == 2 and group[0].body.partner == group[1].body.who
    gap = MIN_GAP if _needs_seat(group[0]) else max(MIN_GAP, wish.gap / 2)
    lefts = [0.0]
    for left, right in pairwise(range(len(group))):
        if hug:
            feet = group[left].foot * widths[left] + group[left].reach * scales[left]
            lefts.append(lefts[-1] + feet - group[right].foot * widths[right])
        else:
            lefts.append(lefts[-1] + widths[left] + gap)
    lowest = min(lefts)
    return Unit(tuple(group), widths, tuple(left - lowest for left in lefts), _travel(group[0], ground, wish))


def _furnished(thing: Measured, riders: Sequence[Measured], ground: StageMap) -> Unit:
    """A piece of furniture with people spread evenly over it."""
    scale = ground.scale_at(thing.depth)
    members = (thing, *(replace(one, depth=max(0.0, thing.depth - _IN_FRONT)) for one in riders))
    widths = tuple(one.size[0] * scale for one in members)
    middles = (widths[0] * (number + 1) / (len(riders) + 1) for number in range(len(riders)))
    lefts = (0.0, *(middle - width / 2 for middle, width in zip(middles, widths[1:], strict=True)))
    lowest = min(lefts)
    return Unit(members, widths, tuple(left - lowest for left in lefts))


def _travel(one: Measured, ground: StageMap, wish: Wish) -> float:
    if one.body.pose not in MOVING:
        return 0.0
    slow, fast = SPEEDS[one.body.pose]
    return one.goes * (slow + (fast - slow) * wish.haste) * wish.seconds * ground.scale_at(one.depth)
