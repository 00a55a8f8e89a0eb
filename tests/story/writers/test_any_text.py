"""Whatever the text, either a valid story in which every sentence is accounted for, or a clear refusal."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dreamgen.core.brief import Brief
from dreamgen.core.story import Story
from dreamgen.errors import DreamgenError
from dreamgen.illustrator import catalogue
from dreamgen.story.writers.lexicon import garments, table, things, verbs
from dreamgen.story.writers.reading import read
from dreamgen.story.writers.rules import RulesWriter

_PLAIN = """
the a an his her their old young white two three lion mouse Mara Tom keeper boy girl dog bandits children king mother
he she they it him them who walks ran sat hugged gives gave took says in to on with from at forest harbour house room
bed lantern umbrella red yellow hat and but because when while that not was is sleeping happily afraid suddenly
, . . . ; ( ) ' [2] night rain snow home away up down of for I we you my friend moon smiled Dr. Mr. Paris Santa Claus
- … ’ nobody children's Jack's could will 34 Chapter One
"""
_WORDS = [*_PLAIN.split(), '"Go!"', '"Where are you?"', '"Teddy"', "\n\n"]

_MANY = settings(max_examples=200)
_LEADING = {"and", "but", "so", "yet", "then", "as", "when", "while", "where", "who", "which", "after", "before"}
_KINDS = {*catalogue().people, *catalogue().animals}
_VALUES = {
    "body": catalogue().builds,
    "hair": catalogue().hair,
    "hairstyle": catalogue().hairstyles,
    "skin": catalogue().skins,
    "top": catalogue().tops,
    "bottom": catalogue().bottoms,
    "shoes": catalogue().shoes,
    "hat": catalogue().hats,
    "bag": catalogue().bags,
}
_SLOTS = {
    "body",
    "hair",
    "hairstyle",
    "skin",
    "top",
    "bottom",
    "shoes",
    "hat",
    "scarf",
    "glasses",
    "beard",
    "bag",
    "coat",
}


@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=60).map(" ".join), st.integers(0, 5))
@_MANY
def test_any_heap_of_english_words(text: str, seed: int) -> None:
    _check(text, seed)


@given(st.text(max_size=200))
@_MANY
def test_any_text_at_all(text: str) -> None:
    _check(text, 1)


@given(
    st.lists(
        st.sampled_from(
            ["Mara ran.", "Tom sat in the forest.\r\n\r\n", '"Go!" said the dog.', "# Heading\n\n", "It rained.[3] "]
        ),
        max_size=12,
    )
)
@_MANY
def test_any_order_of_sentences(pieces: list[str]) -> None:
    _check(" ".join(pieces), 2)


def _check(text: str, seed: int) -> None:
    try:
        story = RulesWriter().write(Brief(text=text), seed, Path())
    except DreamgenError as error:
        assert error.message and error.hint
        return
    Story.model_validate(story.model_dump())
    _accounts_for_every_sentence(text, story)
    _asks_only_for_what_can_be_drawn(story)
    for shot in story.shots:
        who = [i for i in shot.present if story.character(i)]
        assert len(who) <= 4
        assert len({(event.who, event.does) for event in shot.events}) == len({event.who for event in shot.events})
        holders = {(event.using, event.who) for event in shot.events if event.using}
        assert len({prop for prop, _ in holders}) == len(holders)
        assert shot.seconds >= 2
        assert all(0 <= event.start < event.end <= shot.seconds for event in shot.events)


def _accounts_for_every_sentence(text: str, story: Story) -> None:
    told = _words(" ".join(shot.description for shot in story.shots))
    noted = [_words(note.what) for note in story.notes]
    for sentence in read(text).sentences:
        wanted = _words(sentence.text)
        assert _holds(told, wanted) or any(_holds(what, wanted) for what in noted), sentence.text


def _words(text: str) -> list[str]:
    """Without the words that a clause loses which becomes a sentence."""
    return [word for word in re.findall(r"\w+", text.lower()) if word not in _LEADING]


def _holds(told: list[str], wanted: list[str]) -> bool:
    """Whether all words are told, in order; a subject may be told again between them."""
    left = iter(told)
    return all(word in left for word in wanted)


def _asks_only_for_what_can_be_drawn(story: Story) -> None:
    assert {character.kind for character in story.cast} <= _KINDS
    assert {trait.slot for character in story.cast for trait in character.traits} <= _SLOTS
    assert {location.set for location in story.locations} <= set(catalogue().sets)
    assert {prop.kind for prop in story.props} <= set(catalogue().props)
    for slot, values in _VALUES.items():
        for character in story.cast:
            trait = character.trait(slot)
            assert trait is None or trait.value in values, (slot, trait)


def test_the_lexicons_name_only_what_can_be_drawn() -> None:
    assert set(table("animals")["shows"]) | set(table("animals")["stands_in"]) <= set(catalogue().animals)
    assert {entry.kind for entry in things().values()} <= set(catalogue().props)
    offered = {"scarf", "glasses", "beard"}.union(*_VALUES.values())
    assert {garment.value for garment in garments().values()} <= offered
    for place in table("places")["place"]:
        assert set(place["shows"].split()) | set(place.get("stands_in", "").split())
        assert all(name.replace("_", " ") in catalogue().sets for name in place["shows"].split())
    beings = table("people")["beings"].values()
    assert {being.partition(";")[0] for being in beings} <= _KINDS
    for costume in [*table("people")["costumes"].values(), *(being.partition(";")[2] for being in beings)]:
        for part in filter(None, (piece.strip() for piece in costume.split(";"))):
            slot, _, value = part.partition("=")
            assert value.partition(":")[0] in _VALUES.get(slot, offered), part


def test_every_irregular_verb_is_known() -> None:
    assert [lemma for lemma in table("verbs")["forms"] if lemma not in verbs()] == []
