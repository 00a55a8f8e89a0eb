from __future__ import annotations

import pytest

from dreamgen.engines.vision.choosing import WITHOUT, Look, Token, seen_of
from dreamgen.engines.vision.seeing import YES_NO, Query, Seen
from tests.scripted import Told

LETTERS = ("A", "B", "C", "D")


def judged(told: Told, choices: tuple[str, ...] = YES_NO) -> Seen:
    """What is made of an answer that a server gave in these words."""
    text, finish, logprobs = told.choice({"logprobs": True, "top_logprobs": 20, "max_tokens": 16})
    tokens = tuple(
        Token(text=one["token"], tops=tuple((top["token"], top["logprob"]) for top in one["top_logprobs"]))
        for one in (logprobs or {"content": ()})["content"]
    )
    look = Look.model_validate({"text": text, "finish": finish, "tokens": tokens})
    return seen_of(Query("verify/claim", "claim-1", "", "Is it red?", choices), look)


@pytest.mark.parametrize(
    ("text", "choices", "likely", "chances"),
    [
        ("Yes", YES_NO, {"Yes": 0.5, "yes": 0.2, " YES": 0.1, "No": 0.15, "Maybe": 0.05}, (0.8, 0.15)),
        ("Yes, she does.", YES_NO, {"Yes,": 0.75, "No,": 0.25}, (0.75, 0.25)),
        ("B", LETTERS, {"B": 0.5, "(B": 0.125, "A": 0.25, "D.": 0.125}, (0.25, 0.625, 0.0, 0.125)),
        ("B. red coat", LETTERS, {"B.": 0.5, "A.": 0.5}, (0.5, 0.5, 0.0, 0.0)),
        ("red coat", ("red coat", "blue coat"), {"red": 0.75, "blue": 0.25}, (0.75, 0.25)),
    ],
)  # fmt: skip
def test_however_a_choice_is_spelt_its_chances_add_up(
    text: str, choices: tuple[str, ...], likely: dict[str, float], chances: tuple[float, ...]
) -> None:
    one = judged(Told(text, likely), choices)
    assert one.chances == pytest.approx(chances)
    assert not one.failure


def test_the_chances_are_those_of_the_place_where_the_choice_is_said() -> None:
    one = judged(Told("The answer is B", {" B": 0.75, " A": 0.25}, at=3), LETTERS)
    assert one.chances == pytest.approx((0.25, 0.75, 0.0, 0.0))


@pytest.mark.parametrize(
    ("text", "choices", "chosen"),
    [
        ("Yes", YES_NO, "Yes"), ("no.", YES_NO, "No"), ("**Yes**", YES_NO, "Yes"), ('"No"', YES_NO, "No"),
        ("Answer: B", LETTERS, "B"), ("B. red coat", LETTERS, "B"), ("(c)", LETTERS, "C"),
        ("The correct answer is D.", LETTERS, "D"), ("Option A", LETTERS, "A"), ("b", LETTERS, "B"),
        ("Red coat.", ("red", "red coat"), "red coat"), ("<think>No?</think>\n\nYes", YES_NO, "Yes"),
    ],
)  # fmt: skip
def test_a_server_without_probabilities_is_believed_when_it_says_a_choice_and_that_is_marked(
    text: str, choices: tuple[str, ...], chosen: str
) -> None:
    one = judged(Told(text), choices)
    assert one.text == chosen and one.detail == WITHOUT
    assert one.chances == tuple(float(choice == chosen) for choice in choices)


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("I think so", YES_NO), ("A woman walks by.", LETTERS), ("E", LETTERS), ("A. no. B. yes.", LETTERS),
        ("Maybe", YES_NO), ("Yesterday", YES_NO), ("not red", ("no", "yes")), ("redder", ("red", "blue")),
        ("It's hard to tell. Yes", YES_NO), ("", YES_NO), ("...", LETTERS), ("A/B", LETTERS), ("No-one", YES_NO),
    ],
)  # fmt: skip
def test_prose_is_a_failure_and_never_a_choice(text: str, choices: tuple[str, ...], tells: bool) -> None:
    likely = {choice: 1 / len(choices) for choice in choices} if tells else {}
    one = judged(Told(text, likely), choices)
    assert (one.failure, one.chances, one.text) == ("prose", (), "")
    assert one.detail == (text or "nothing")


def test_without_probabilities_a_choice_that_is_explained_away_is_prose() -> None:
    one = judged(Told("Yes, but it is blue"), YES_NO)
    assert one.failure == "prose"
