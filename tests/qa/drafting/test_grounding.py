from __future__ import annotations

from typing import Any

import pytest

from dreamgen.qa.drafting.grounding import Grounds, fault_of
from dreamgen.qa.drafting.sheets import DraftPair

GROUNDS = Grounds(
    {
        "F1": "Between 0:00.0 and 0:04.0: The boy is waving.",
        "F2": "Between 0:04.0 and 0:08.0: The boy is sitting.",
        "F3": "In the whole video: The woman wears a red coat.",
        "F4": "Between 0:00.0 and 0:04.0: The woman moves to the right over the ground.",
        "F5": "In the whole video: The light is that of night.",
        "F6": "Between 0:04.0 and 0:08.0: Exactly two people can be seen.",
        "F7": "In the whole video: The boy wears a green hoodie.",
    },
    names=("Tom",),
)


def draft(question: str, answer: str, facts: tuple[str, ...] = ("F1",), **more: Any) -> DraftPair:
    return DraftPair(
        facts=facts, task="action", form=more.pop("form", "open"), question=question, answer=answer, **more
    )


def reason(pair: DraftPair, *earlier: DraftPair) -> str | None:
    fault = fault_of(pair, GROUNDS, earlier)
    return fault.reason if fault else None


@pytest.mark.parametrize(
    "pair",
    [
        draft("What is the boy doing at first?", "He is waving."),
        draft("What does the boy do after he has waved?", "He sits from 0:04 on.", ("F1", "F2")),
        draft("Which way does the woman in the red coat go?", "To the right.", ("F3", "F4")),
        draft("Is the boy waving at the start?", "Yes", form="yes_no"),
        draft("Does the woman wear a blue coat?", "No.", ("F3",), form="yes_no"),
        draft("What is the boy doing?", "Waving", wrong=("Dancing", "Kneeling", "Lying down"), form="choice"),
        draft("Tom is the boy. What does Tom do?", "He waves."),
    ],
)
def test_what_follows_from_the_facts_is_taken(pair: DraftPair) -> None:
    assert fault_of(pair, GROUNDS) is None


@pytest.mark.parametrize(
    ("pair", "why"),
    [
        (draft("What is the boy doing?", "He is waving.", ("F9",)), "names_no_claim"),
        (draft("What is the boy doing?", "He is dancing."), "contradicts_claims"),
        (draft("What does the woman wear?", "A blue coat.", ("F3",)), "contradicts_claims"),
        (draft("What does the boy wear?", "A red coat.", ("F7",)), "contradicts_claims"),
        (draft("What is the boy doing?", "He is waving in a forest."), "not_in_claims"),
        (draft("When does the boy wave?", "From 0:02 to 0:06."), "not_in_claims"),
        (draft("What does the woman in the blue coat do?", "She is waving."), "asks_of_what_is_not_there"),
        (draft("What does the dog do?", "It is waving."), "asks_of_what_is_not_there"),
        (draft("Is the boy dancing?", "Yes", form="yes_no"), "contradicts_claims"),
        (draft("Is the boy waving?", "No", form="yes_no"), "contradicts_claims"),
        (draft("Is the boy waving?", "Maybe", form="yes_no"), "wrong_form"),
        (draft("Is this a good film?", "Yes", form="yes_no"), "not_checkable"),
        (draft("What is the boy doing?", "Waving", wrong=("Waving", "Dancing"), form="choice"), "wrong_form"),
        (draft("What is the boy doing?", "Waving", form="choice"), "wrong_form"),
        (draft("What is the boy doing?", "Waving", wrong=("Dancing",)), "wrong_form"),
        (draft("What is the boy doing?", "Waving", wrong=("Dancing", "Very well"), form="choice"), "not_checkable"),
        (draft("What is he doing?", "Waving", ("F1", "F2"), wrong=("Sitting", "Dancing"), form="choice"),
         "two_right_answers"),
        (draft("What does Tom do at first?", "He waves."), "speaks_by_name"),
        (draft("By fact F1, what does the boy do?", "He waves."), "speaks_of_the_list"),
        (draft("Tell what the boy does!", "He waves."), "wrong_form"),
    ],
)  # fmt: skip
def test_what_does_not_is_dropped_with_the_reason(pair: DraftPair, why: str) -> None:
    assert reason(pair) == why


def test_a_question_that_was_asked_before_is_not_asked_again() -> None:
    first = draft("What is the boy doing at first?", "He is waving.")
    assert reason(draft("What is the boy doing first?", "He waves."), first) == "near_duplicate"


def test_the_fault_says_in_words_what_is_wrong() -> None:
    fault = fault_of(draft("What does the woman wear?", "A blue coat.", ("F3",)), GROUNDS)
    assert fault is not None
    assert "blue coat" in fault.words
