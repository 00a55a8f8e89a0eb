"""What passes between people: deeds done to one another, faces, and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dreamgen.core.claims import Expression, Interaction, Movement, Presence, Speech
from dreamgen.language.mentions import mention
from dreamgen.language.moments import Moment, around, whole
from dreamgen.language.wording import alike, quoted, words
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.persons import invented, others


def partner_of(world: World, entity: str, action: str, start: str, end: str) -> str | None:
    """The only one to whom the entity does this."""
    span = float(start), float(end)
    found = {c.other for c in world.during(Interaction, *span) if c.entity == entity and c.action == action}
    if len(found) != 1 or not _between_two(world, action, {entity, *found}, span):
        return None
    described = mention(world, found.pop(), span=span)
    return described.text if described else None


def doer_of(world: World, other: str, action: str, start: str, end: str) -> str | None:
    """The only one who does this to `other`."""
    span = float(start), float(end)
    found = {c.entity for c in world.during(Interaction, *span) if c.other == other and alike(c.action, action)}
    if len(found) != 1 or not _between_two(world, action, {other, *found}, span):
        return None
    described = mention(world, found.pop(), span=span)
    return described.text if described else None


def deed_of(world: World, entity: str, other: str, start: str, end: str) -> str | None:
    """The one thing that the entity does to `other`: `waving at`, of things that can't be mistaken for each other."""
    deeds = {c.action for c in world.during(Interaction, float(start), float(end)) if c.about == (entity, other)}
    return str(words()["deeds"][deeds.pop()][0]) if len(deeds) == 1 else None


def _between_two(world: World, action: str, pair: set[str], span: tuple[float, float]) -> bool:
    """Whether nobody else could seem to take part: a third beside those who talk, or one who goes along."""
    if action == "hug":
        return True
    third = {c.entity for c in world.during(Presence, *span) if c.category != "prop"} - pair
    if action in {"walk with", "chase"}:
        third &= {c.entity for c in world.during(Movement, *span) if c.direction != "none"}
    return not third and world.closed(*span)


def feeling_of(world: World, entity: str, start: str, end: str) -> str | None:
    """The one feeling on the face of the entity from `start` to `end`."""
    found = {c.feeling for c in world.during(Expression, float(start), float(end)) if c.entity == entity}
    return str(words()["feelings"][found.pop()]) if len(found) == 1 else None


def words_of(world: World, entity: str, start: str, end: str) -> str | None:
    """The only words that the entity says from `start` to `end`, in quotes."""
    said = {c.words for c in world.during(Speech, float(start), float(end)) if c.entity == entity}
    return quoted(said.pop()) if len(said) == 1 else None


def speaker_of(world: World, speech: str) -> str | None:
    """Who says the words of a speech claim, if nobody else says them."""
    claim = world.by_id.get(speech)
    if not isinstance(claim, Speech):
        return None
    speakers = {c.entity for c in world.all(Speech) if c.words.casefold() == claim.words.casefold()}
    described = mention(world, claim.entity) if len(speakers) == 1 else None
    return described.text if described else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "partner_of": partner_of,
    "doer_of": doer_of,
    "deed_of": deed_of,
    "feeling_of": feeling_of,
    "words_of": words_of,
    "speaker_of": speaker_of,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about what passes between people."""
    world = asking.world
    for deed in world.all(Interaction):
        for moment in around(world, deed.start, deed.end)[:1]:
            yield from _deed(asking, deed, moment)
            yield from _manner(asking, deed, moment)
    for face in world.all(Expression):
        for moment in around(world, face.start, face.end)[:1]:
            yield from _face(asking, face, moment)
    for speech in world.all(Speech):
        yield from _speech(asking, speech)


def _bounds(moment: Moment) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("start", f"{moment.start:.3f}"), ("end", f"{moment.end:.3f}")


def _deed(asking: Asking, claim: Interaction, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    one, other = mention(world, claim.entity, span=moment.span), mention(world, claim.other, span=moment.span)
    if one is None or other is None:
        return
    deed = str(words()["deeds"][claim.action][0])
    for wording, program, subject, slot, taken in (
        ("deed_partner", "partner_of", ("entity", claim.entity), one.text, claim.other),
        ("deed_doer", "doer_of", ("other", claim.other), other.text, claim.entity),
    ):
        if world.entities[taken].category == "prop":
            continue
        fact = Fact(
            task="interaction",
            wording=wording,
            program=program,
            arguments=(subject, ("action", claim.action), *_bounds(moment)),
            moment=moment,
            claims=(claim.id, *one.claims, *other.claims),
            slots={"who": slot, "deed": deed},
            near=[text for text in others(world, taken, own_sort=True) if text != slot],
            far=invented(world, taken, own_sort=True),
            entities=(claim.entity, claim.other),
        )
        yield from asking.drafts(fact, PROGRAMS[program])


def _manner(asking: Asking, claim: Interaction, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    one, other = mention(world, claim.entity, span=moment.span), mention(world, claim.other, span=moment.span)
    if one is None or other is None:
        return
    table = {str(forms[0]): row for row, forms in words()["deeds"].items()}
    for wording in ("deed_what", "deed_how"):
        fact = Fact(
            task="interaction",
            wording=wording,
            program="deed_of",
            arguments=(("entity", claim.entity), ("other", claim.other), *moment.bounds),
            moment=moment,
            claims=(claim.id, *one.claims, *other.claims),
            slots={**one.slots, "other": other.text, "them": other.pronoun(1)},
            far=list(table),
            clash=lambda a, b: alike(table[a], table[b]),
            wrong=2,
            entities=(claim.entity, claim.other),
            forms=("open", "choice") if wording == "deed_how" else ("open", "choice", "yes_no"),
        )
        yield from asking.drafts(fact, deed_of)


def _face(asking: Asking, claim: Expression, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    described = mention(world, claim.entity, span=moment.span)
    if described is None or claim.feeling == "neutral":
        return
    fact = Fact(
        task="expression",
        wording="feeling",
        program="feeling_of",
        arguments=(("entity", claim.entity), *_bounds(moment)),
        moment=moment,
        claims=(claim.id, *described.claims),
        slots=described.slots,
        near=sorted({c.feeling for c in world.all(Expression) if not alike(c.feeling, claim.feeling)}),
        far=[str(text) for text in words()["feelings"].values() if text != "neutral"],
        clash=alike,
        entities=(claim.entity,),
    )
    yield from asking.drafts(fact, feeling_of)


def _speech(asking: Asking, claim: Speech) -> Iterator[Draft]:
    world = asking.world
    moment = around(world, claim.start, claim.end)[0]
    described = mention(world, claim.entity, span=moment.span)
    if described is None:
        return
    lines = [quoted(c.words) for c in world.all(Speech) if c.entity != claim.entity]
    said = Fact(
        task="speech",
        wording="speech_what",
        program="words_of",
        arguments=(("entity", claim.entity), *_bounds(moment)),
        moment=moment,
        claims=(claim.id, *described.claims),
        slots=described.slots,
        near=lines,
        far=[quoted(line) for line in words()["vocabulary"]["speech"]],
        entities=(claim.entity,),
        forms=("open", "choice"),
    )
    yield from asking.drafts(said, words_of)
    by = Fact(
        task="speech",
        wording="speech_who",
        program="speaker_of",
        arguments=(("speech", claim.id),),
        moment=whole(world),
        claims=(claim.id, *described.claims),
        slots={"words": quoted(claim.words, inside=True)},
        near=others(world, claim.entity),
        far=invented(world, claim.entity),
        entities=(claim.entity,),
    )
    yield from asking.drafts(by, speaker_of)
