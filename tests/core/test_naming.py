from __future__ import annotations

import pytest

from dreamgen.core.naming import likeness_in, look_of, unnamed
from dreamgen.core.story import Character, Trait
from dreamgen.core.vocabulary import Colour


def one(name: str, kind: str, colour: Colour, slot: str = "top", value: str = "coat", **more: str) -> Character:
    worn = Trait(slot=slot, value=value, colour=colour)
    return Character(id=name.lower().replace(" ", "-").replace("'", ""), name=name, kind=kind, traits=(worn,), **more)


CAST = (
    one("Darius", "man", "brown"),
    one("Baron Rigby", "man", "green", value="jacket", described="a man looks like Sean Bean in dark green"),
    one("Eleanor", "woman", "blue", value="dress"),
    one("Rose", "girl", "red", value="dress"),
    one("White Rabbit", "rabbit", "white", slot="coat", value="plain"),
    one("the keeper", "old man", "grey"),
    one("Jack's mother", "old woman", "purple"),
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Darius is standing.", "A man in a brown coat is standing."),
        ("Eleanor's face. Darius' sword.", "A woman's face. A man's sword."),
        ("It is Rigby\u2019s.", "It is a man's."),
        ("Rigby nods to Baron Rigby.", "A man in a green jacket nods to the man."),
        (
            "Rigby and Darius. Darius waits.",
            "A man in a green jacket and a man in a brown coat. The man in a brown coat waits.",
        ),
        ("The young Darius and Dr. Rigby", "The young man in a brown coat and a man in a green jacket"),
        ("He gives Rose a rose. Roses grow.", "He gives a girl in a red dress a rose. Roses grow."),
        ("Rose petals fall.", "Rose petals fall."),
        ("The White Rabbit and a white rabbit", "The white rabbit and a white rabbit"),
        ("A king waits for the keeper.", "A king waits for the keeper."),
        ("Sean Bean waits.", "A man in a green jacket waits."),
        ("A guard who looks like Tom Hardy waits.", "A guard waits."),
        ("A guard looks like Tom Hardy in grey.", "A guard in grey."),
        ("It looks like Christmas.", "It looks like Christmas."),
        ("Dariusville", "Dariusville"),
    ],
)  # fmt: skip
def test_looks_stand_for_names(text: str, told: str) -> None:
    assert unnamed(text, CAST) == told


def test_company_tells_a_name_from_a_word_at_the_start_of_a_sentence() -> None:
    assert unnamed("Rose waits.", CAST, {"rose"}) == "A girl in a red dress waits."


def test_a_likeness_is_told_where_it_was_allowed() -> None:
    like = one("Ann", "woman", "red", likeness="Jane Doe", described="a woman looks like Jane Doe in red")
    assert unnamed("Ann waits.", [like]) == "A woman who looks like Jane Doe in a red coat waits."
    assert look_of(like) == "a woman who looks like Jane Doe in a red coat"


def test_the_real_person_in_somebodys_looks_is_found() -> None:
    assert likeness_in("a man looks like Gerard Butler in brown") == "Gerard Butler"
    assert likeness_in("a man who looks like Benicio del Toro") == "Benicio del Toro"
    assert likeness_in("a man in brown") == ""


def test_a_name_of_nobody_in_the_cast_is_somebody() -> None:
    assert unnamed("He is looking at Rowan who is leaving the Shop.", ()) == (
        "He is looking at somebody who is leaving the Shop."
    )
