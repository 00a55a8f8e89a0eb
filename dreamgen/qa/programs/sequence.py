"""One thing after another: what somebody does next, what came before, and all of it in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise, permutations
from typing import Final

from dreamgen.language.acts import BESIDE, Act, accounted, acts
from dreamgen.language.mentions import Mention, mention
from dreamgen.language.moments import Moment, around, whole
from dreamgen.language.wording import alike, capital, words
from dreamgen.language.world import World, overlap
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.distractors import Clash

_MOST = 4
"""Acts that anybody keeps in mind."""


def next_act(world: World, entity: str, start: str, end: str) -> str | None:
    """What the entity is seen doing next after what it does from `start` to `end`: `sitting`."""
    pair = _neighbours(world, entity, float(start), float(end), 1)
    return pair[1].doing or None if pair else None


def act_before(world: World, entity: str, start: str, end: str) -> str | None:
    """What the entity was seen doing before what it does from `start` to `end`."""
    pair = _neighbours(world, entity, float(start), float(end), -1)
    return pair[1].doing or None if pair else None


def all_acts(world: World, entity: str) -> str | None:
    """All that the entity does, in order: `first walking, then sitting`."""
    found = acts(world, entity)
    if not 2 <= len(found) <= _MOST or not all(act.doing and act.row not in BESIDE for act in found):
        return None
    if not accounted(world, entity, world.opening, world.seconds) or _repeats(found):
        return None
    return _in_order([act.doing for act in found])


PROGRAMS: Final[Mapping[str, Compute]] = {"next_act": next_act, "act_before": act_before, "all_acts": all_acts}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about what somebody does after something else."""
    world = asking.world
    for entity in world.entities:
        found = acts(world, entity)
        for before, after in pairwise(found):
            # the one that is given is told with its moment, so it need not be the only one of its sort
            for wording, program, given, asked in (
                ("act_next", "next_act", before, after),
                ("act_to_come", "next_act", before, after),
                ("act_before", "act_before", after, before),
            ):
                yield from _one(asking, wording, program, given, asked)
        yield from _all(asking, entity, found)


def _in_order(texts: list[str]) -> str:
    return f"first {texts[0]}" + "".join(f", then {text}" for text in texts[1:])


def _repeats(found: tuple[Act, ...]) -> bool:
    return any(alike(a.row, b.row) for n, a in enumerate(found) for b in found[n + 1 :])


def _neighbours(world: World, entity: str, start: float, end: float, step: int) -> tuple[Act, Act] | None:
    """The act of a span and the one after or before it, where nothing could lie between them unseen."""
    found = acts(world, entity)
    here = [n for n, act in enumerate(found) if overlap((act.start, act.end), (start, end)) > 0]
    if len(here) != 1 or not 0 <= here[0] + step < len(found):
        return None
    given, asked = found[here[0]], found[here[0] + step]
    first, second = (given, asked) if step > 0 else (asked, given)
    # what may have been done all the while does not come next
    if asked.row in BESIDE or alike(given.row, asked.row) or not accounted(world, entity, first.end, second.start):
        return None
    # an act of which a part is not claimed may be two, with another between them
    return (given, asked) if accounted(world, entity, given.start, given.end) else None


def _moment(world: World, act: Act) -> Moment | None:
    """Words for a stretch inside of which lies nothing but this act."""
    inside = next((m for m in around(world, act.start, act.end) if m.words), None)
    alone = (
        inside is not None
        and sum(overlap((other.start, other.end), inside.span) > 0 for other in acts(world, act.entity)) == 1
    )
    return inside if alone else None


def _one(asking: Asking, wording: str, program: str, given: Act, asked: Act) -> Iterator[Draft]:
    world = asking.world
    moment = _moment(world, given)
    if moment is None or not given.doing or not asked.doing:
        return
    described = mention(world, given.entity, span=moment.span)
    if described is None:
        return
    fact = Fact(
        task="prediction" if wording == "act_to_come" else "sequence",
        wording=wording,
        program=program,
        arguments=(("entity", given.entity), *moment.bounds),
        # the words for the moment go with the act that is given, and not with the one that is asked for
        moment=replace(moment, words=""),
        claims=(*asked.claims, *given.claims, *described.claims),
        slots={**described.slots, "doing": given.doing, "when": moment.words, "When": capital(moment.words)},
        near=_near(world, given, asked),
        far=_far(world, given, asked),
        clash=_clash(world),
        entities=(given.entity,),
    )
    yield from asking.drafts(fact, PROGRAMS[program])


def _known(world: World) -> dict[str, str]:
    """Words for an act to its row, for all that anybody does in the clip and could do."""
    told = {act.doing: act.row for entity in world.entities for act in acts(world, entity) if act.doing}
    plain = {str(forms[0]): row for row, forms in words()["poses"].items() if row not in {"hold", "hug", "fly", "look"}}
    return {**plain, **told}


def _clash(world: World) -> Clash:
    known = _known(world)
    return lambda one, other: alike(known[one], known[other])


def _near(world: World, given: Act, asked: Act) -> list[str]:
    """What the same one does at other times, and what others do."""
    people = world.entities[given.entity].category == "person"
    rest = [who for who, known in world.entities.items() if (known.category == "person") == people]
    return [
        act.doing
        for who in rest
        for act in acts(world, who)
        if act.doing not in ("", given.doing) and not alike(act.row, asked.row) and act.row not in BESIDE | {"hug"}
    ]


def _far(world: World, given: Act, asked: Act) -> list[str]:
    rows = ("stand", "walk", "run", "sit", "lie")
    person = world.entities[given.entity].category == "person"
    plain = [row for row in words()["poses"] if row not in BESIDE | {"hug", "fly"}] if person else rows
    return [str(words()["poses"][row][0]) for row in plain if not alike(row, asked.row) and row != given.row]


def _all(asking: Asking, entity: str, found: tuple[Act, ...]) -> Iterator[Draft]:
    world = asking.world
    described: Mention | None = mention(world, entity)
    if described is None or all_acts(world, entity) is None:
        return
    texts = [act.doing for act in found]
    near = [_in_order(list(some)) for some in permutations(texts) if list(some) != texts]
    fact = Fact(
        task="sequence",
        wording="acts_in_order",
        program="all_acts",
        arguments=(("entity", entity),),
        moment=whole(world),
        claims=(*(name for act in found for name in act.claims), *described.claims),
        slots=described.slots,
        near=near,
        wrong=min(3, len(near)),
        entities=(entity,),
    )
    yield from asking.drafts(fact, all_acts)
