"""What is held against a fine-grained question, fact by fact."""

from __future__ import annotations

import pytest

from dreamgen.core.question_types import QuestionType
from dreamgen.qa.drafting.grounding import Grounds
from dreamgen.qa.finegrained.checks import negative_fault, question_fault
from dreamgen.qa.finegrained.drafts import DraftFollowUp

FACTS = {
    "F1": "Between 0:00.0 and 0:04.0: The man cuts an onion with a long knife.",
    "F2": "Between 0:04.0 and 0:08.0: The man puts the onion into a blue bowl.",
    "F3": "Between 0:00.0 and 0:04.0: Exactly one person can be seen.",
}


def reason(question: str, answer: str, *facts: str, kind: QuestionType = "Object Recognition") -> str:
    draft = DraftFollowUp(facts=facts or ("F1",), type=kind, question=question, answer=answer)
    fault = question_fault(draft, Grounds(FACTS), (FIRST,))
    return fault.reason if fault else ""


FIRST = DraftFollowUp(
    facts=("F1",),
    type="Object Recognition",
    question="What does the man cut between 0:00 and 0:04?",
    answer="An onion.",
)


def test_an_answer_in_the_words_of_its_facts_is_taken() -> None:
    assert reason("With which tool is the onion cut at first?", "He is cutting it with a long knife.") == ""


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("He is cutting it with a long sword.", "not_in_claims"),
        ("He is cutting it in a blue bowl.", "not_in_claims"),
        ("A spatula.", "not_checkable"),
    ],
)
def test_an_answer_that_says_more_is_not(answer: str, fault: str) -> None:
    assert reason("With which tool is the onion cut at first?", answer) == fault


def test_a_question_that_says_its_answer_needs_no_video() -> None:
    assert reason("What is the long knife that cuts the onion?", "A long knife.") == "gives_itself_away"
    assert reason("Is it a long knife or a short one that cuts the onion?", "It is a long knife.", kind="Other") != (
        "gives_itself_away"
    )


def test_one_word_that_can_be_checked_does_not_carry_the_rest() -> None:
    asks = "Into what does the man put the onion?"
    assert reason(asks, "He puts the onion into a blue bowl.", "F2", kind="Object Location") == ""
    assert reason(asks, "He throws the onion into a blue bucket.", "F2", kind="Object Location") == "not_in_claims"


def test_a_question_about_another_time_is_another_question() -> None:
    assert reason("What does the man cut between 0:00 and 0:04?", "He cuts an onion.") == "near_duplicate"
    assert reason("What does the man put between 0:04 and 0:08?", "He puts the onion.", "F2") == ""


def test_facts_that_are_not_there_are_named_in_vain() -> None:
    assert reason("With which tool is the onion cut at first?", "A long knife.", "F9") == "names_no_claim"


@pytest.mark.parametrize(
    ("negative", "fault"),
    [
        ("He is cutting it with a long tool.", "too_like"),
        ("He is peeling it with a long knife.", ""),
        ("He is cutting it with a long fork.", ""),
    ],
)
def test_what_the_right_thing_may_be_called_too_is_no_wrong_answer(negative: str, fault: str) -> None:
    asks, answer = "How does the man prepare the onion at first?", "He is cutting it with a long knife."
    draft = DraftFollowUp(facts=("F1",), type="Action Recognition", question=asks, answer=answer)
    found = negative_fault(draft, negative, Grounds(FACTS))
    assert (found.reason if found else "") == fault


def test_what_the_question_says_in_another_form_can_not_be_the_wrong_detail() -> None:
    answer = "The man cuts an onion."
    draft = FIRST.model_copy(update={"answer": answer})
    found = negative_fault(draft, "The man peels an onion.", Grounds(FACTS))
    assert found is not None and found.reason == "not_what_is_asked"
