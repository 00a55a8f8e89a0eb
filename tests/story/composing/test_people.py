"""The cast of a draft as it is drawn."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from dreamgen.core.colours import confusable
from dreamgen.core.story import Character, Note
from dreamgen.story.composing.people import cast_of
from dreamgen.story.expansion.drafts import PersonDraft


def drawn(*people: PersonDraft, seed: int = 7) -> tuple[tuple[Character, ...], list[Note]]:
    ids = [f"one-{number}" for number in range(len(people))]
    return cast_of(people, ids, {}, seed)


def person(name: str = "Mara", kind: str = "woman", looks: str = "kind eyes", **fields: Any) -> PersonDraft:
    return PersonDraft(name=name, kind=kind, looks=looks, **fields)


def worn(character: Character, slot: str) -> tuple[str, str | None] | None:
    trait = character.trait(slot)
    return None if trait is None else (trait.value, trait.colour)


@pytest.mark.parametrize(
    ("kind", "looks", "shown", "stand_in"),
    [
        ("woman", "tall", "woman", None),
        ("blacksmith", "strong", "man", None),
        ("blacksmith", "a strong woman", "woman", None),
        ("woman", "elderly, with grey hair", "old woman", None),
        ("postwoman", "slim", "woman", None),
        ("puppy", "small", "dog", None),
        ("rabit", "white", "rabbit", None),
        ("dragon", "green scales", "wolf", "dragon"),
        ("robot", "dull steel", "man", "robot"),
        ("axolotl", "a long tail", "dog", "axolotl"),
        ("gryphling", "golden feathers and a beak", "bird", "gryphling"),
    ],
)
def test_what_somebody_is_drawn_as(kind: str, looks: str, shown: str, stand_in: str | None) -> None:
    (one,), notes = drawn(person("Alex", kind, looks))
    assert (one.kind, one.stand_in_for) == (shown, stand_in)
    reasons = {note.reason for note in notes if note.shown_as == shown}
    assert bool(reasons) == (stand_in is not None)


def test_fields_come_before_words_and_words_before_lots() -> None:
    (one,), notes = drawn(
        person(looks="a blue cloak, long black hair, brown boots", top="dress", colour="red", glasses=True)
    )
    assert worn(one, "top") == ("dress", "red")
    assert worn(one, "hair") == ("black", None)
    assert worn(one, "shoes") == ("boots", "brown")
    assert worn(one, "glasses") is not None
    assert one.described == "a blue cloak, long black hair, brown boots"
    assert [note.what for note in notes if note.reason == "looks_disagree"] == ["top: blue coat"]


@pytest.mark.parametrize("seed", range(12))
def test_nobody_gets_a_hat_a_beard_or_glasses_that_the_draft_does_not_tell_of(seed: int) -> None:
    cast, _ = drawn(person(), person("Tom", "man"), person("Ann", "girl"), seed=seed)
    assert all(one.trait(slot) is None for one in cast for slot in ("hat", "beard", "glasses"))


def test_a_role_in_the_name_dresses_somebody() -> None:
    (queen, smith, clara), _ = drawn(
        person("Queen Isolde"), person("the blacksmith", "man"), person("Clara Baker", top="coat")
    )
    assert worn(queen, "hat") == ("crown", "yellow")
    assert (worn(smith, "top") or ("",))[0] == "apron"
    assert (worn(clara, "top") or ("",))[0] == "coat"


def test_two_in_nearly_one_colour_are_told_apart_and_it_is_noted() -> None:
    cast, notes = drawn(
        person(top="coat", colour="red"), person("Ann", "girl", "a girl in a maroon coat", top="coat", colour="crimson")
    )
    first, second = (one.trait("top") for one in cast)
    assert first is not None
    assert second is not None
    assert first.colour == "red"
    assert second.colour is not None
    assert not confusable(first.colour, second.colour)
    assert cast[1].described == f"a girl in a {second.colour} coat"
    (note,) = [note for note in notes if note.reason == "colour_taken"]
    assert (note.where, note.what, note.shown_as) == ("one-1", "crimson coat", f"{second.colour} coat")


def test_twelve_in_red_differ_in_something() -> None:
    cast, _ = drawn(*(person(f"P{n}", "man", top="coat", colour="red") for n in range(12)))
    looks = [frozenset((trait.slot, trait.value, trait.colour) for trait in one.traits) for one in cast]
    assert all(one != other for one, other in combinations(looks, 2))
    tops = {trait.colour for one in cast for trait in one.traits if trait.slot == "top"}
    assert len(tops) >= 6


def test_an_animal_has_its_coat_and_wears_nothing() -> None:
    (rex,), notes = drawn(person("Rex", "dog", "spotted", colour="black", hat="cap", glasses=True))
    assert [(trait.slot, trait.value, trait.colour) for trait in rex.traits] == [("coat", "spotted", "black")]
    assert [note.what for note in notes] == ["cap; glasses"]


def test_a_likeness_stays_only_where_it_was_given() -> None:
    cast, _ = drawn(person(likeness="Greta Garbo"), person("Tom", "man"))
    assert [one.likeness for one in cast] == ["Greta Garbo", ""]


def test_free_words_in_the_fields_are_understood_or_noted() -> None:
    (one,), notes = drawn(person(top="tabard", hair="auburn", hairstyle="braids", hat="wide-brimmed hat", looks="-"))
    assert worn(one, "hair") == ("red", None)
    assert worn(one, "hairstyle") == ("ponytail", None)
    assert (worn(one, "hat") or ("",))[0] == "hat"
    assert [note.what for note in notes] == ["tabard"]


def test_who_has_most_to_do_is_a_main_character() -> None:
    people = [person(), person("Tom", "man"), person("Rex", "dog")]
    cast, _ = cast_of(people, ["mara", "tom", "rex"], {"tom": 9, "rex": 5, "mara": 1}, 7)
    assert [one.role for one in cast] == ["supporting", "main", "main"]
