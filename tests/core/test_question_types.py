"""P1: the twelve types of PLM-FGQA."""

from __future__ import annotations

import pytest

from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.core.question_types import (
    QuestionType,
    histogram,
    mistyped,
    named_type,
    subtype_of,
    type_of,
    type_told,
)


def pair(asked: str, name: str = "p", **more: object) -> InstructionPair:
    return InstructionPair.model_validate(
        {
            "id": name, "clip": "scene-01", "task": "action", "form": "open", "claims": ("c1",),
            "turns": (Turn(role="human", text=asked), Turn(role="assistant", text="It is so.")),
            "program": Program(name="written"), **more,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("Counting", "How many cups are on the table?"),
        ("Movement Direction", "In which direction do you move the tool while removing the shell?"),
        ("Speed/Force", "How fast does the wheel turn?"),
        ("Object Attributes", "What colour is the bowl?"),
        ("Action Sequence", "What does she do after she washes the pan?"),
        ("Object State", "In what state is the door at the end?"),
        ("Pose", "In what position is the man's body?"),
        ("Spatial Relations", "On which side of the plate is the fork?"),
        ("Object Location", "Where is the knife put?"),
        ("Object Recognition", "What tool is the man holding?"),
        ("Action Recognition", "What is the man doing?"),
        ("Other", "Why is the lid taken off?"),
    ],
)
def test_P1_a_question_is_told_by_its_words(kind: QuestionType, question: str) -> None:
    assert mistyped(kind, question, "Three, to the left.") == ""
    assert type_told(question) in (kind, "Other") or mistyped(kind, question, "") == ""


def test_P1_a_type_that_the_words_rule_out_is_found() -> None:
    assert "asks for Counting" in mistyped("Object Attributes", "How many cups are there?", "Three.")
    assert "no word" in mistyped("Speed/Force", "What is the man doing?", "He waves.")
    assert "says no number" in mistyped("Counting", "How many cups are there?", "Some.")
    assert "says no direction" in mistyped("Movement Direction", "Which way does he go?", "He goes.")
    assert mistyped("Other", "How many cups are there?", "Three.")


def test_P1_the_type_that_a_pair_names_goes_before_its_words() -> None:
    named = pair("What is the man doing?", benchmarks=("MVBench/x", "PLM-FGQA/Pose"))
    assert (named_type(named), type_of(named), subtype_of(named)) == ("Pose", "Pose", "body")
    several = pair("What is the man doing?", benchmarks=("PLM-FGQA/Pose", "PLM-FGQA/Counting"))
    assert (named_type(several), type_of(several)) == (None, "Action Recognition")
    assert subtype_of(pair("What colour is the bowl?")) == "colour"


def test_P1_binary_pairs_are_one_question_of_the_histogram() -> None:
    rows = [pair("How many cups?", name=f"q-{n}", question="q") for n in range(3)]
    assert dict(histogram([pair("How many cups?", name="q"), *rows]))["Counting"] == 1
