"""One subject of found footage over time: what somebody who looked says of it, or else where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from dreamgen.core.claims import Absence, Action, Claim, Description, Movement
from dreamgen.language.world import SLACK, World
from dreamgen.qa.subjects import Stretch, life_of

_WAYS: Final = {"left": "moves to the left", "right": "moves to the right", "none": "stays in one place"}
_ALIKE: Final = 75.0
"""Likeness of two texts, 0-100, from which one could be taken for the other."""


@dataclass(frozen=True)
class Told(Stretch):
    """A stretch of which somebody has said something in whole sentences."""

    told: str = ""
    """`The dog runs to the fence and barks.`; empty where only `text` is known."""


def life(world: World, who: str) -> tuple[Stretch, ...] | None:
    """The whole clip in stretches without gap or overlap, one for each thing that is known of `who`.

    Where somebody described it, that is its life; in found footage, of which nobody knows the acts, else where it goes.
    None where it is not known all the time whether it can be seen.
    """
    if world.all(Action) and not _descriptions(world, who):
        return life_of(world, who)
    key = ("followed", who)
    if key not in world.memo:
        world.memo[key] = _followed(world, who)
    told: tuple[Stretch, ...] | None = world.memo[key]
    return told


def distinct(one: Stretch, life_: Sequence[Stretch]) -> bool:
    """Whether what is told of one stretch is told of no other, so that its time can be asked for.

    Something must be told of every other stretch in which the subject is seen.
    """
    others = [other for other in life_ if other is not one and other.seen]
    if not _words(one) or not all(_words(other) for other in others):
        return False
    # short texts of a closed list are the same or not; whole sentences may say the same in other words
    if not isinstance(one, Told) or not one.told:
        return all(other.text != one.text for other in others)
    return all(fuzz.token_set_ratio(_words(other), _words(one)) < _ALIKE for other in others)


def _words(one: Stretch) -> str:
    return (one.told if isinstance(one, Told) else "") or one.text


def _followed(world: World, who: str) -> tuple[Stretch, ...] | None:
    told = _descriptions(world, who)
    ways = () if told else tuple(c for c in world.all(Movement) if c.entity == who)
    stretches = [_stretch(world, who, span, told, ways) for span in _spans(world, who, (*told, *ways))]
    known = [one for one in stretches if one is not None]
    return _joined(known) if known and len(known) == len(stretches) else None


def _descriptions(world: World, who: str) -> tuple[Description, ...]:
    """What is told of `who` while it is seen; what reaches beyond that tells of more than the stretch."""
    known = world.entities.get(who)
    presences = known.presences if known is not None else ()
    return tuple(
        one
        for one in world.all(Description)
        if one.entity == who and any(p.start - SLACK <= one.start and one.end <= p.end + SLACK for p in presences)
    )


def _spans(world: World, who: str, more: Sequence[Claim]) -> list[tuple[float, float]]:
    known = world.entities.get(who)
    here = [*(known.presences if known else ()), *world.absences(who)]
    times = {0.0, world.seconds}
    for claim in (*here, *more):
        times |= {claim.start, min(claim.end, world.seconds)}
    bounds: list[float] = []
    for time in sorted(times):
        if not bounds or time - bounds[-1] > SLACK:
            bounds.append(time)
    bounds[-1] = world.seconds
    return list(pairwise(bounds))


def _stretch(
    world: World, who: str, span: tuple[float, float], told: Sequence[Description], ways: Sequence[Movement]
) -> Stretch | None:
    start, end = span
    if world.seen(who, start, end):
        here = [claim for claim in world.entities[who].presences if claim.start < end and claim.end > start]
        said, moved = _closest(told, span), [way for way in ways if _covers(way, span)]
        text = _WAYS[moved[0].direction] if len(moved) == 1 else ""
        claims = world.ids_of((*here, *said, *(moved if text else ())))
        return Told(start, end, True, text, claims, told=" ".join(one.text for one in said))
    if world.unseen(who, start, end):
        gone = [claim for claim in world.during(Absence, start, end) if claim.entity == who]
        return Told(start, end, False, "", world.ids_of(gone)) if gone else None
    return None


def _closest(told: Sequence[Description], span: tuple[float, float]) -> list[Description]:
    """What is told of a span: of several descriptions the shortest, in all its parts."""
    over = [one for one in told if _covers(one, span)]
    if not over:
        return []
    best = min(over, key=lambda one: (one.end - one.start, one.start))
    same = [one for one in over if (one.start, one.end, one.by) == (best.start, best.end, best.by)]
    return sorted(same, key=lambda one: (one.nth, one.text))


def _covers(claim: Claim, span: tuple[float, float]) -> bool:
    return claim.start <= span[0] + SLACK and claim.end >= span[1] - SLACK


def _joined(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    joined: list[Stretch] = []
    for one in stretches:
        last = joined[-1] if joined else None
        if last is not None and (last.seen, _words(last)) == (one.seen, _words(one)):
            claims = tuple(dict.fromkeys((*last.claims, *one.claims)))
            told = one.told if isinstance(one, Told) else ""
            joined[-1] = Told(last.start, one.end, one.seen, one.text, claims, told=told)
        else:
            joined.append(one)
    return tuple(joined)
