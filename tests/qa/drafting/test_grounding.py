from __future__ import annotations

from typing import Any

import pytest

from dreamgen.qa.drafting.grounding import Grounds, fault_of, says_when
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


WIDER = Grounds(
    {
        **GROUNDS.facts,
        "F8": "Between 0:04.0 and 0:08.0: The woman says “It is raining, come home”, as a caption shows.",
        "F9": "Between 0:00.0 and 0:04.0: The boy looks happy.",
        "F10": "Between 0:00.0 and 0:04.0: The woman is walking.",
        "F11": "Between 0:00.0 and 0:04.0: Exactly one animal can be seen.",
    },
    names=("Tom",),
)


@pytest.mark.parametrize(
    ("pair", "why"),
    [
        (draft("How many people are there at the end?", "There are 3 people.", ("F6",)), "contradicts_claims"),
        (draft("How many people are there at the end?", "One person.", ("F6",)), "contradicts_claims"),
        (draft("How many people are there at the end?", "Nobody.", ("F6",)), "contradicts_claims"),
        (draft("What is the boy doing at first?", "He is not waving."), "says_what_is_not"),
        (draft("Is the boy not waving at first?", "Yes", form="yes_no"), "says_what_is_not"),
        (draft("Is the boy waving at the end?", "Yes, he is.", ("F2",)), "wrong_form"),
        (draft("Is the woman's coat red or green?", "It is green.", ("F3",)), "contradicts_claims"),
        (draft("What is the weather like?", "It is raining.", ("F8",)), "not_in_claims"),
        (draft("What does the woman say?", "She says “Good morning”.", ("F8",)), "not_in_claims"),
        (draft("What is the boy doing at first?", "Tom is waving."), "speaks_by_name"),
        (draft("What is the woman doing at first?", "She is waving."), "contradicts_claims"),
        (draft("Is the woman waving?", "Yes", ("F1", "F4"), form="yes_no"), "contradicts_claims"),
        (draft("Is the boy sad at first?", "No", form="yes_no"), "not_in_claims"),
        (draft("Is there a dog in the video?", "No", form="yes_no"), "not_in_claims"),
        (draft("Is the boy's hat red?", "No", ("F7",), form="yes_no"), "not_in_claims"),
        (draft("What does the boy do?", "Waving", wrong=("Sitting", "Dancing"), form="choice"), "two_right_answers"),
        (draft("What is the mood at first?", "It is wonderful."), "not_checkable"),
        (draft("When does the boy sit down?", "After 12 seconds.", ("F2",)), "not_in_claims"),
        (draft("What does the boy do?", "Waving", wrong=("Dancing.", "Dancing"), form="choice"), "wrong_form"),
    ],
)  # fmt: skip
def test_what_only_looks_borne_out_is_dropped(pair: DraftPair, why: str) -> None:
    fault = fault_of(pair, WIDER)
    assert fault is not None and fault.reason == why


@pytest.mark.parametrize(
    "pair",
    [
        draft("How many people are there at the end?", "2", ("F6",)),
        draft("How many animals can be seen at first?", "One animal can be seen.", ("F11",)),
        draft("Is the woman waving at first?", "No", ("F10",), form="yes_no"),
        draft("Is the boy sad at first?", "No", ("F9",), form="yes_no"),
        draft("Who waves at first?", "The boy in the green hoodie.", ("F1", "F7")),
        draft("Who sits at the end, the boy or the woman?", "The boy sits.", ("F2",)),
        draft("What does the woman say?", "“It is raining, come home.”", ("F8",)),
        draft("What does the woman say?", "It is raining, come home.", ("F8",)),
        draft("What does the boy do at first?", "Waving", wrong=("Sitting", "Dancing"), form="choice"),
        draft("What time of day is it?", "Night", ("F5",), wrong=("Daytime", "Sunset"), form="choice"),
        draft("When does the boy sit down?", "At 4 seconds.", ("F2",)),
    ],
)
def test_what_is_borne_out_in_other_ways_is_taken(pair: DraftPair) -> None:
    assert fault_of(pair, WIDER) is None


@pytest.mark.parametrize(
    "question",
    [
        "What does the man next to the dog do?", "What is the second man doing?", "What does the man with the 7 do?",
        "Who stands between the dog and the cat?", "What does the first woman do?",
    ],
)  # fmt: skip
def test_whom_and_where_are_no_times(question: str) -> None:
    assert not says_when(question)


@pytest.mark.parametrize(
    "question",
    [
        "What does he do next?", "What does the man do at first?", "What does she do in the first seconds?",
        "What happens between 0:01 and 0:04?", "What does he do after 2.5 seconds?", "What is in the second shot?",
        "What happens between the start and the jump?", "What does the man do last?", "What is so at 3 s?",
    ],
)  # fmt: skip
def test_a_question_can_say_when(question: str) -> None:
    assert says_when(question)
