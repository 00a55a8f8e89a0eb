"""In how many shots: how often somebody is seen, and seen doing one thing. A shot is where an act begins and ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from dreamgen.core.claims import Absence, Action, Claim, Cut, Presence
from dreamgen.language.mentions import mention
from dreamgen.language.moments import Moment, named, whole
from dreamgen.language.statements import doing, pose
from dreamgen.language.wording import alike, number, words
from dreamgen.language.world import World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact

_FEWEST, _MOST = 3, 8
"""Shots of a clip that is worth counting, and that can be counted by eye."""


def shots_doing(world: World, entity: str, action: str) -> str | None:
    """In how many shots the entity does this; None where one shot leaves it open."""
    return _count([_does(world, entity, action, span) for span in world.shots])


def shots_seen(world: World, entity: str) -> str | None:
    """In how many shots the entity can be seen; None where one shot leaves it open."""
    shots = world.shots
    return _count([True if world.seen(entity, *s) else False if world.unseen(entity, *s) else None for s in shots])


def number_doing(world: World, action: str, start: str, end: str) -> str | None:
    """How many people do this from `start` to `end`; None where it is not known of everybody who can be seen."""
    span = float(start), float(end)
    people = dict.fromkeys(c.entity for c in world.during(Presence, *span) if c.category == "person")
    if not world.closed(*span):
        return None
    return _count([_does(world, who, action, span) for who in people])


PROGRAMS: Final[Mapping[str, Compute]] = {
    "shots_doing": shots_doing,
    "shots_seen": shots_seen,
    "number_doing": number_doing,
}

_FIGURES: Final = ["zero", *(number(n) for n in range(1, _MOST + 1))]
_VAGUE: Final = ("look", "hold", "hug", "talk", "stand")
"""What goes on beside other things, or can be told only from near."""


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about how often."""
    world = asking.world
    if _FEWEST <= len(world.shots) <= _MOST:
        for entity in world.entities:
            yield from _seen(asking, entity)
        for entity, action in _repeated(asking):
            yield from _done(asking, entity, action)
    for moment in named(world):
        yield from _together(asking, moment)


def _repeated(asking: Asking) -> list[tuple[str, str]]:
    """Who does what in several shots, and as many who do it in one: most is done once, and nobody shall guess so."""
    world = asking.world
    counts = {
        (entity, action): shots_doing(world, entity, action)
        for entity in world.entities
        for action in sorted({c.action for c in world.all(Action) if c.entity == entity} - {*_VAGUE})
    }
    once = [one for one, count in counts.items() if count == "one"]
    asking.lot("once").shuffle(once)
    often = [one for one, count in counts.items() if count not in (None, "zero", "one")]
    return [*often, *once[: max(1, len(often))]]


def _together(asking: Asking, moment: Moment) -> Iterator[Draft]:
    """How many do what at least one of them does."""
    world = asking.world
    people = dict.fromkeys(c.entity for c in world.during(Presence, *moment.span) if c.category == "person")
    acts = [c for c in world.during(Action, *moment.span) if c.entity in people]
    for action in sorted({c.action for c in acts} - {*_VAGUE}) if len(people) > 1 else ():
        right = number_doing(world, action, f"{moment.start:.3f}", f"{moment.end:.3f}")
        if right is None:
            continue
        fact = Fact(
            task="counting",
            wording="number_doing",
            program="number_doing",
            arguments=(("action", action), *moment.bounds),
            moment=moment,
            claims=world.ids_of((*acts, *world.during(Presence, *moment.span))),
            slots={"doing": str(words()["poses"][action][0]), "be": "is" if right == "one" else "are"},
            near=[figure for figure in _FIGURES[: max(len(people), 3) + 1] if figure != right],
            entities=tuple(people),
        )
        yield from asking.drafts(fact, number_doing)


def _count(answers: Sequence[bool | None]) -> str | None:
    return None if None in answers or len(answers) > _MOST else _FIGURES[sum(map(bool, answers))]


def _does(world: World, entity: str, action: str, span: tuple[float, float]) -> bool | None:
    """Whether the entity does this all the time, or certainly never."""
    if world.unseen(entity, *span):
        return False
    acts = [c for c in world.during(Action, *span) if c.entity == entity]
    if not covers(acts, max(span[0], world.opening), span[1]):
        return None
    if all(act.action == action for act in acts):
        return True
    return None if any(alike(act.action, action) for act in acts) else False


def _ask(asking: Asking, fact: Fact) -> Iterator[Draft]:
    """The question, with numbers around the right one: it is as often the smallest of them as the largest."""
    shots = len(asking.world.shots)
    compute = PROGRAMS[fact.program]
    answer = compute(asking.world, **dict(fact.arguments))
    if answer is None or answer == "zero":
        return
    right = _FIGURES.index(answer)
    # no more than there are shots, and not none: a question does not ask after what never is
    window = min(shots, 4)
    back = asking.lot("window", fact.program, *dict(fact.arguments).values()).randrange(window)
    low = min(max(1, right - back), shots + 1 - window)
    near = [_FIGURES[n] for n in range(low, low + window) if n != right]
    slots = {**fact.slots, "plural": "" if right == 1 else "s"}
    yield from asking.drafts(replace(fact, near=near, wrong=window - 1, slots=slots), compute)


def _done(asking: Asking, entity: str, action: str) -> Iterator[Draft]:
    world = asking.world
    acts = [c for c in world.all(Action) if c.entity == entity]
    described = mention(world, entity)
    plain = next((c for c in acts if c.action == action and c.using is None), None)
    text = doing(world, plain) if plain is not None else None
    if described is None or text is None or plain is None or pose(world, plain) != action:
        return
    gone = [c for c in world.all(Absence) if c.entity == entity]
    fact = _fact(asking, "shots_doing", (("entity", entity), ("action", action)), (*acts, *gone), entity)
    claims = tuple(dict.fromkeys((*fact.claims, *described.claims)))
    yield from _ask(asking, replace(fact, claims=claims, slots={**described.slots, "doing": text}))


def _seen(asking: Asking, entity: str) -> Iterator[Draft]:
    world = asking.world
    described = mention(world, entity)
    if described is None or world.entities[entity].category == "prop":
        return
    gone = [c for c in world.all(Absence) if c.entity == entity]
    known: list[Claim] = [*world.entities[entity].presences, *gone]
    fact = _fact(asking, "shots_seen", (("entity", entity),), known, entity)
    claims = tuple(dict.fromkeys((*fact.claims, *described.claims)))
    yield from _ask(asking, replace(fact, claims=claims, slots=described.slots))


def _fact(
    asking: Asking,
    wording: str,
    arguments: tuple[tuple[str, str], ...],
    known: Sequence[Claim],
    entity: str,
) -> Fact:
    world = asking.world
    return Fact(
        task="repetition",
        wording=wording,
        program=wording,
        arguments=arguments,
        moment=whole(world),
        claims=world.ids_of((*known, *world.all(Cut))),
        slots={},
        entities=(entity,),
    )
