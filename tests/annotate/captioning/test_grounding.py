from __future__ import annotations

import pytest

from dreamgen.annotate.captioning.grounding import Grounds

LOOKS = (
    "A man in a red shirt stands in a kitchen. He is cutting a carrot with a knife.",
    "Two glasses are on the left of the table. A sign says “Fresh food”.",
)
NOTES = ("Cooking with a santoku and Marie", "juggling flaming torches on a beach", "Hello and welcome")
GROUNDS = Grounds(LOOKS, NOTES)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("A man in a blue shirt stands in a kitchen.", "adds_colour"),
        ("A woman in a red shirt stands in a kitchen.", "adds_detail"),
        ("Glasses are on the right of the table.", "adds_detail"),
        ("The man in the red shirt cuts three carrots.", "adds_number"),
        ("The man in the red shirt cuts a carrot in Paris.", "adds_name"),
        ("Bob stands in a kitchen, and a man in a red shirt cuts a carrot with a knife.", "adds_name"),
        ("A sign says “Closed today”.", "adds_quotation"),
        ("An elephant paints murals beside the man.", "not_in_sources"),
        ("A juggler juggles flaming torches on a beach.", "only_in_notes"),
    ],
)
def test_P9_what_nobody_else_says_is_found(sentence: str, reason: str) -> None:
    fault = GROUNDS.fault(sentence)
    assert fault is not None and fault.reason == reason


@pytest.mark.parametrize(
    "sentence",
    [
        "A man in a red shirt stands in a kitchen.",
        "The man in the red shirt cuts a carrot with a santoku knife.",
        "The man in the red shirt is Marie's kitchen man.",
        "This takes place in a kitchen, where the man cuts a carrot.",
        "2 glasses stand on the left of a table.",
        "Nearby, a man in a red shirt cuts a carrot with a knife.",
        "Marie stands in a kitchen in a red shirt.",
        "A sign reads “Fresh food”.",
        "The man says “Hello and welcome” and cuts a carrot.",
    ],
)
def test_other_forms_of_the_same_words_and_what_notes_name_are_well(sentence: str) -> None:
    assert GROUNDS.fault(sentence) is None


def test_how_much_may_be_new_is_an_option() -> None:
    sentence = "A man in a red shirt stands in a spotless kitchen."
    assert Grounds(LOOKS, slack=0.2).fault(sentence) is None
    fault = Grounds(LOOKS, slack=0.0).fault(sentence)
    assert fault is not None and "spotless" in fault.detail


def test_a_number_or_colour_that_only_a_title_tells_was_seen_by_nobody() -> None:
    grounds = Grounds(LOOKS, ("Seven blue shirts",))
    for sentence, reason in (
        ("Seven glasses are on the table.", "adds_number"),
        ("A blue shirt is on the man.", "adds_colour"),
    ):
        fault = grounds.fault(sentence)
        assert fault is not None and fault.reason == reason
