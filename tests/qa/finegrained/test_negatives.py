"""P11: a wrong answer changes one detail of the right one, and no fact makes it right."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.question_types import QuestionType
from dreamgen.qa.drafting.facts import Facts, facts_of
from dreamgen.qa.finegrained.checks import negative_fault
from dreamgen.qa.finegrained.details import details
from dreamgen.qa.finegrained.drafts import DraftFollowUp
from dreamgen.qa.finegrained.negatives import Negative, from_claims
from dreamgen.qa.finegrained.pairs import binary_pairs, open_pair
from dreamgen.qa.finegrained.questions import grounds_of
from dreamgen.verify.screeners.balance import BalanceScreener
from dreamgen.verify.screeners.duplicates import DuplicatesScreener

World = tuple[Claim, ...]

ASKED: tuple[tuple[QuestionType, str, str, str], ...] = (
    ("Object Attributes", "red coat", "What colour is the coat that the woman has on?", "The woman wears a red coat."),
    ("Action Recognition", "boy is waving.", "What is the boy doing in the first seconds?", "The boy is waving."),
    ("Counting", "Exactly two people", "How many people can be seen at first?", "Exactly two people can be seen."),
    ("Movement Direction", "dog moves", "Which way does the dog move?", "The dog moves to the left."),
    ("Other", "weather is snowy", "How is the weather in the first seconds?", "The weather is snowy."),
    ("Spatial Relations", "to the left of", "On which side of the boy is the woman?", "She is to the left of the boy."),
)


@pytest.fixture
def facts(clip: Clip, small_world: World) -> Facts:
    return facts_of(clip, small_world, 80)


def asked(facts: Facts, row: tuple[QuestionType, str, str, str]) -> DraftFollowUp:
    kind, fact, question, answer = row
    number = next(one.number for one in facts.facts if fact in one.text)
    return DraftFollowUp(facts=(number,), type=kind, question=question, answer=answer)


@pytest.mark.parametrize("row", ASKED, ids=[row[0] for row in ASKED])
def test_P11_claims_give_wrong_answers_with_one_detail_changed(
    facts: Facts, small_world: World, row: tuple[QuestionType, str, str, str]
) -> None:
    draft = asked(facts, row)
    found = list(from_claims(draft, facts, small_world, grounds_of(facts), 7))
    assert found
    for negative in found:
        (change,) = details(draft.answer, negative.text)
        assert change.was and change.now and abs(len(change.was) - len(change.now)) <= 1, negative
        assert negative.source in ("clip", "table") or negative.source.startswith("twin of c")


def test_P11_what_is_so_of_somebody_else_comes_first(facts: Facts, small_world: World) -> None:
    draft = asked(facts, ASKED[0])
    found = [one.text for one in from_claims(draft, facts, small_world, grounds_of(facts), 7)]
    # the boy's hoodie and trousers, the dog, her own hair; some would call what is beige pink, and what is red too
    assert set(found[:4]) == {f"The woman wears a {colour} coat." for colour in ("yellow", "blue", "white", "black")}


def test_P11_what_a_fact_says_of_the_same_moment_is_no_wrong_answer(facts: Facts, small_world: World) -> None:
    draft = asked(facts, ("Action Recognition", "woman is walking", "What does the woman do?", "The woman is walking."))
    fault = negative_fault(draft, "The woman is sitting.", grounds_of(facts))
    assert fault is not None and fault.reason == "two_right_answers"
    when = draft.model_copy(update={"question": "What does the woman do in the first seconds?"})
    assert negative_fault(when, "The woman is sitting.", grounds_of(facts)) is None


@pytest.mark.parametrize(
    ("negative", "reason"),
    [
        ("The woman wears a red coat.", "no_detail_changed"),
        ("The boy wears a green coat.", "several_details_changed"),
        ("The woman wears a green hat.", "several_details_changed"),
        ("The woman wears a long red coat.", "wrong_form"),
        ("The woman wears an green coat.", "wrong_form"),
        ("The boy wears a red coat.", "not_what_is_asked"),
        ("The woman wears a beige straw hat.", "several_details_changed"),
        ("The woman wears a crimson coat.", "too_like"),
        ("The woman sells a red coat.", None),
    ],
)
def test_P11_a_wrong_answer_with_a_fault_is_not_taken(facts: Facts, negative: str, reason: str | None) -> None:
    fault = negative_fault(asked(facts, ASKED[0]), negative, grounds_of(facts))
    assert (fault and fault.reason) == reason


def test_P11_the_right_answer_is_as_often_first_as_second(facts: Facts, clip: Clip) -> None:
    pair = open_pair("q", asked(facts, ASKED[0]), clip, facts, "f" * 32, 0.5)
    wrong = [Negative(f"The woman wears a {colour} coat.", "model") for colour in ("blue", "green", "teal", "navy")]
    rows = list(binary_pairs(pair, wrong, 7))
    assert sorted(row.answer_index or 0 for row in rows) == [0, 0, 1, 1]
    assert {row.question for row in rows} == {"q"} and len({row.id for row in rows}) == 4


def test_rows_of_one_question_are_no_duplicates_and_no_habit(facts: Facts, clip: Clip) -> None:
    pair = open_pair("q", asked(facts, ASKED[0]), clip, facts, "f" * 32, 0.5)
    wrong = [Negative(f"The woman wears a {colour} coat.", "model") for colour in ("blue", "green", "teal", "navy")]
    rows: list[InstructionPair] = [pair, *binary_pairs(pair, wrong, 7)]
    for screener in (DuplicatesScreener(), BalanceScreener(always=1)):
        assert list(screener.screen(rows, {}, Path())) == []


def test_what_is_false_at_the_time_that_is_asked_about_may_be_true_at_another(facts: Facts, small_world: World) -> None:
    row: tuple[QuestionType, str, str, str]
    row = ("Spatial Relations", "to the left of", "Where is she, seen from the boy, at first?", "To the left of him.")
    known = grounds_of(facts)
    assert "To the right of him." in [one.text for one in from_claims(asked(facts, row), facts, small_world, known, 7)]


def test_a_number_word_goes_with_its_noun(facts: Facts, small_world: World) -> None:
    row: tuple[QuestionType, str, str, str]
    row = ("Counting", "Exactly one person", "How many people are there at the end?", "Exactly one person can be seen.")
    texts = [one.text for one in from_claims(asked(facts, row), facts, small_world, grounds_of(facts), 7)]
    assert "Exactly two people can be seen." in texts and not any("person" in text for text in texts)
