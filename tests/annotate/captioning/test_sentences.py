from __future__ import annotations

import pytest

from dreamgen.annotate.captioning.sentences import leans, sentences, units


def test_a_text_is_split_at_the_ends_of_its_sentences() -> None:
    text = "A man sits. Is it day? Yes! Dr. Hill waves at 3.5 seconds. 2 dogs run."
    assert sentences(text) == ("A man sits.", "Is it day?", "Yes!", "Dr. Hill waves at 3.5 seconds.", "2 dogs run.")


def test_initials_end_no_sentence() -> None:
    text = "A man in a U.S. Army shirt sits. J. Hill waves. Two dogs run."
    assert sentences(text) == ("A man in a U.S. Army shirt sits.", "J. Hill waves.", "Two dogs run.")


def test_marks_of_a_layout_are_no_words() -> None:
    text = "**Setting**\n- A kitchen.\n- A man cuts a carrot.\n1. He smiles."
    assert sentences(text) == ("Setting A kitchen.", "A man cuts a carrot.", "He smiles.")


@pytest.mark.parametrize(
    "text",
    [
        "He sits down.",
        "Then she waves.",
        "In the next shot, he waves.",
        "At the end, his dog runs.",
        "And finally, they leave.",
        "This is a cup.",
        "The second one waves.",
    ],
)
def test_a_sentence_can_lean_on_the_one_before(text: str) -> None:
    assert leans(text)


@pytest.mark.parametrize(
    "text",
    [
        "The man sits down.",
        "It is raining.",
        "The man lifts his hat.",
        "A dog and the girl run to their house.",
        "A cup stands on it.",
        "Heaps of sand lie.",
    ],
)
def test_a_sentence_can_stand_by_itself(text: str) -> None:
    assert not leans(text)


def test_what_leans_on_a_sentence_is_judged_together_with_it() -> None:
    text = "A man sits. He waves. Then he leaves. A dog runs."
    assert units(text) == ("A man sits. He waves. Then he leaves.", "A dog runs.")


def test_a_text_without_words_has_no_part() -> None:
    assert units(" ... !") == ()
