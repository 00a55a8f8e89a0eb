"""One person, animal or thing in the words of whoever looked: sentences about it, told again in their order.

After HICom (Liu et al. 2025, appendix A): the instruction names one thing that can be seen, the answer describes it.
Who is named, and how, follows from claims; so does which sentences are left, since each stands or falls by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from dreamgen.core.claims import Description
from dreamgen.language.company import Company
from dreamgen.language.mentions import Mention, mention, mention_by_looks
from dreamgen.language.moments import whole
from dreamgen.language.wording import pronoun
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.programs.objects import TASK, named_in

_LEAST_WORDS: Final = 8
"""Below which a description is a name only."""
_ELSEWHERE: Final = "in|on|at|near|behind|beside|next|under|over|between|seen|shown|followed|held|placed|there"
_LOOKS: Final = re.compile(
    rf"\b(?:wears?|(?:is|are) (?:wearing|dressed)|has|have|(?:is|are)(?! (?:\w+ing|{_ELSEWHERE})\b))\b", re.IGNORECASE
)
"""How a sentence says what somebody is, has or wears. One that does not says what it does or where it is."""
_ENDS: Final = {"he": "", "she": "", "it": "", "his": "'s", "her": "'s", "its": "'s"}
_PRONOUN: Final = re.compile(
    r"\A(He|She|It|His|Her|Its)\b(?! (?:is|was) (?:raining|snowing|dark|night|day|sunny|foggy|a video))"
)
_MEANT: Final = {"he": "he", "his": "he", "she": "she", "her": "she"}
_ASIDE: Final = re.compile(r"\b(?:where|while|as|when|who|that|which|until)\b", re.IGNORECASE)
"""With these begins what a sentence says besides."""


def described(world: World, entity: str) -> str | None:
    """All that is said of the entity."""
    return _told(world, entity, said_of(world, entity))


def looks(world: World, entity: str) -> str | None:
    """What is said of its looks."""
    return _told(world, entity, _of_looks(world, entity, wanted=True))


def doings(world: World, entity: str) -> str | None:
    """What is said of it besides its looks."""
    return _told(world, entity, _of_looks(world, entity, wanted=False))


_WHOLE: Final = "subject_described"
PROGRAMS: Final[Mapping[str, Compute]] = {
    _WHOLE: described,
    "subject_looks": looks,
    "subject_doings": doings,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Instructions about whoever is described and can be told apart; each names one and no other."""
    world = asking.world
    for who in world.entities:
        named = named_one(world, who)
        if named is None:
            continue
        told = said_of(world, who)
        for program, compute in PROGRAMS.items():
            part = _rests_on(world, who, program)
            if program != _WHOLE and len(part) == len(told):
                # all that is said would be told twice
                continue
            fact = Fact(
                task=TASK,
                wording=program,
                program=program,
                arguments=(("entity", who),),
                moment=whole(world),
                claims=tuple(dict.fromkeys((*world.ids_of(part), *named.claims))),
                slots={key: text for key, text in named.slots.items() if key != "name"},
                entities=(who,),
                forms=("open",),
            )
            yield from (draft for draft in asking.drafts(fact, compute) if named_in(world, draft.question) == (who,))


def few(ranked: Sequence[Draft], count: int) -> frozenset[Draft]:
    """So many of some drafts, with as little told twice as can be.

    Of fewer subjects than that, one is told of in two parts, looks and the rest, in the place of all at once.

    Args:
        ranked: drafts of `objects.TASK`, the best first.
        count: how many.
    """
    wholes = {one.entities: one for one in ranked if one.program.name == _WHOLE}
    parts: dict[tuple[str, ...], list[Draft]] = {}
    for one in ranked:
        if one.program.name in PROGRAMS and one.program.name != _WHOLE:
            parts.setdefault(one.entities, []).append(one)
    spare = max(0, count - len(wholes))
    split = [who for who in wholes if len(parts.get(who, ())) == len(PROGRAMS) - 1][:spare]
    first = [part for who in split for part in parts[who]] + [one for who, one in wholes.items() if who not in split]
    return frozenset([*first, *(one for one in ranked if one not in first)][:count])


def said_of(world: World, entity: str) -> tuple[Description, ...]:
    """What is said of one entity, in order: of several who looked one after the other, whose words don't mix."""
    told = [one for one in world.all(Description) if one.entity == entity]
    begun = {by: min(one.start for one in told if one.by == by) for by in {one.by for one in told}}
    return tuple(sorted(told, key=lambda one: (begun[one.by], one.by, one.start, one.nth, one.end, one.text)))


def named_one(world: World, entity: str) -> Mention | None:
    """Words for one entity that fit no other; None where there are none.

    Whoever described it has told it apart from all that is to be seen, of which claims may know nothing: where a look
    of it stands, it is named with that. A thing that somebody described is meant whether anybody holds it or not.
    """
    who = world.entities.get(entity)
    found = mention_by_looks(world, entity) or mention(world, entity)
    if who is None or found is not None or who.category != "prop":
        return found
    text = Company(world).the(entity)
    if text is None or who.category in world.strangers:
        return None
    colours = world.attributes(entity, "body")
    if text == f"the {who.what}" and len({look.colour for look in colours} - {None}) == 1:
        text = f"the {colours[0].colour} {who.what}"
    bare = text == f"the {who.what}"
    return Mention(text, who.what, (*world.ids_of(who.presences[:1]), *world.ids_of(() if bare else colours[:1])), bare)


def _rests_on(world: World, entity: str, program: str) -> Sequence[Description]:
    if program == _WHOLE:
        return said_of(world, entity)
    return _of_looks(world, entity, wanted=program == "subject_looks")


def _of_looks(world: World, entity: str, *, wanted: bool) -> tuple[Description, ...]:
    return tuple(one for one in said_of(world, entity) if _is_of_looks(one.text) == wanted)


def _is_of_looks(text: str) -> bool:
    return _LOOKS.search(_ASIDE.split(text, maxsplit=1)[0]) is not None


def _of_another(text: str, own: str) -> bool:
    """Whether a text begins with `she` though it should be about a man."""
    first = _PRONOUN.match(text)
    return first is not None and _MEANT.get(first[1].casefold(), own) != own and own in _MEANT.values()


def _told(world: World, entity: str, said: Sequence[Description]) -> str | None:
    text = " ".join(dict.fromkeys(one.text for one in said))
    known = world.entities.get(entity)
    if known is None or len(text.split()) < _LEAST_WORDS or _of_another(text, pronoun(known.what)):
        return None
    # a sentence that was not the first says he or it, and now nothing stands before it
    return _PRONOUN.sub(lambda found: f"The {known.what}{_ENDS[found[1].casefold()]}", text, count=1)
