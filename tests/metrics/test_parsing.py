from __future__ import annotations

import time

import pytest

from dreamgen.metrics.parsing import Stretch, read_letter, read_stretch, read_stretches, read_yes_no

OPTIONS = ("Blue", "Red", "A grey one", "Green")


@pytest.mark.parametrize(
    "answer",
    [
        "B", "b", "(B)", "[B]", "B.", "B)", " B \n", "**B**", "B. Red", "(B) Red", "B: red.", "Red", "red.",
        "Answer: B", "The answer is B.", "The correct option is (B) Red", "So, the best answer is **B**",
        "<think>A is wrong, so it may be C.</think>\nB", "B. Red, since her coat is red.",
        "B\nHer coat is red.", "B. Red\n\nThe answer is B.",
    ],
)  # fmt: skip
def test_a_letter_is_read_where_nothing_takes_it_back(answer: str) -> None:
    assert read_letter(answer, OPTIONS) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "", "I don't know", "A or B", "A, B", "A person wears it", "E", "B. Green", "I think it is B",
        "A. Blue\nB. Red\nC. A grey one\nD. Green", "<think>It must be B", "It is red", "Blue and red", "ABCD", "1",
        "A. or B.", "B\nGreen", "B. Red, or (C)", "B. C", "B\nC", "(B) C", "B. Red\nC",
    ],
)  # fmt: skip
def test_an_answer_in_doubt_is_no_answer(answer: str) -> None:
    assert read_letter(answer, OPTIONS) is None


def test_words_of_an_option_that_begin_like_a_letter_are_that_option() -> None:
    assert read_letter("A grey one", OPTIONS) == 2
    assert read_letter("a", ("B", "A")) == 1  # an option's own words go before its letter
    assert read_letter("A. B", ("B", "A")) == 0  # and a letter with them is no other letter
    assert read_letter("Yes", ("Yes!", "yes")) is None  # both options read alike


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Yes", True), ("no.", False), ("Yes, there is.", True), ("No - it is a cat", False), ("Answer: yes", True),
        ("**No**", False), ("<think>yes?</think>no", False), ("No, yes is wrong", None),
        ("No dog is there", False), ("Yes, and no", None), ("Not at all", None),
        ("Maybe", None), ("", None), ("Yesterday", None), ("It is yes", None), ("yes\nno", None),
    ],
)  # fmt: skip
def test_yes_or_no_must_stand_first_and_alone(answer: str, said: bool | None) -> None:
    assert read_yes_no(answer) is said


def test_the_first_brackets_are_the_stretch() -> None:
    assert read_stretch("It happens in [12, 40], not in [50, 60].") == Stretch(12.0, 40.0, "")
    assert read_stretch("[40.5, 12]") == Stretch(12.0, 40.5, "")  # PLM's evaluator takes the ends in either order
    assert read_stretch("[0:08, 1:05]") == Stretch(8.0, 65.0, "")
    for none in ("", "from 12 to 40", "[12]", "[a, b]", "[-3, 4]"):
        assert read_stretch(none) is None


def test_dense_captions_are_read_by_brackets_or_by_the_clock() -> None:
    assert read_stretches("[96, 191]: She sits.\n[0, 95]: She walks.") == (
        Stretch(0.0, 95.0, "She walks."),
        Stretch(96.0, 191.0, "She sits."),
    )
    told = read_stretches(
        "From 0:00 to 0:04, in a forest, a woman walks. From 0:04 to 1:02, she sits from time to time."
    )
    assert told == (
        Stretch(0.0, 4.0, "in a forest, a woman walks."),
        Stretch(4.0, 62.0, "she sits from time to time."),
    )
    assert read_stretches("0:00 - 0:02: A dog runs.") == (Stretch(0.0, 2.0, "A dog runs."),)
    assert read_stretches("A woman walks.") == ()


@pytest.mark.parametrize("unit", ["1", "[", "[1", "[1 ", " ", "0:00 ", "0:00 -", "A. ", "<think>", "(A", "[1, 2] "])
def test_an_answer_that_never_ends_is_read_at_once(unit: str) -> None:
    text = unit * 20_000
    began = time.process_time()
    for read in (read_yes_no, read_stretch, read_stretches):
        read(text)
    read_letter(text, OPTIONS)
    assert time.process_time() - began < 2.0
