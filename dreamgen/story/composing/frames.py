"""DreamFrame's rules for a frame's text, checked shot by shot; a shot that breaks one carries a note that says which.

A frame names its place, shows an expression, uses verbs of the list, fits what CLIP reads, is not like its neighbours,
and has nobody and nothing twice that is not in the cast or among the props (arXiv 2403.01422, 3, and its prompts).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from dreamgen.core.story import Location, Note, Shot, Story
from dreamgen.core.tokens import WINDOW, clip_tokens
from dreamgen.story.composing.appearance import nouns_in
from dreamgen.story.dreamframe.frames import prefix, with_looks
from dreamgen.story.offers import offers
from dreamgen.story.writers.lexicon import index, places, things, verb_forms, words
from dreamgen.story.writers.vocabulary import small_words

ALIKE: Final = 90.0
"""Likeness (0-100) of two texts from which on they are nearly the same."""
_WORD: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_PARTS: Final = frozenset(["hand", "hands", "arm", "arms", "side", "front"])
_OWN: Final = 2  # tokens that begin and end what CLIP reads


def flags_of(story: Story, verbs: Collection[str] = ()) -> tuple[Note, ...]:
    """What each shot's text breaks, in the order of the story; a shot without a note breaks nothing.

    Args:
        story: composed; it need not be staged.
        verbs: base forms that a frame may use; all that the illustrator shows, when empty.
    """
    listed = frozenset(verbs) or frozenset(offers().all_verbs)
    looks = {one.name: one.described or one.kind for one in story.cast}
    known = _known(story)
    once: set[str] = set()
    found: list[Note] = []
    for shot in story.shots:
        found += _about(shot, story.location(shot.location), listed)
        asked = clip_tokens(prefix(story.style_word) + with_looks(shot.description, looks)) + _OWN
        if asked > WINDOW:
            found.append(Note(where=shot.id, what=f"{asked} tokens", reason="over_77_tokens", remark=True))
        doing = {word for word in _low(shot.description) if _lemmas(word) & {event.action for event in shot.events}}
        extras = [extra for extra in _extras(shot.description, known) if extra not in doing]
        found += [
            Note(where=shot.id, what=f"{extra}, again", reason="extra_again", remark=True)
            for extra in extras
            if extra in once
        ]
        once |= set(extras)
        if all(event.seen for event in shot.events) and not _all_shown(story, shot):
            found.append(Note(where=shot.id, what=shot.description, reason="more_than_shown", shown_as="in part"))
    return tuple([*found, *_alike(story)])


def _about(shot: Shot, place: Location, listed: Collection[str]) -> Iterator[Note]:
    low = _low(shot.description)
    if not _names_place(low, place):
        yield Note(where=shot.id, what=shot.description, reason="no_place_named", remark=True)
    felt = set(index("feelings")) | set(index("verbs", "ways"))
    shown = any(event.feels for event in shot.events)
    if not shown and not any(felt & {word, *_lemmas(word)} for word in low):
        yield Note(where=shot.id, what=shot.description, reason="no_expression", remark=True)
    strange = {event.action for event in shot.events if event.action not in listed}
    if strange or not shot.events:
        told = f"{', '.join(sorted(strange)) or 'nothing'}: {shot.description}"
        yield Note(where=shot.id, what=told, reason="verb_not_in_list", remark=True)


def _names_place(low: Collection[str], place: Location) -> bool:
    """Whether a text has a telling word of the place's name, or one that its set goes by."""
    named = {word for word in _low(place.name) if word not in small_words()}
    called = {word for word, family in places().items() if place.set in family.shows}
    return bool((named | called | {place.set}) & {*low, " ".join(low)})


def _alike(story: Story) -> Iterator[Note]:
    """Shots nearly the same as the one before, where nothing else is said, or as the two before."""
    run = 1
    for before, shot in pairwise(story.shots):
        same = fuzz.ratio(before.description.casefold(), shot.description.casefold()) >= ALIKE
        run = run + 1 if same else 1
        if run > 2 or (same and _said(before) == _said(shot)):
            yield Note(where=shot.id, what=shot.description, reason="like_its_neighbours", remark=True)


def _said(shot: Shot) -> tuple[str, ...]:
    return tuple(event.says for event in shot.events if event.says)


def _known(story: Story) -> set[str]:
    """Words for the cast, the props and the places, which may be seen as often as one likes."""
    generic = words("people", "words", "generic_people") | words("people", "words", "generic_animals")
    found = set(generic) | {one.kind for one in story.cast} | {prop.kind for prop in story.props}
    for name in (*(one.name for one in story.cast), *(prop.name for prop in story.props),
                 *(place.name for place in story.locations)):  # fmt: skip
        found |= set(_low(name))
    for one in story.cast:
        found |= set(nouns_in(one.described)) | {one.stand_in_for or one.kind}
    return found


def _extras(text: str, known: Collection[str]) -> tuple[str, ...]:
    """People, animals and things in a text that the story has no record of."""
    low = _low(text)
    stuff = [word for word in low if word in things() and word not in places()]
    return tuple(one for one in dict.fromkeys([*nouns_in(text), *stuff]) if one not in known)


def _all_shown(story: Story, shot: Shot) -> bool:
    """Whether every telling word of a text is about something that the shot shows, so that it describes the picture."""
    place = story.location(shot.location)
    shown = {*small_words(), *_PARTS, *_low(place.name), *_low(place.set), *_low(shot.time_of_day)}
    shown |= {word for word, family in places().items() if place.set in family.shows}
    for who in shot.present:
        thing = story.character(who) or story.prop(who)
        if thing is not None:
            shown |= {*_low(thing.name), *_low(thing.kind)}
    actions = {event.action for event in shot.events if event.seen}
    feelings = {event.feels for event in shot.events}
    ways: Mapping[str, str] = index("feelings")
    for word in _low(shot.description):
        if word not in shown and not actions & _lemmas(word) and ways.get(word, "") not in feelings:
            return False
    return True


def _lemmas(word: str) -> set[str]:
    return {lemma for lemma, _ in verb_forms().get(word, ())}


def _low(text: str) -> list[str]:
    """The words of a text, without capitals and without the s of an owner."""
    return [re.sub(r"['’]s$", "", word.lower()) for word in _WORD.findall(text)]
