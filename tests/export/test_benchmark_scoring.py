from __future__ import annotations

from typing import Any

import pytest

from dreamgen.core.pairs import LETTERS
from dreamgen.export.benchmark_scoring import (
    doc_to_text,
    mean_score,
    multi_binary,
    process_results,
    read_letter,
    read_yes_no,
    right_everywhere,
)
from dreamgen.metrics import parsing

OPTIONS = ("Blue", "Red", "A red hat")

ANSWERS = (
    ("B", "B"),
    ("(b)", "B"),
    ("b.", "B"),
    ("B. Red", "B"),
    ("B) Red.", "B"),
    ("The answer is B", "B"),
    ("**B**", "B"),
    ("Red", "B"),
    ("a red hat.", "C"),
    ("B\nShe wears it all the time.", "B"),
    ("<think>A? No.</think>B", "B"),
    ("", None),
    ("A red coat can be seen", None),
    ("B. Blue", None),
    ("A. or B.", None),
    ("A. B", None),
    ("A\nB", None),
    ("B.\nRed\nB", "B"),
    ("D", None),
    ("I can't tell", None),
    ("<think>B", None),
)


@pytest.mark.parametrize(("answer", "letter"), ANSWERS)
def test_a_letter_is_read_strictly(answer: str, letter: str | None) -> None:
    assert read_letter(answer, OPTIONS) == letter


@pytest.mark.parametrize("answer", [answer for answer, _ in ANSWERS])
def test_a_benchmark_that_is_given_away_reads_as_we_do(answer: str) -> None:
    place = parsing.read_letter(answer, OPTIONS)
    assert read_letter(answer, OPTIONS) == (None if place is None else LETTERS[place])


@pytest.mark.parametrize(
    ("answer", "said"),
    [("Yes.", "yes"), ("no, there is not", "no"), ("Nothing", None), ("None", None), ("Yes and no", None), ("", None)],
)
def test_yes_and_no_are_read_strictly(answer: str, said: str | None) -> None:
    assert read_yes_no(answer) == said
    assert parsing.read_yes_no(answer) == (None if said is None else said == "yes")


def choice(name: str, answer: str, group: str = "", contrast: str = "") -> dict[str, Any]:
    return {
        "id": name, "video": "clips/clip-1.mp4", "form": "choice", "task": "attribute", "question": "Which?",
        "options": ["Blue", "Red"], "answer": answer, "group": group, "contrast": contrast,
    }  # fmt: skip


def test_what_is_shown_has_all_options_and_not_the_answer() -> None:
    words = {"pre_prompt": "", "post_prompt": "\nThe letter, please."}
    assert doc_to_text(choice("h1", "B"), words) == "Which?\nA. Blue\nB. Red\nThe letter, please."


def test_an_answer_that_can_not_be_read_is_wrong_and_counted() -> None:
    answered = [process_results(choice("h1", "A"), ["A"]), process_results(choice("h2", "A"), ["A nice coat"])]
    assert mean_score([one["acc_attribute"] for one in answered]) == 0.5
    assert mean_score([one["unparsed"] for one in answered]) == 0.5


def test_a_question_of_binary_pairs_is_right_where_all_of_them_are() -> None:
    # q1: both right; q2: one of two
    given = (("A", "q1", "A"), ("B", "q1", "B"), ("A", "q2", "A"), ("B", "q2", "A"))
    found = [process_results(choice(str(n), key, group=q), [said]) for n, (key, q, said) in enumerate(given)]
    assert multi_binary([one["mbacc"] for one in found]) == 0.5
    assert mean_score([one["acc"] for one in found]) == 0.75


def test_two_clips_that_differ_in_one_thing_count_together_where_both_are_asked() -> None:
    given = (("A", "c1", "A"), ("B", "c1", "A"), ("A", "c2", "A"))
    found = [process_results(choice(str(n), key, contrast=c), [said]) for n, (key, c, said) in enumerate(given)]
    assert right_everywhere([one["contrast_acc"] for one in found]) == 0.0
    assert right_everywhere([one["contrast_acc"] for one in found[2:]]) == 0.0


def test_an_open_answer_is_right_word_for_word_and_a_caption_is_not_judged() -> None:
    asked = {**choice("h1", "In a forest."), "form": "open"}
    assert process_results(asked, ["in a forest"])["exact"]["score"] == 1
    assert process_results(asked, ["among trees"])["exact"]["score"] == 0
    told = {**asked, "form": "caption"}
    assert list(process_results(told, ["A boy walks."])) == ["answered"]
