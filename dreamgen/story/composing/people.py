"""Members of a draft's cast become characters: what is drawn for each, dressed so that any two can be told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, get_args

from dreamgen.core.colours import confusable
from dreamgen.core.story import Character, Note, Trait
from dreamgen.core.vocabulary import Colour
from dreamgen.illustrator import catalogue
from dreamgen.story.composing.appearance import Appearance, appearance_of
from dreamgen.story.composing.beings import Being, being_of
from dreamgen.story.composing.texts import plain
from dreamgen.story.expansion.drafts import PersonDraft
from dreamgen.story.writers.lexicon import colour_words, garments, mapping
from dreamgen.story.writers.looks import Said
from dreamgen.story.writers.wardrobe import Model, dress

_NO_THING: Final = frozenset({"", "none", "no", "null", "nothing", "n/a", "bare", "no hat", "any", "unknown", "-"})
_COLOURS: Final[tuple[Colour, ...]] = get_args(Colour)
_MOST_MAIN: Final = 3
_ONLY_IF_TOLD: Final = frozenset({"hat", "glasses", "beard"})
"""What the draft has a field for: left empty, it is not there."""


@dataclass(frozen=True)
class _Read:
    """One of the cast with what its draft says."""

    id: str
    draft: PersonDraft
    being: Being
    said: Said
    notes: tuple[Note, ...]

    @property
    def colour(self) -> Colour | None:
        """Of what is worn above."""
        top = self.said.traits.get("top")
        return (top.colour if top else None) or self.said.loose_colour


def cast_of(
    people: Sequence[PersonDraft], ids: Sequence[str], weight: Mapping[str, int], seed: int
) -> tuple[tuple[Character, ...], list[Note]]:
    """The characters, and notes on what they only stand in for or what of their looks is not drawn.

    Args:
        people: as the premise has them.
        ids: of each.
        weight: how many events each has, by id.
        seed: of the story.
    """
    read = [_read(draft, who, seed) for draft, who in zip(people, ids, strict=True)]
    told, clashes = _apart([one for one in read if one.being.person])
    read = [told.get(one.id, one) for one in read]
    main = _main(ids, weight)
    traits = dress([_model(one, one.id in main) for one in read], seed)
    old = {one.id: one.colour for one in clashes}
    cast = tuple(_character(one, traits[one.id], one.id in main, old.get(one.id)) for one in read)
    notes = [note for one in read for note in one.notes]
    notes += [
        Note(where=one.id, what=f"{one.colour} {_top_of(traits[one.id])[0]}", reason="colour_taken",
             shown_as=" ".join(_top_of(traits[one.id])[::-1]))
        for one in clashes
    ]  # fmt: skip
    return cast, notes


def _read(draft: PersonDraft, who: str, seed: int) -> _Read:
    being = being_of(draft, who, seed)
    fields, unknown = _fields(draft, being.person)
    appearance = appearance_of(draft.looks, not being.person)
    said = Said(loose_colour=draft.colour if being.person and "top" not in fields else None)
    said.note(fields.values())
    said.note(_worth(appearance, being.person))
    said.loose_colour = said.loose_colour or appearance.said.loose_colour
    notes = [*_stand_in(being, who), *_lost(who, "look_not_drawable", [*unknown, *appearance.lost])]
    notes += _lost(who, "looks_disagree", list(_disagreeing(fields, appearance)))
    return _Read(who, draft, being, said, tuple(notes))


def _fields(draft: PersonDraft, person: bool) -> tuple[dict[str, Trait], list[str]]:
    """Traits in the fields of a draft, and what of them can't be drawn."""
    if not person:
        worn = [named for named in (_named(draft.top), _named(draft.hat)) if named]
        worn += ["glasses"] * draft.glasses + ["beard"] * draft.beard
        told = appearance_of(draft.looks, animal=True).said.traits.get("coat")
        pattern = told.value if told is not None else "plain"
        coat = Trait(slot="coat", value=pattern, colour=draft.colour or (told.colour if told else None), source="text")
        return ({"coat": coat} if draft.colour or told else {}), worn
    found: dict[str, Trait] = {}
    unknown: list[str] = []
    for slot, text in (("top", draft.top), ("hat", draft.hat), ("hair", draft.hair), ("hairstyle", draft.hairstyle)):
        named = _named(text)
        if not named:
            continue
        trait = _trait(slot, named.lower())
        if trait is None:
            unknown.append(named)
        else:
            found[slot] = trait
    if "top" in found and draft.colour:
        found["top"] = found["top"].model_copy(update={"colour": draft.colour})
    for slot, there in (("glasses", draft.glasses), ("beard", draft.beard)):
        if there:
            found[slot] = Trait(slot=slot, value=slot, source="text")
    return found, unknown


def _named(text: str | None) -> str:
    """What a field names; empty for none, in whatever words."""
    named = plain(text or "")
    return "" if named.lower() in _NO_THING else named


def _trait(slot: str, text: str) -> Trait | None:
    """`dark brown` is brown hair, `wide-brimmed hat` a hat."""
    offered = {"top": catalogue().tops, "hat": catalogue().hats, "hair": catalogue().hair}.get(
        slot, catalogue().hairstyles
    )
    if text in offered:
        return Trait(slot=slot, value=text, source="text")
    parts = text.replace("-", " ").split()
    if slot in {"hair", "hairstyle"}:
        tables = ("tones",) if slot == "hair" else ("style_nouns", "styles", "alone")
        for name in tables:
            known = mapping("looks", "hair", name)
            for word in parts if slot == "hair" else parts[::-1]:
                if known.get(word) in offered:
                    return Trait(slot=slot, value=known[word], source="text")
        return None
    said = appearance_of(text, animal=False).said.traits.get(slot)
    if said is not None:
        return said
    value = next((garments()[word].value for word in parts[::-1] if word in garments() and
                  garments()[word].slot == slot), None)  # fmt: skip
    return Trait(slot=slot, value=value, source="text") if value else None


def _worth(appearance: Appearance, person: bool) -> Iterator[Trait]:
    """What a description says of things that this sort of body can have."""
    for trait in appearance.said.traits.values():
        if trait.slot == "body" or person != (trait.slot == "coat"):
            yield trait


def _disagreeing(fields: Mapping[str, Trait], appearance: Appearance) -> Iterator[str]:
    """What the description says otherwise than the fields, which are taken."""
    for slot, trait in appearance.said.traits.items():
        field = fields.get(slot)
        if field is None or slot == "coat":
            continue
        if field.value != trait.value or (field.colour and trait.colour and field.colour != trait.colour):
            yield f"{slot}: {trait.colour or ''} {trait.value}".replace("  ", " ")


def _lost(who: str, reason: str, what: Sequence[str]) -> Iterator[Note]:
    if what:
        yield Note(where=who, what="; ".join(dict.fromkeys(what)), reason=reason)


def _stand_in(being: Being, who: str) -> Iterator[Note]:
    if being.stand_in_for is not None:
        reason = "being_not_drawable" if being.person else "no_such_animal"
        yield Note(where=who, what=being.stand_in_for, reason=reason, shown_as=being.kind)


def _apart(people: Sequence[_Read]) -> tuple[dict[str, _Read], list[_Read]]:
    """People whose drafted colours can't be taken for one another's, by id; and those who had to give theirs up.

    The first keeps its colour. When no colour is left that differs from all others, what was drafted stays.
    """
    taken: list[Colour] = []
    clashing: list[_Read] = []
    for one in people:
        if one.colour and any(confusable(one.colour, other) for other in taken):
            clashing.append(one)
        elif one.colour:
            taken.append(one.colour)
    free = [colour for colour in _COLOURS if not any(confusable(colour, other) for other in taken)]
    changed: list[_Read] = []
    for one in clashing:
        if not free:
            break
        changed.append(one)
        kept = free[0]
        free = [colour for colour in free if not confusable(colour, kept)]
    return {one.id: replace(one, said=_uncoloured(one.said)) for one in changed}, changed


def _uncoloured(said: Said) -> Said:
    top = said.traits.get("top")
    traits = {**said.traits, **({"top": top.model_copy(update={"colour": None})} if top else {})}
    return Said(traits=traits)


def _top_of(traits: Sequence[Trait]) -> tuple[str, str]:
    top = next(trait for trait in traits if trait.slot == "top")
    return top.value, top.colour or ""


def _main(ids: Sequence[str], weight: Mapping[str, int]) -> set[str]:
    """The two or three with most to do; of a draft that tells of nobody, the first."""
    ranked = sorted(ids, key=lambda who: (-weight.get(who, 0), ids.index(who)))[:_MOST_MAIN]
    most = weight.get(ranked[0], 0) if ranked else 0
    return {who for who in ranked if weight.get(who, 0) >= max(1, most * 0.4)} or set(ranked[:1])


def _model(one: _Read, main: bool) -> Model:
    never = frozenset(_ONLY_IF_TOLD - one.said.traits.keys())
    return Model(one.id, one.being.kind, "main" if main else "supporting", one.said, one.being.costume, never)


def _character(one: _Read, traits: tuple[Trait, ...], main: bool, given_up: Colour | None) -> Character:
    described = plain(one.draft.looks)
    return Character(
        id=one.id,
        name=plain(one.draft.name) or one.id,
        kind=one.being.kind,
        traits=traits,
        role="main" if main else "supporting",
        stand_in_for=one.being.stand_in_for,
        described=_recoloured(described, given_up, _top_of(traits)[1]) if given_up else described,
        likeness=plain(one.draft.likeness or ""),
    )


def _recoloured(described: str, old: Colour, new: str) -> str:
    """Words that tell of the colour that is drawn, where they told of another one just once."""
    words = [word for word in re.findall(r"[\w-]+", described) if colour_words().get(word.lower()) == old]
    return re.sub(rf"\b{re.escape(words[0])}\b", new, described) if len(words) == 1 else described
