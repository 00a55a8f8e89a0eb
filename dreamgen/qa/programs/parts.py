"""In which part of the video: at its beginning, in the middle, at its end, or all the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dreamgen.core.claims import Speech
from dreamgen.language.acts import acts, sole
from dreamgen.language.mentions import mention
from dreamgen.language.moments import whole
from dreamgen.language.wording import quoted
from dreamgen.language.world import SLACK, World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact

PARTS: Final = ("at the beginning", "in the middle", "at the end", "all the time")
_SHORT: Final = 0.35
"""Share of the clip that a beginning or an end takes at most: it is not in doubt as long as it keeps off the middle."""
_SHORTEST: Final = 6.0
"""Seconds of a clip that has a beginning, a middle and an end."""


def part_of_act(world: World, entity: str, action: str) -> str | None:
    """In which part of the clip the entity does something that it does once."""
    found = [act for act in acts(world, entity) if act.row == action]
    return _part(world, found[0].start, found[0].end) if len(found) == 1 and sole(world, found[0]) else None


def part_of_sight(world: World, entity: str) -> str | None:
    """In which part of the clip the entity can be seen, where it comes and goes at most once."""
    span = _seen(world, entity)
    return _part(world, *span) if span is not None else None


def part_of_speech(world: World, speech: str) -> str | None:
    """In which part of the clip the words of a speech claim are said."""
    claim = world.by_id.get(speech)
    if not isinstance(claim, Speech):
        return None
    again = [c for c in world.all(Speech) if c.words.casefold() == claim.words.casefold()]
    return _part(world, claim.start, claim.end) if len(again) == 1 else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "part_of_act": part_of_act,
    "part_of_sight": part_of_sight,
    "part_of_speech": part_of_speech,
}


@dataclass(frozen=True)
class _Asked:
    wording: str
    program: str
    arguments: tuple[tuple[str, str], ...]
    claims: tuple[str, ...]
    entity: str
    slots: Mapping[str, str]


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about when, in rough words."""
    world = asking.world
    if world.seconds < _SHORTEST:
        return
    for one in (*_acts(world), *_sights(world), *_speeches(world)):
        described = mention(world, one.entity)
        if described is None:
            continue
        always = PROGRAMS[one.program](world, **dict(one.arguments)) == PARTS[-1]
        fact = Fact(
            task="localisation",
            wording=one.wording,
            program=one.program,
            arguments=one.arguments,
            moment=whole(world),
            claims=tuple(dict.fromkeys((*one.claims, *described.claims))),
            slots={**described.slots, **one.slots},
            near=PARTS,
            # what is so all the time is so at the beginning too
            forms=("open", "choice") if always else ("open", "choice", "yes_no"),
            entities=(one.entity,),
        )
        yield from asking.drafts(fact, PROGRAMS[one.program])


def _part(world: World, start: float, end: float) -> str | None:
    """The part of a stretch that lies clearly in one; None for what lies in two."""
    first, length = world.opening, world.seconds - world.opening
    at, until = (start - first) / length, (end - first) / length
    edge = SLACK / length
    if at <= edge and until >= 1 - edge:
        return "all the time"
    if at <= 0.1 and until <= _SHORT:
        return "at the beginning"
    if until >= 0.9 and at >= 1 - _SHORT:
        return "at the end"
    return "in the middle" if at >= 0.3 and until <= 0.7 else None


def _seen(world: World, entity: str) -> tuple[float, float] | None:
    known = world.entities.get(entity)
    if known is None:
        return None
    start, end = known.presences[0].start, max(c.end for c in known.presences)
    gone = world.unseen(entity, 0.0, start) or start <= world.opening + SLACK
    after = world.unseen(entity, end, world.seconds) or end >= world.seconds - SLACK
    return (start, end) if gone and after and world.seen(entity, start, end) else None


def _acts(world: World) -> Iterator[_Asked]:
    for entity in world.entities:
        for act in acts(world, entity):
            if act.doing and act.row not in ("stand", "look", "talk", "hold", "hug"):
                arguments = (("entity", entity), ("action", act.row))
                yield _Asked("part_of_act", "part_of_act", arguments, act.claims, entity, {"doing": act.doing})


def _sights(world: World) -> Iterator[_Asked]:
    for entity, known in world.entities.items():
        if known.category != "prop":
            claims = world.ids_of(known.presences)
            yield _Asked("part_of_sight", "part_of_sight", (("entity", entity),), claims, entity, {})


def _speeches(world: World) -> Iterator[_Asked]:
    for claim in world.all(Speech):
        name = claim.id
        told = {"words": quoted(claim.words, inside=True)}
        yield _Asked("part_of_speech", "part_of_speech", (("speech", name),), (name,), claim.entity, told)
