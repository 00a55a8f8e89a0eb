"""At the same time: what somebody does, and where it is, while somebody else says or does something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from dreamgen.core.claims import Action, Place, Presence, Speech
from dreamgen.language.acts import BESIDE, Act, acts, sole
from dreamgen.language.mentions import mention
from dreamgen.language.moments import whole
from dreamgen.language.statements import doing, grounds, pose
from dreamgen.language.wording import alike, place, quoted, words
from dreamgen.language.world import World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact

Span = tuple[float, float]


def doing_while(world: World, entity: str, other: str, action: str) -> str | None:
    """What the entity does all the time while `other` does something once: `waving`."""
    found = [act for act in acts(world, other) if act.row == action]
    if len(found) != 1 or not sole(world, found[0]):
        return None
    return _doing(world, entity, (found[0].start, found[0].end))


def doing_when_said(world: World, entity: str, speech: str) -> str | None:
    """What the entity does all the time while the words of a speech claim are said."""
    said = _said_once(world, speech)
    return _doing(world, entity, (said.start, said.end)) if said is not None else None


def place_when_said(world: World, speech: str) -> str | None:
    """Where the words of a speech claim are said: `at a harbour`."""
    said = _said_once(world, speech)
    if said is None:
        return None
    places = world.during(Place, said.start, said.end)
    known = covers(places, said.start, said.end)
    return place(places[0].place) if known and len({claim.place for claim in places}) == 1 else None


def said_later(world: World, speech: str, claims: str) -> str | None:
    """The only words of those of some speech claims that are said after those of another, in quotes."""
    said, rest = _said_once(world, speech), [_said_once(world, name) for name in claims.split()]
    if said is None or None in rest:
        return None
    later = [one for one in rest if one is not None and one.start >= said.end]
    sooner = [one for one in rest if one is not None and one.end <= said.start]
    return quoted(later[0].words) if len(later) == 1 and len(later) + len(sooner) == len(rest) else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "doing_while": doing_while,
    "doing_when_said": doing_when_said,
    "place_when_said": place_when_said,
    "said_later": said_later,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about what goes on together in a scene."""
    yield from ask_film(asking)
    world = asking.world
    for other in world.entities:
        for act in acts(world, other):
            if act.doing and act.row not in _STATES and sole(world, act):
                for entity in world.entities:
                    if entity != other:
                        yield from _while(asking, entity, act)
    for speech in world.all(Speech):
        for entity in dict.fromkeys(c.entity for c in world.during(Presence, speech.start, speech.end)):
            if entity != speech.entity:
                yield from _when_said(asking, entity, speech)


def ask_film(asking: Asking) -> Iterator[Draft]:
    """Questions about words that are said at one of several places, and one after the other."""
    world = asking.world
    if len({claim.place for claim in world.all(Place)}) > 1:
        for speech in world.all(Speech):
            yield from _where_said(asking, speech)
    speeches = world.all(Speech)
    for index in range(1, len(speeches) - 1):
        yield from _later(asking, speeches[index], speeches[max(0, index - 3) : index], speeches[index + 1])


_STATES: Final = ("stand", "look", "hold", "hug", "talk")


def _said_once(world: World, name: str) -> Speech | None:
    """The speech claim of that id, if its words are said at no other time."""
    claim = world.by_id.get(name)
    if not isinstance(claim, Speech):
        return None
    again = [c for c in world.all(Speech) if c.words.casefold() == claim.words.casefold()]
    return claim if len(again) == 1 else None


def _doing(world: World, entity: str, span: Span) -> str | None:
    done = [c for c in world.during(Action, *span) if c.entity == entity]
    texts = {doing(world, c) for c in done}
    return texts.pop() if len(texts) == 1 and covers(done, *span) else None


def _fact(asking: Asking, entity: str, span: Span, program: str, arguments: tuple[tuple[str, str], ...]) -> Fact | None:
    """What the entity does in a span, asked of the whole clip: when it is, the words of the question say."""
    world = asking.world
    described = mention(world, entity, span=span)
    done = [c for c in world.during(Action, *span) if c.entity == entity]
    if described is None or not done:
        return None
    rows = words()["poses"]
    texts = {text: pose(world, c) for c in world.all(Action) if (text := doing(world, c)) is not None}
    sort = world.entities[entity].category
    person = sort == "person"
    usual = ("stand", "walk", "run", "sit", "lie")
    plain = {str(rows[row][0]): row for row in (rows if person else usual) if row not in ("hold", "hug", "fly", "look")}
    known = {**plain, **texts}
    right = pose(world, done[0])
    unsure = BESIDE | {"hug"}
    # a dog that holds a lantern fools nobody
    near = {doing(world, c) for c in world.all(Action) if world.cast.get(c.entity, ("", ""))[1] == sort}
    return Fact(
        task="meanwhile",
        wording=program,
        program=program,
        arguments=arguments,
        moment=whole(world),
        claims=(*(name for c in done for name in grounds(world, c)), *described.claims),
        slots=described.slots,
        near=[text for text, row in texts.items() if text in near and not alike(row, right) and row not in unsure],
        far=[text for text, row in plain.items() if row not in unsure],
        clash=lambda one, other: alike(known[one], known[other]),
        entities=(entity,),
    )


def _while(asking: Asking, entity: str, act: Act) -> Iterator[Draft]:
    world = asking.world
    other = mention(world, act.entity, span=(act.start, act.end))
    arguments = (("entity", entity), ("other", act.entity), ("action", act.row))
    fact = _fact(asking, entity, (act.start, act.end), "doing_while", arguments)
    if fact is None or other is None:
        return
    # what both do at once is asked as one thing
    slots = {**fact.slots, "other": other.text, "doing": act.doing}
    claims = tuple(dict.fromkeys((*fact.claims, *act.claims, *other.claims)))
    yield from asking.drafts(replace(fact, slots=slots, claims=claims, entities=(entity, act.entity)), doing_while)


def _when_said(asking: Asking, entity: str, speech: Speech) -> Iterator[Draft]:
    arguments = (("entity", entity), ("speech", speech.id))
    fact = _fact(asking, entity, (speech.start, speech.end), "doing_when_said", arguments)
    if fact is None:
        return
    slots = {**fact.slots, "words": quoted(speech.words, inside=True)}
    claims = tuple(dict.fromkeys((*fact.claims, speech.id)))
    yield from asking.drafts(replace(fact, slots=slots, claims=claims, entities=(entity,)), doing_when_said)


def _where_said(asking: Asking, speech: Speech) -> Iterator[Draft]:
    world = asking.world
    here = world.during(Place, speech.start, speech.end)
    fact = Fact(
        task="episode",
        wording="place_when_said",
        program="place_when_said",
        arguments=(("speech", speech.id),),
        moment=whole(world),
        claims=world.ids_of((speech, *here)),
        slots={"words": quoted(speech.words, inside=True)},
        near=sorted({place(c.place) for c in world.all(Place)}),
        far=[place(name) for name in words()["vocabulary"]["places"]],
        clash=lambda one, other: alike(_noun(one), _noun(other)),
        entities=(speech.entity,),
    )
    yield from asking.drafts(fact, place_when_said)


def _later(asking: Asking, speech: Speech, sooner: tuple[Speech, ...], following: Speech) -> Iterator[Draft]:
    world = asking.world
    some = sorted(world.ids_of((*sooner, following)))
    fact = Fact(
        task="episode",
        wording="said_later",
        program="said_later",
        arguments=(("speech", speech.id), ("claims", " ".join(some))),
        moment=whole(world),
        claims=(speech.id, *some),
        slots={"words": quoted(speech.words, inside=True)},
        near=[quoted(one.words) for one in sooner],
        wrong=len({quoted(one.words) for one in sooner}),
        forms=("choice",),
        entities=(speech.entity, following.entity),
    )
    yield from asking.drafts(fact, said_later)


def _noun(text: str) -> str:
    return text.split(" a ", 1)[-1].split(" an ", 1)[-1]
