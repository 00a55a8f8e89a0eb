from __future__ import annotations

import pytest

from dreamgen.qa.drafting.fives import DraftFive, fault_of_five
from dreamgen.qa.drafting.grounding import Grounds

GROUNDS = Grounds(
    {
        "F1": "In the whole video: A man in a red shirt stands in a kitchen.",
        "F2": "Between 0:01.0 and 0:04.0: The man in the red shirt cuts a carrot with a knife.",
        "F3": "Between 0:05.0 and 0:09.0: The man in the red shirt pours water into a pot.",
    }
)
GOOD = DraftFive(
    facts=("F2",), task="action", question="What does the man in the red shirt cut at first?", answer="A carrot",
    wrong=("An onion", "A potato", "A pepper", "A leek"),
)  # fmt: skip


def changed(**fields: object) -> DraftFive:
    return GOOD.model_copy(update=fields)


def test_a_good_question_has_no_fault() -> None:
    assert fault_of_five(GOOD, GROUNDS) is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"facts": ("F9",)}, "names_no_claim"),
        ({"wrong": GOOD.wrong[:3]}, "wrong_form"),
        ({"wrong": (*GOOD.wrong[:3], "a Carrot.")}, "wrong_form"),
        ({"wrong": (*GOOD.wrong[:3], "None of the above")}, "speaks_of_options"),
        ({"wrong": (*GOOD.wrong[:3], "Both of them")}, "speaks_of_options"),
        ({"question": "What does F2 say that the man cuts?"}, "speaks_of_the_list"),
        ({"question": "What does the man in the blue shirt cut?"}, "asks_of_what_is_not_there"),
        ({"answer": "A turnip"}, "not_checkable"),
        ({"answer": "A red turnip"}, "not_in_claims"),
        ({"facts": ("F1",)}, "not_checkable"),
        ({"wrong": (*GOOD.wrong[:3], "With a knife")}, "two_right_answers"),
        ({"wrong": (*GOOD.wrong[:3], "A vegetable")}, "two_right_answers"),
        ({"wrong": (*GOOD.wrong[:3], "Some very long thing that nobody would ever believe")}, "unlike_lengths"),
    ],
)
def test_P9_what_is_wrong_with_five_options_is_told(fields: dict[str, object], reason: str) -> None:
    fault = fault_of_five(changed(**fields), GROUNDS)
    assert fault is not None and fault.reason == reason


def test_what_happens_at_another_time_is_wrong_only_where_the_question_says_when() -> None:
    pots = ("Washes a plate", "Opens a drawer", "Lifts a spoon", "Pours water into a pot")
    at_first = changed(question="What does the man in the red shirt do at first?", answer="Cuts a carrot", wrong=pots)
    assert fault_of_five(at_first, GROUNDS) is None
    any_time = at_first.model_copy(update={"question": "What does the man in the red shirt do?"})
    fault = fault_of_five(any_time, GROUNDS)
    assert fault is not None and fault.reason == "two_right_answers"


def test_the_answer_is_the_longest_option_in_half_of_the_questions_at_most() -> None:
    long = changed(answer="Cuts a carrot", question="What does the man in the red shirt do at first?")
    long = long.model_copy(update={"wrong": ("Cuts apples", "Eats a nut", "Eats soup", "Fries meat")})
    other = changed(question="In which room does the man in the red shirt stand?", answer="Kitchen")
    assert fault_of_five(long, GROUNDS, [other]) is None
    fault = fault_of_five(long, GROUNDS, [other.model_copy(update={"answer": "In a large and old kitchen"})])
    assert fault is not None and fault.reason == "answer_is_longest"


def test_the_same_is_not_asked_twice() -> None:
    fault = fault_of_five(GOOD, GROUNDS, [GOOD])
    assert fault is not None and fault.reason == "near_duplicate"
