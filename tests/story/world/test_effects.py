"""Verbs change the state, however a model spells them."""

from __future__ import annotations

import pytest

from dreamgen.story.offers import offers
from dreamgen.story.world.effects import effect_of, hands_over


@pytest.mark.parametrize(
    ("verb", "effect"),
    [
        ("take", "take"), ("picks up", "take"), ("pick_up", "take"), ("grabbed", "take"), ("hands over", "give"),
        ("gives", "give"), ("puts down", "put"), ("dropping", "put"), ("carries", "hold"), ("Enters", "enter"),
        ("came in", "enter"), ("ran away", "leave"), ("departs", "leave"), ("dies", "die"), ("is killed", "die"),
        ("falls dead", "die"), ("slays", "kill"), ("slept", "sleep"), ("woke up", "wake"), ("walk", "none"),
        ("take off", "take"), ("take care", "none"), ("zorble", "none"), ("", "none"),
    ],
)  # fmt: skip
def test_a_verb_has_its_effect_in_every_form(verb: str, effect: str) -> None:
    assert effect_of(verb) == effect


def test_throwing_to_somebody_hands_over() -> None:
    assert hands_over("throws") and hands_over("give") and not hands_over("drop")


def test_verbs_of_taking_giving_and_going_that_are_offered_have_an_effect() -> None:
    none = [verb for verb in (*offers().handing, *offers().coming) if effect_of(verb) == "none"]
    assert set(none) <= {"follow", "lead", "show", "find"}
