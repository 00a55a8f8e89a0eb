"""Places and things of a draft become sets and props that can be drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar, get_args

from rapidfuzz import fuzz, process

from dreamgen.core.story import Location, Note, Prop
from dreamgen.core.vocabulary import Colour
from dreamgen.illustrator import catalogue
from dreamgen.story.composing.texts import plain
from dreamgen.story.expansion.drafts import PlaceDraft, PropDraft
from dreamgen.story.writers.lexicon import PlaceEntry, ThingEntry, colour_words, mapping, places, things
from dreamgen.story.writers.offered import choose_set

_ANY_SET: Final = "street"
_ANY_PROP: Final = "bag"
"""Shown for a thing that no list knows: it might be in there."""
_ALIKE: Final = 88.0
"""Least likeness (0-100) of a misspelt word to the one that it is taken for."""
_COLOURS: Final[tuple[Colour, ...]] = get_args(Colour)
_Entry = TypeVar("_Entry", PlaceEntry, ThingEntry)


def locations_of(drafts: Sequence[PlaceDraft], ids: Sequence[str]) -> tuple[tuple[Location, ...], list[Note]]:
    """The places, and notes on those that their set only stands in for."""
    found = tuple(_location(draft, where) for draft, where in zip(drafts, ids, strict=True))
    notes = [
        Note(where=place.id, what=place.stand_in_for, reason="place_not_drawable", shown_as=place.set)
        for place in found
        if place.stand_in_for
    ]
    return found, notes


def props_of(drafts: Sequence[PropDraft], ids: Sequence[str]) -> tuple[tuple[Prop, ...], list[Note]]:
    """The things, and notes on those that another one stands in for."""
    found = tuple(_prop(draft, what) for draft, what in zip(drafts, ids, strict=True))
    notes = [
        Note(where=prop.id, what=prop.stand_in_for, reason="thing_not_drawable", shown_as=prop.kind)
        for prop in found
        if prop.stand_in_for
    ]
    return found, notes


def _location(draft: PlaceDraft, where: str) -> Location:
    name = plain(draft.name) or where
    asked = plain(draft.set).lower()
    # what the name says it is decides whether a viewer would call the set so
    named = _last_known(name, places())
    chosen = (asked, True) if asked in catalogue().sets else None
    for entry in (_last_known(asked, places()), named):
        if chosen is None and entry is not None:
            chosen = choose_set(entry.shows, entry.stands_in)
    near = process.extractOne(asked, catalogue().sets, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    shown, honest = chosen or ((near[0], True) if near else (_ANY_SET, False))
    if named is not None and not named.scenery:
        honest = shown in named.shows
    return Location(id=where, name=name, set=shown, stand_in_for=None if honest else name)


def _prop(draft: PropDraft, what: str) -> Prop:
    name = plain(draft.name) or what
    asked = plain(draft.kind).lower()
    named = _last_known(name, things())
    kind, honest = (asked, True) if asked in catalogue().props else ("", False)
    for entry in (_last_known(asked, things()), named):
        if not kind and entry is not None:
            kind, honest = entry.kind, entry.shows
    if not kind:
        near = process.extractOne(asked, catalogue().props, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        kind, honest = (near[0], True) if near else (_ANY_PROP, False)
    if named is not None:
        honest = named.shows and named.kind == kind
    return Prop(
        id=what, name=name, kind=kind, colour=draft.colour or _colour(name, named),
        stand_in_for=None if honest else name,
    )  # fmt: skip


def _colour(name: str, named: ThingEntry | None) -> Colour | None:
    """The colour in a name, or the usual one."""
    word = named.word if named is not None else ""
    low = re.findall(r"[a-z-]+", name.lower())
    colour = next((colour_words()[part] for part in low if part in colour_words() and part != word), None)
    colour = colour or mapping("things", "words", "colours").get(word)
    return next((known for known in _COLOURS if known == colour), None)


def _last_known(text: str, known: Mapping[str, _Entry]) -> _Entry | None:
    """The entry of the last words of a text that a list knows: `old town square` is a square."""
    low = re.findall(r"[^\W_]+(?:[-'][^\W_]+)*", text.lower())
    for end in range(len(low), 0, -1):
        for length in (3, 2, 1):
            phrase = " ".join(low[max(0, end - length) : end])
            for word in (phrase, phrase.removesuffix("es"), phrase.removesuffix("s")):
                if word in known:
                    return known[word]
    return None
