from __future__ import annotations

from typing import Any

SPAN = {"start": 0, "end": 4}


def row(say: Any, *pairs: tuple[str, str]) -> list[Any]:
    """Each first one is to the left of the second."""
    names = dict.fromkeys(name for pair in pairs for name in pair)
    return [
        *(say("presence", 0, 4, entity=who) for who in names),
        *(say("relation", 0, 4, entity=one, relation="left of", other=other) for one, other in pairs),
    ]


FULL = (("boy", "dog"), ("dog", "woman"), ("boy", "woman"))


def test_three_in_a_row_have_ends_and_a_middle(say: Any, run: Any) -> None:
    claims = row(say, *FULL)
    assert run("row_of", claims, **SPAN) == "The boy, the dog, the woman"
    assert [run("end_of_row", claims, place=n, **SPAN) for n in (0, 1, -1)] == ["The boy", "The dog", "The woman"]


def test_two_whose_sides_are_not_known_make_no_row(say: Any, run: Any) -> None:
    assert run("row_of", row(say, *FULL[:2]), **SPAN) is None
    assert run("end_of_row", row(say, *FULL[:2]), place=0, **SPAN) is None


def test_somebody_who_may_be_there_makes_no_row(say: Any, run: Any) -> None:
    assert run("row_of", [*row(say, *FULL), say("presence", 0, 2, entity="man")], **SPAN) is None


def test_the_wrong_answers_stand_in_the_row_too(say: Any, asked: Any) -> None:
    pairs = asked([say("place", 0, 4, place="forest"), *row(say, *FULL)], [4], "spatial")
    ends = [pair for pair in pairs if pair.program.name == "end_of_row" and pair.options]
    assert ends and all(set(pair.options) == {"The boy", "The dog", "The woman"} for pair in ends)
