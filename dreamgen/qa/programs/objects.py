"""One person, animal or thing described at length, and nothing else of the clip.

After HICom (Liu et al. 2025, appendix A): the instruction names one thing that can be seen, the answer describes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from dreamgen.core.claims import Absence, Claim, Description
from dreamgen.language.mentions import Mention, mention, renderings
from dreamgen.language.moments import whole
from dreamgen.language.wording import capital, sentence
from dreamgen.language.world import SLACK, Span, World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.describing import setting
from dreamgen.qa.subjects import Stretch, beside_whom, glimpses_of, looks_of

TASK: Final = "object_description"
_LEAST_CLAIMS: Final = 3
"""Facts without which a description would be a name only."""
_MOST_STRETCHES: Final = 6
"""Beyond so many doings a description is a diary."""


def described(world: World, entity: str) -> str | None:
    """A paragraph about the entity: looks, then what it does, where and beside whom, in order."""
    told = _portrait(world, entity, ("looks", "doings"))
    return told[0] if told else None


def looks(world: World, entity: str) -> str | None:
    """A sentence about how the entity looks."""
    told = _portrait(world, entity, ("looks",))
    return told[0] if told else None


def doings(world: World, entity: str) -> str | None:
    """What the entity does, where and beside whom, in order."""
    told = _portrait(world, entity, ("doings",))
    return told[0] if told else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "object_description": described,
    "object_looks": looks,
    "object_doings": doings,
}

_PARTS: Final = {
    "object_description": ("looks", "doings"),
    "object_looks": ("looks",),
    "object_doings": ("doings",),
}

_ORDER: Final = ("described", "description", "looks", "doings")
"""What programs of this task end in: those that describe in somebody's words, and those that compute the words."""


def ask(asking: Asking) -> Iterator[Draft]:
    """Instructions about whoever and whatever can be told apart; each names one and no other."""
    world = asking.world
    # whoever was described at length is told of in those words
    told_of = {one.entity for one in world.all(Description)}
    for who in world.entities:
        named = mention(world, who) if who not in told_of else None
        if named is None:
            continue
        for program, parts in _PARTS.items():
            told = _portrait(world, who, parts)
            if told is None:
                continue
            fact = Fact(
                task=TASK,
                wording=program,
                program=program,
                arguments=(("entity", who),),
                moment=whole(world),
                claims=tuple(dict.fromkeys((*told[1], *named.claims))),
                # nobody is called by name: what a name stands for is not to be seen
                slots={key: text for key, text in named.slots.items() if key != "name"},
                entities=(who,),
                forms=("open",),
            )
            drafts = asking.drafts(fact, PROGRAMS[program])
            yield from (draft for draft in drafts if named_in(world, draft.question) == (who,))


def rank(asking: Asking, draft: Draft) -> tuple[int, bool, float]:
    """What comes first is taken first: whole descriptions, people before animals and things, then by lot."""
    people = {who.id for who in asking.world.entities.values() if who.category == "person"}
    program = _ORDER.index(draft.program.name.partition("_")[2])
    return program, not set(draft.entities) & people, asking.lot("objects", draft.key).random()


def named_in(world: World, text: str) -> tuple[str, ...]:
    """Ids of all whom a text may mean by `the woman in the red coat`, one entry a mention: a good instruction has one.

    At each place the longest words count that describe anybody, and everybody counts whom they describe.
    """
    known: dict[str, list[str]] = {}
    for who in world.entities:
        for words_for in renderings(world, who):
            known.setdefault(words_for.casefold(), []).append(who)
    if not known:
        return ()
    pattern = "|".join(re.escape(one) for one in sorted(known, key=len, reverse=True))
    found = re.finditer(rf"\b(?:{pattern})\b", text.casefold())
    return tuple(who for one in found for who in known[one.group()])


def _portrait(world: World, entity: str, parts: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """The text and the claims that it rests on; None where there is too little to tell."""
    named = mention(world, entity)
    if named is None:
        return None
    told: list[str] = []
    used: list[str] = []
    if "looks" in parts:
        look, looked = looks_of(world, entity)
        told += [f"{capital(named.text)} {look}."] if look else []
        used += world.ids_of(looked)
    if "doings" in parts:
        stretches = [one for one in glimpses_of(world, entity) if one.text]
        if len(stretches) > _MOST_STRETCHES:
            return None
        told += _course(world, named, entity, stretches, used, fresh=not told)
    least = _LEAST_CLAIMS if parts == ("looks",) else 1
    if len(told) < len(parts) or len(set(used)) < least:
        return None
    return " ".join(told), tuple(dict.fromkeys(used))


def _course(
    world: World, named: Mention, entity: str, stretches: Sequence[Stretch], used: list[str], fresh: bool
) -> list[str]:
    """A sentence for each stretch that tells something new; the setting is told where it is another one."""
    shown: list[_Told] = []
    for stretch in stretches:
        place: list[Claim] = []
        where = setting(world, stretch.span, place) or (shown[-1].where if shown else "")
        beside = beside_whom(world, entity, stretch, place)
        one = _Told(stretch, where, beside, (*stretch.claims, *world.ids_of(place)))
        if not shown or not one.repeats(shown[-1]):
            shown.append(one)
    told: list[str] = []
    last = ""
    for number, one in enumerate(shown):
        used += one.claims
        who = named.text if fresh and not told else named.pronoun()
        joint = _joint(world, entity, number, shown, used)
        around = f"{one.where}, " if one.where != last else ""
        opening = f"{joint}, {around}" if joint and around else f"{joint} " if joint else around
        told.append(sentence(f"{opening}{who} {one.stretch.text}"))
        told += [sentence(f"{named.pronoun()} is {one.beside}")] if one.beside else []
        last = one.where
    return told


class _Told(NamedTuple):
    """What is told of a stretch."""

    stretch: Stretch
    where: str
    beside: str
    claims: tuple[str, ...]

    def repeats(self, before: _Told) -> bool:
        """Whether it would be told in the same words."""
        return (self.stretch.text, self.where, self.beside) == (before.stretch.text, before.where, before.beside)


def _joint(world: World, entity: str, number: int, shown: Sequence[_Told], used: list[str]) -> str:
    """Nothing is called the first thing where the entity may do something before that is not told, nor the last."""
    if len(shown) < 2:
        return ""
    if number == 0:
        return "at first" if _away(world, entity, (world.opening, shown[0].stretch.start), used) else ""
    if number == len(shown) - 1 > 1 and _away(world, entity, (shown[-1].stretch.end, world.seconds), used):
        return "in the end"
    return "then"


def _away(world: World, entity: str, span: Span, used: list[str]) -> bool:
    """Whether the entity can't be seen all the while; adds the claims that say so to `used`."""
    start, end = span
    if end - start <= SLACK:
        return True
    if not world.unseen(entity, start, end):
        return False
    used += world.ids_of([claim for claim in world.during(Absence, start, end) if claim.entity == entity])
    return True
