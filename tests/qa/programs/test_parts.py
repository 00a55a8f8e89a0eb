from __future__ import annotations

from typing import Any

import pytest


def boy(say: Any, start: float, end: float) -> list[Any]:
    """A boy who sits from `start` to `end` of twelve seconds, and else stands."""
    claims = [say("presence", 0, 12, entity="boy")]
    for a, b, pose in ((0, start, "walk"), (start, end, "sit"), (end, 12, "walk")):
        claims += [say("action", a, b, entity="boy", action=pose)] if b > a else []
    return claims


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [
        (0, 4, "At the beginning"), (5, 8, "In the middle"), (8, 12, "At the end"), (0, 12, "All the time"),
        (0, 6, None), (2, 5, None), (6, 11, None),
    ],
)  # fmt: skip
def test_a_part_is_told_where_it_is_beyond_doubt(
    say: Any, run: Any, start: float, end: float, part: str | None
) -> None:
    assert run("part_of_act", boy(say, start, end), entity="boy", action="sit") == part


def test_what_is_done_twice_is_in_no_one_part(say: Any, run: Any) -> None:
    claims = [*boy(say, 0, 3)[:-1], say("action", 3, 9, entity="boy", action="walk")]
    assert run("part_of_act", claims, entity="boy", action="sit") is None, "he may sit in the rest"
    again = say("action", 9, 12, entity="boy", action="sit")
    assert run("part_of_act", [*claims, again], entity="boy", action="sit") is None


def test_somebody_is_seen_in_one_part_and_nowhere_else(say: Any, run: Any) -> None:
    seen, gone = say("presence", 0, 4, entity="dog"), say("absence", 4, 12, entity="dog")
    assert run("part_of_sight", [seen, gone], entity="dog") == "At the beginning"
    other = say("place", 0, 12, place="forest")
    assert run("part_of_sight", [seen, other], entity="dog") is None


def test_words_are_in_one_part(say: Any, run: Any) -> None:
    speech, place = say("speech", 9, 11, entity="boy", words="Come."), say("place", 0, 12, place="forest")
    claims = [say("presence", 0, 12, entity="boy"), place, speech]
    assert run("part_of_speech", claims, speech=speech.id) == "At the end"


def test_what_is_so_all_the_time_is_not_asked_with_yes_or_no(say: Any, asked: Any) -> None:
    claims = [say("place", 0, 12, place="forest"), *boy(say, 0, 12)]
    pairs = [p for p in asked(claims, [12], "localisation") if p.program.name == "part_of_act"]
    assert {pair.form for pair in pairs} == {"open", "choice"}
