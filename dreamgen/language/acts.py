"""What somebody does, one thing after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dreamgen.core.claims import Absence, Action
from dreamgen.language.statements import doing, grounds, pose
from dreamgen.language.wording import alike
from dreamgen.language.world import SLACK, World, covers

BESIDE: Final = frozenset({"hold", "talk", "look"})
"""Poses that may go on beside any other: who walks may hold a lantern that is too small for a claim, so nobody can be
sure that these are not done."""


@dataclass(frozen=True)
class Act:
    """One thing that somebody does without a break, over as many shots as it takes."""

    entity: str
    row: str
    """Its row in the table of poses."""
    doing: str
    """`walking with a lantern`."""
    start: float
    end: float
    claims: tuple[str, ...]


def acts(world: World, entity: str) -> tuple[Act, ...]:
    """What an entity does, in order; the same thing in shots that follow each other is one act.

    What can't be put in words, a hug of somebody unknown, is an act with empty words: it takes its time all the same.
    """
    key = ("acts", entity)
    if key not in world.memo:
        world.memo[key] = _acts(world, entity)
    found: tuple[Act, ...] = world.memo[key]
    return found


def accounted(world: World, entity: str, start: float, end: float) -> bool:
    """Whether it is claimed all the time what the entity does, or that it can't be seen."""
    known = [c for c in world.all(Action) if c.entity == entity]
    gone = [c for c in world.all(Absence) if c.entity == entity]
    return end - start <= SLACK or covers([*known, *gone], start, end)


def sole(world: World, act: Act) -> bool:
    """Whether the entity does nothing like it at any other time of the clip, as far as a viewer could tell."""
    others = [one for one in acts(world, act.entity) if one is not act]
    return accounted(world, act.entity, world.opening, world.seconds) and not any(alike(o.row, act.row) for o in others)


def _acts(world: World, entity: str) -> tuple[Act, ...]:
    found: list[Act] = []
    for claim in world.all(Action):
        if claim.entity != entity:
            continue
        row, text = pose(world, claim), doing(world, claim) or ""
        last = found[-1] if found else None
        if last is not None and last.row == row and claim.start <= last.end + SLACK:
            # with and without a thing in the hand: what holds for all of it is the plain act
            text = text if text == last.doing else min(text, last.doing, key=len)
            both = tuple(dict.fromkeys((*last.claims, *grounds(world, claim))))
            found[-1] = Act(entity, row, text, last.start, max(last.end, claim.end), both)
        else:
            found.append(Act(entity, row, text, claim.start, claim.end, grounds(world, claim)))
    return tuple(found)
