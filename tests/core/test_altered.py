"""One word of a text changed: what comes of it is false, reads as well, and is not so of somebody else."""

from __future__ import annotations

import pytest

from dreamgen.core.altered import adds, altered, exchangeable, known_of
from dreamgen.core.claims import Attribute, Claim, Description, Presence, Tint


def test_a_word_is_changed_for_others_of_its_sort() -> None:
    assert list(altered("Two dogs rest outdoors.")) == [
        "Three dogs rest outdoors.", "Four dogs rest outdoors.", "Five dogs rest outdoors.", "Two dogs rest indoors."
    ]  # fmt: skip


def test_an_article_agrees_with_the_new_word() -> None:
    told = list(altered("She wears an orange coat."))
    assert "She wears a green coat." in told and "She wears an olive coat." in told
    assert not any("an g" in text or "a o" in text for text in told)


@pytest.mark.parametrize(
    "text",
    [
        "The bus left the room.", "Somebody peels an orange.", "One hand is on the table.", "No one is there.",
        "A car is parked before a building.", "It first turns.", "A two-year-old plays.", "It is right behind the car.",
        "A person of three year old.",
    ],
)  # fmt: skip
def test_a_word_that_means_something_else_is_left_alone(text: str) -> None:
    words = ("right", "left", "blue", "two hand", "after", "last", "young")
    assert not [other for other in altered(text) for word in words if word in other and word not in text]


def test_a_pronoun_would_tell_who_was_changed() -> None:
    assert list(altered("A man raises his hand.")) == []
    assert list(altered("A man raises a hand.")) == ["A woman raises a hand."]


def test_sides_are_changed_where_they_are_sides() -> None:
    assert list(altered("A car turns to the left.")) == ["A car turns to the right."]
    assert list(altered("A lamp is left of the bed.")) == ["A lamp is right of the bed."]


@pytest.mark.parametrize("known", ["Two women sit there.", "A woman sits."])
def test_what_stands_elsewhere_in_any_form_is_not_put_in(known: str) -> None:
    assert "A woman waits." not in list(altered("A man waits.", known))
    assert "A man sits." not in list(altered("A man walks.", known))


def test_what_claims_say_of_looks_is_known_too() -> None:
    span = {"start": 0.0, "end": 2.0}
    claims: list[Claim] = [
        Presence(entity="w", what="woman", category="person", **span),
        Attribute(entity="w", slot="top", value="coat", colour="blue", **span),
        Tint(colour="green", **span),
        Description(text="A horse grazes.", **span),
    ]
    told = list(altered("A man in a red shirt walks a dog.", known_of(claims)))
    assert told and not [text for text in told for word in ("woman", "blue", "green", "horse") if word in text]


def test_a_text_adds_what_others_say_in_another_form() -> None:
    assert adds("A man walks.", "A man runs.", "Two dogs are running.")
    assert not adds("A man walks.", "A man runs.", "Two dogs are walking.")


def test_words_with_an_opposite_are_exchangeable() -> None:
    assert exchangeable("Left") and exchangeable("red") and not exchangeable("carrot")
