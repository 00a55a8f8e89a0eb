"""Is there a dog? Who can be seen, and who can't, in the clip or in one of its moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dreamgen.core.claims import Absence, Count, Presence
from dreamgen.language.mentions import mention
from dreamgen.language.moments import named, whole
from dreamgen.language.wording import a, alike, words
from dreamgen.language.world import SLACK, World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact


def there_is(world: World, what: str, start: str, end: str) -> str | None:
    """`yes` when one can be seen for half a second at least; `no` when all known ones are claimed to be absent."""
    span = float(start), float(end)
    here = world.during(Presence, *span)
    if any(c.what == what and min(c.end, span[1]) - max(c.start, span[0]) >= 0.5 for c in here):
        return "yes"
    if any(alike(c.what, what) for c in here):
        return None
    return "no" if _excluded(world, what, span) else None


def can_be_seen(world: World, entity: str, start: str, end: str) -> str | None:
    """`yes` when the entity is visible all the time, `no` when it never is."""
    span = float(start), float(end)
    return "yes" if world.seen(entity, *span) else "no" if world.unseen(entity, *span) else None


def kind_seen(world: World, presence: str) -> str | None:
    """What the entity of a presence claim is."""
    claim = world.by_id.get(presence)
    return a(claim.what) if isinstance(claim, Presence) else None


PROGRAMS: Final[Mapping[str, Compute]] = {"there_is": there_is, "can_be_seen": can_be_seen, "kind_seen": kind_seen}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about who and what is there."""
    yield from _kinds(asking)
    yield from _entities(asking)
    yield from _which(asking)


def _excluded(world: World, what: str, span: tuple[float, float]) -> bool:
    absent = [claim for claim in world.all(Absence) if claim.what == what]
    if absent:
        return all(world.unseen(claim.entity, *span) for claim in absent)
    if what in words()["vocabulary"]["people"]:
        return covers([c for c in world.all(Count) if c.what == "people" and c.number == 0], *span)
    no_animals = [c for c in world.all(Count) if c.what == "animals" and c.number == 0]
    return what in words()["vocabulary"]["animals"] and covers(no_animals, *span)


def _grounds(world: World, what: str, span: tuple[float, float]) -> tuple[str, ...]:
    seen = [c for c in world.during(Presence, *span) if c.what == what]
    gone = [c for c in world.all(Absence) if c.what == what]
    counted = [c for c in world.during(Count, *span) if c.number == 0]
    return world.ids_of(seen or gone or counted)


def _kinds(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    known = {what for what, _ in world.cast.values()}
    invented = words()["vocabulary"]["animals"]
    kinds = [*sorted(known), asking.pick(invented, "no such animal")]
    for what in dict.fromkeys(kinds):
        moment = whole(world)
        arguments = (("what", what), ("start", f"{moment.start:.3f}"), ("end", f"{moment.end:.3f}"))
        fact = Fact(
            task="existence",
            wording="existence_kind",
            program="there_is",
            arguments=arguments,
            moment=moment,
            claims=_grounds(world, what, moment.span),
            slots={"kind": a(what)},
        )
        if fact.claims:
            yield from asking.polar(fact, there_is)


def _entities(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    for who in world.entities.values():
        for moment in named(world):
            described = mention(world, who.id, span=moment.span)
            if described is None or not moment.words:
                continue
            arguments = (("entity", who.id), ("start", f"{moment.start:.3f}"), ("end", f"{moment.end:.3f}"))
            gone = [
                c for c in world.all(Absence) if c.entity == who.id and c.end > moment.start and c.start < moment.end
            ]
            seen = [c for c in who.presences if c.end > moment.start + SLACK and c.start < moment.end - SLACK]
            fact = Fact(
                task="existence",
                wording="existence_entity",
                program="can_be_seen",
                arguments=arguments,
                moment=moment,
                claims=(*world.ids_of((*seen, *gone)), *described.claims),
                slots={"who": described.text},
                entities=(who.id,),
            )
            yield from asking.polar(fact, can_be_seen)


def _which(asking: Asking) -> Iterator[Draft]:
    """Which of these can be seen: one that is there among some that are claimed not to be."""
    world = asking.world
    for sort, vocabulary in (("animal", "animals"), ("person", "people"), ("prop", "")):
        gone = {
            c.what
            for c in world.all(Absence)
            if c.category == sort and there_is(world, c.what, "0", str(world.seconds)) == "no"
        }
        present = {who.what for who in world.entities.values()}
        counted = vocabulary and sort not in world.strangers and world.all(Count)
        never = {
            w for w in words()["vocabulary"].get(vocabulary, ()) if counted and not any(alike(w, p) for p in present)
        }
        for who in world.entities.values():
            if who.category != sort:
                continue
            presence = who.presences[0]
            absences = [c for c in world.all(Absence) if c.what in gone]
            fact = Fact(
                task="existence",
                wording=f"existence_which_{sort}",
                program="kind_seen",
                arguments=(("presence", presence.id),),
                moment=whole(world),
                claims=world.ids_of((presence, *absences)),
                slots={},
                near=[a(what) for what in sorted(gone)],
                far=[a(what) for what in sorted(never - gone)],
                clash=lambda one, other: alike(one.split(" ", 1)[1], other.split(" ", 1)[1]),
                forms=("choice",),
                entities=(who.id,),
            )
            yield from asking.drafts(fact, kind_seen)
