from __future__ import annotations

from collections import Counter
from pathlib import Path

from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.verify.screeners.answers import short_answer
from dreamgen.verify.screeners.balance import BalanceScreener
from dreamgen.verify.screeners.duplicates import DuplicatesScreener


def pair(name: str, question: str, answer: str, **changes: object) -> InstructionPair:
    plain = InstructionPair(
        id=name,
        clip="scene-01",
        task="attribute",
        form="open",
        turns=(Turn(role="human", text=question), Turn(role="assistant", text=answer)),
        claims=("c1",),
        program=Program(name="colour_of", arguments=(("claim", name),)),
    )
    return plain.model_copy(update=changes)


def yes_no(name: str, answer: str, **changes: object) -> InstructionPair:
    return pair(name, f"Is {name} red?", answer, form="yes_no", **changes)


def test_the_short_answer_leaves_the_sentence_out() -> None:
    program = Program(name="colour_of", arguments=(("say", "The coat is {answer}."),))
    assert short_answer(pair("a", "What colour is it?", "The coat is red.", program=program)) == "red"


def test_the_same_fact_in_other_words_is_a_duplicate() -> None:
    program = Program(name="colour_of", arguments=(("claim", "c1"),))
    pairs = [
        pair("a", "What colour is the coat?", "Red.", program=program),
        pair("b", "Which colour has the coat?", "It is red.", program=program),
    ]
    verdicts = list(DuplicatesScreener().screen(pairs, {}, Path()))
    assert [(v.about, v.reason) for v in verdicts] == [("b", "near_duplicate")]


def test_the_same_fact_in_another_form_stays() -> None:
    program = Program(name="colour_of", arguments=(("claim", "c1"),))
    pairs = [
        pair("a", "What colour is the coat?", "Red.", program=program),
        pair("b", "What colour is the coat?", "Red.", program=program, form="yes_no"),
    ]
    assert not list(DuplicatesScreener().screen(pairs, {}, Path()))


def test_nearly_the_same_words_about_the_same_claims_are_a_duplicate() -> None:
    pairs = [
        pair("a", "What colour is the coat of the woman?", "Red."),
        pair("b", "What colour is the coat of the women?", "Red."),
        pair("c", "What colour is the coat of the woman?", "Blue.", claims=("c2",)),
    ]
    assert [v.about for v in DuplicatesScreener().screen(pairs, {}, Path())] == ["b"]


def test_one_question_with_one_answer_is_asked_only_so_often_over_all_clips() -> None:
    pairs = [pair(f"p{n}", "What does the camera do?", "It stays still.", clip=f"scene-{n}") for n in range(5)]
    verdicts = list(DuplicatesScreener(repeats=2).screen(pairs, {}, Path()))
    assert [(v.about, v.reason) for v in verdicts] == [(f"p{n}", "repeated_text") for n in (2, 3, 4)]


def test_what_holds_all_through_a_story_is_a_choice_once() -> None:
    options = ("Green", "Red", "Blue")
    pairs = [
        pair(f"p{n}", f"In shot {n}, what colour is the sweater?", "Green", clip=f"scene-{n}", form="choice",
             options=options if n % 2 else options[::-1], answer_index=0 if n % 2 else 2)
        for n in range(3)
    ]  # fmt: skip
    verdicts = list(DuplicatesScreener().screen(pairs, {}, Path()))
    assert [(v.about, v.reason) for v in verdicts] == [("p1", "repeated_text"), ("p2", "repeated_text")]


def test_extra_yes_or_no_goes_the_least_trusted_first() -> None:
    pairs = [
        yes_no("a", "Yes."),
        yes_no("b", "Yes.", weight=0.5),
        yes_no("c", "Yes."),
        yes_no("d", "No."),
        yes_no("e", "No."),
    ]
    verdicts = list(BalanceScreener().screen(pairs, {}, Path()))
    assert [(v.about, v.reason) for v in verdicts] == [("b", "yes_no_unbalanced")]


def test_a_task_that_only_knows_yes_loses_all_its_yes_no_questions() -> None:
    assert len(list(BalanceScreener().screen([yes_no("a", "Yes."), yes_no("b", "Yes.")], {}, Path()))) == 2


def test_an_answer_that_nearly_always_holds_is_capped() -> None:
    answers = ["Red"] * 20 + ["Blue", "Green", "Grey", "White"]
    pairs = [pair(f"p{n}", f"What colour is thing {n}?", answer) for n, answer in enumerate(answers)]
    dropped = {v.about for v in BalanceScreener().screen(pairs, {}, Path())}
    left = Counter(short_answer(one) for one in pairs if one.id not in dropped)
    assert left == {"red": 10, "blue": 1, "green": 1, "grey": 1, "white": 1}


def test_balanced_pairs_stay() -> None:
    pairs = [yes_no("a", "Yes."), yes_no("b", "No."), pair("c", "What colour is it?", "Red.")]
    assert not list(BalanceScreener().screen(pairs, {}, Path()))
