"""A Story in DreamFrame's shape: an imported one as it came, any other in frames made of its events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from dreamgen.core.naming import look_of, unnamed
from dreamgen.core.story import Character, Event, Shot, Story
from dreamgen.core.vocabulary import Feeling
from dreamgen.story.dreamframe import frames
from dreamgen.story.dreamframe.file import Piece, StoryInfo
from dreamgen.story.dreamframe.remarks import EARLY, KEPT, MUTE, ORIGIN
from dreamgen.story.writers.lexicon import verb_forms, verbs

_WORD: Final = "Dramatic"
"""The style's keyword of a story that has none: DreamFrame's own."""

_FACES: Final[Mapping[Feeling, str]] = {
    "neutral": "", "happy": "with a happy smile", "sad": "with a sad expression", "angry": "with an angry expression",
    "surprised": "with a surprised expression", "calm": "with a calm expression",
    "worried": "with a worried expression",
}  # fmt: skip
_LINKS: Final[Mapping[str, str]] = {
    "talk": "to", "say": "to", "look": "at", "point": "at", "wave": "at", "walk": "towards", "run": "towards",
    "sit": "on", "stand": "by", "lie": "on", "kneel": "before", "dance": "with", "smile": "at", "listen": "to",
}  # fmt: skip
_BESIDE: Final = frozenset({"walk", "run", "sit", "lie", "fall"})
"""Poses of verbs that nobody does to somebody: trotting beside a man."""
_TO_SOMEBODY: Final = frozenset(
    {
        "chase", "pursue", "follow", "lead", "accompany", "escort", "guide", "approach", "pass", "join", "visit",
        "leave", "cross", "circle", "stalk", "drag", "haul", "evade", "elude", "escape", "flee", "reach", "enter",
        "meet", "carry", "deliver", "ride", "drive", "steer", "row", "sail", "read", "search", "explore", "climb",
    }
)  # fmt: skip
"""The others of these poses, which take somebody without a preposition."""
_MOST: Final = 2
"""Deeds that a frame tells of somebody."""


def info_of(story: Story) -> StoryInfo:
    """The file of a story.

    A story that came from such a file gets its own words back, byte for byte where nobody has changed it. In any
    other, a frame tells its place, who does what, and the faces; looks stand for names, from traits that were made up.
    """
    imported = story.writing is not None and story.writing.model == ORIGIN
    if imported:
        looks = tuple((character.name, character.described) for character in story.cast if character.described)
    else:
        looks = tuple((character.name, look_of(character)) for character in story.cast)
    pieces = _as_it_came(story, dict(looks)) if imported else _as_it_is(story)
    return StoryInfo(
        looks=looks,
        pieces=tuple(pieces),
        questions=tuple((one.question, one.answer) for one in story.questions),
        overview=story.overview,
    )


def _as_it_came(story: Story, looks: Mapping[str, str]) -> Iterator[Piece]:
    """Frames from the shots' descriptions, with looks for names; dialogues from what is said."""
    kept = {(note.where, note.shown_as): note.what for note in story.notes if note.reason == KEPT}
    early = Counter(note.where for note in story.notes if note.reason == EARLY)
    for shot in story.shots:
        mute = [note.what for note in story.notes if note.reason == MUTE and note.where == shot.id]
        lines = [Piece(sort="dialogue", text=text) for text in (*(e.says for e in shot.events if e.says), *mute)]
        rebuilt = frames.prefix(story.style_word) + frames.with_looks(shot.description, looks)
        frame = Piece(sort="frame", text=kept.get((shot.id, shot.description), rebuilt))
        before = early[shot.id]
        yield from (*lines[:before], frame, *lines[before:])


def _as_it_is(story: Story) -> Iterator[Piece]:
    """Frames from places and events, each followed by what is said in it."""
    begins = frames.prefix(story.style_word or _WORD)
    for shot in story.shots:
        yield Piece(sort="frame", text=begins + _frame(story, shot))
        yield from (Piece(sort="dialogue", text=event.says) for event in shot.events if event.says)


def _frame(story: Story, shot: Shot) -> str:
    """`At the harbour, a woman in a red coat is walking towards a boy in a blue hoodie, with a calm expression`."""
    where = unnamed(story.location(shot.location).name, story.cast)
    told: dict[str, list[str]] = {}
    faces: dict[str, str] = {}
    for event in shot.events:
        deeds = told.setdefault(event.who, [])
        if not deeds or (len(deeds) < _MOST and (event.seen or event.whom or event.using)):
            deeds.append(_deed(story, event))
        if event.feels and _FACES[event.feels]:
            faces[event.who] = _FACES[event.feels]
    parts = []
    for who, deeds in told.items():
        doing = " and ".join(dict.fromkeys(deeds))
        parts.append(", ".join(filter(None, (f"{_thing_or_look(story, who)} is {doing}", faces.get(who, "")))))
    if not parts:
        words = unnamed(shot.description.rstrip("."), story.cast) or "nobody is there"
        parts = [words[:1].lower() + words[1:]]
    place = where if where.split()[0].lower() in {"the", "a", "an", "home"} else f"the {where}"
    return f"At {place}, {'; '.join(parts)}."


def _deed(story: Story, event: Event) -> str:
    """`walking towards a boy in a blue hoodie`."""
    plain = event.action if event.action.isalpha() and event.action != "be" else event.does
    words = [_ing(plain)]
    if event.whom is not None and event.whom != event.using:
        words += [_link(story, plain, event.whom), _thing_or_look(story, event.whom)]
    if event.using is not None:
        words.append(f"{'' if plain == 'hold' else 'with '}{_thing_or_look(story, event.using)}")
    return " ".join(filter(None, words))


def _link(story: Story, verb: str, whom: str) -> str:
    """What stands between a verb and whoever or whatever it is done to."""
    known = verbs().get(verb)
    beside = known is not None and known.pose in _BESIDE and verb not in _TO_SOMEBODY
    if beside and story.character(whom) is not None and _LINKS.get(verb, "on") == "on":
        return "beside"
    return _LINKS.get(verb, "")


def _thing_or_look(story: Story, one: str) -> str:
    character: Character | None = story.character(one)
    if character is not None:
        return look_of(character)
    prop = story.prop(one)
    assert prop is not None, "a story refers to its own cast and props only"
    return unnamed(prop.name, story.cast)


def _ing(verb: str) -> str:
    """`walking` for walk."""
    known = _known().get(verb)
    if known:
        return known
    if verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")):
        return f"{verb[:-2]}ying" if verb.endswith("ie") else f"{verb[:-1]}ing"
    return f"{verb}ing"


@cache
def _known() -> Mapping[str, str]:
    """Verb to its form in -ing, as the lexicon has it."""
    found: dict[str, str] = {}
    for form, readings in sorted(verb_forms().items()):
        for lemma, _ in sorted(readings):
            if form.endswith("ing") and form != lemma:
                found.setdefault(lemma, form)
    return found
