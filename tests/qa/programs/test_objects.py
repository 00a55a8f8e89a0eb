"""Nothing is called the first thing that somebody does, or the last, where something may come before or after it."""

from __future__ import annotations

import pytest

from dreamgen.core.claims import Claim
from dreamgen.core.pairs import InstructionPair
from tests.qa.programs.conftest import Ask, Run, Say


@pytest.fixture
def boy(say: Say) -> list[Claim]:
    """Walks, waves and sits, and can be seen from 3 to 15 s."""
    return [
        say("presence", 3, 15, entity="boy"),
        *(
            say("action", start, end, entity="boy", action=what)
            for what, start, end in (("walk", 3, 7), ("wave", 7, 11), ("sit", 11, 15))
        ),
    ]


@pytest.fixture
def alone(say: Say) -> list[Claim]:
    """He can't be seen before and after."""
    return [say("absence", 0, 3, entity="boy"), say("absence", 15, 18, entity="boy")]


@pytest.fixture
def long(say: Say) -> Claim:
    """The clip goes on to 18 s."""
    return say("place", 0, 18, place="forest")


def test_who_is_away_before_and_after_does_something_first_and_last(
    boy: list[Claim], alone: list[Claim], long: Claim, run: Run
) -> None:
    text = "At first, in a forest, the boy walks. Then he waves. In the end he sits."
    assert run("object_doings", [*boy, *alone, long], entity="boy") == text


@pytest.mark.parametrize("known", [0, 1])
def test_of_a_time_when_he_may_be_there_nothing_is_said(
    boy: list[Claim], alone: list[Claim], long: Claim, run: Run, known: int
) -> None:
    text = (
        "At first, in a forest, the boy walks. Then he waves. Then he sits.",
        "In a forest, the boy walks. Then he waves. In the end he sits.",
    )
    assert run("object_doings", [*boy, alone[known], long], entity="boy") == text[known]


def test_what_he_does_untold_is_not_passed_over(boy: list[Claim], long: Claim, run: Run, say: Say) -> None:
    there = say("presence", 0, 18, entity="boy")
    text = "In a forest, the boy walks. Then he waves. Then he sits."
    assert run("object_doings", [there, *boy, long], entity="boy") == text


def test_what_he_goes_on_with_is_told_once(long: Claim, run: Run, say: Say) -> None:
    claims = [
        say("presence", 0, 18, entity="boy"),
        *(say("action", start, end, entity="boy", action="sit") for start, end in ((0, 4), (6, 10), (14, 18))),
    ]
    assert run("object_doings", [*claims, long], entity="boy") == "In a forest, the boy sits."


def test_a_description_rests_on_the_absences_that_make_it_first_and_last(
    boy: list[Claim], alone: list[Claim], long: Claim, asked: Ask
) -> None:
    (pair,) = doings(asked([*boy, *alone, long], [18], "object_description"))
    assert {claim.id for claim in alone} <= set(pair.claims)


def doings(pairs: list[InstructionPair]) -> list[InstructionPair]:
    return [pair for pair in pairs if pair.program.name == "object_doings"]
