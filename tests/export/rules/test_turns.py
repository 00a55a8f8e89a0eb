from __future__ import annotations

from typing import Any

import pytest

from dreamgen.export.rules.turns import Manner, turn_defects

MANNER = Manner(
    "human", "gpt", "<video>\n", otherwise="is trained as an answer", forbidden=("ASSISTANT: ",)
)  # fmt: skip
CHOICE = "<video>\nWhich?\nA. Red\nB. Blue\nC. Grey\n"


def said(*texts: Any) -> list[dict[str, Any]]:
    return [{"from": ("human", "gpt")[number % 2], "value": text} for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    "turns",
    [
        said("<video>\nWho is it?", "The boy."),
        said("<video>\nWho is it?", "The boy.", "Where?", "In a forest, where 2 < 3 > 1."),
        said(f"{CHOICE}Answer with the option's letter.", "B"),
        said(f"{CHOICE}Answer with the option's letter.", "B. Blue"),
        said(CHOICE, "A man walks."),
        said("<video>\nRead it.\nB. Second\nC. Third", "D"),
    ],
)
def test_right_ones_are_left_alone(turns: list[Any]) -> None:
    assert list(turn_defects(turns, MANNER)) == []


@pytest.mark.parametrize(
    ("turns", "what"),
    [
        (None, "has no turns"),
        ([], "has no turns"),
        (["Who?", "He."], "turn 1 is by None"),
        (said("Who is it?", "The boy."), "turn 1 does not begin with '<video>"),
        (said("<image>\nWho is it?", "The boy."), "turn 1 does not begin with '<video>"),
        (said("<video> Who is it?", "The boy."), "turn 1 does not begin with '<video>"),
        (said("<video>\n<video>\nWho is it?", "The boy."), "turn 1 has <video> in its text"),
        (said("<video>\nWho is it?", "The <image>."), "turn 2 has <image> in its text"),
        (said("<video>\nWho?", "He.", "<video>\nWhere?", "Here."), "turn 3 has <video> in its text"),
        (said("<video>\n ", "The boy."), "turn 1 asks nothing"),
        (said("<video>\nWho is it?", " "), "turn 2 has no text"),
        (said("<video>\nWho is it?", None), "turn 2 has no text"),
        (said("<video>\nWho is it?"), "ends with a question"),
        (said("<video>\nWho?", "He.", "Where?"), "ends with a question"),
        (said("<video>\nWho is it?", "The boy.<|im_end|>"), "turn 2 has <|im_end|> in its text"),
        (said("<video>\nWho is it?", "He.</s>"), "turn 2 has </s> in its text"),
        (said("<video>\nWho is it?", "<IMG_CONTEXT>"), "turn 2 has <IMG_CONTEXT> in its text"),
        (said("<video>\nWho? ASSISTANT: he?", "He."), "turn 1 has 'ASSISTANT: ' in its text"),
        (said("<video>\nWho is it?", "Rene\u0301."), "turn 2 is not in NFC"),
        (said("<video>\nWho is it?", "\ud83d."), "turn 2 has half a character"),
        (said(f"{CHOICE}Answer with the option's letter.", "D"), "answers D, which is none of the letters A to C"),
        (said(f"{CHOICE}Answer with the option's letter.", "Blue"), "answers 'Blue', which is none of the letters"),
        (said(CHOICE, "E. White"), "answers E, which is none of the letters A to C"),
        (said("<video>\nWho?", "He.", CHOICE[8:], "F"), "answers F"),
    ],
)
def test_every_trap_is_found(turns: Any, what: str) -> None:
    (defect,) = turn_defects(turns, MANNER)
    assert what in defect


def test_what_a_stranger_says_is_told_with_what_comes_of_it() -> None:
    turns = [{"from": "system", "value": "You are kind."}, *said("<video>\nWho is it?", "The boy.")]
    (defect,) = turn_defects(turns, MANNER)
    assert "turn 1 is by 'system' and not by human" in defect and "is trained as an answer" in defect
