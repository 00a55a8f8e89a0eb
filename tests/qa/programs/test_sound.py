from __future__ import annotations

from typing import Any

import pytest

from dreamgen.core.claims import Claim


@pytest.fixture
def clip(say: Any) -> list[Claim]:
    """Twelve seconds: bright from the fourth second on, loud from the eighth, silent before."""
    bright, loud = say("light", 4, 12, level="bright"), say("loudness", 8, 12, level="loud")
    return [
        say("light", 0, 4, level="dark"), bright, say("loudness", 0, 8, level="silent"), loud,
        say("order", 0, 12, first=bright.id, second=loud.id), say("duration", 8, 12, of=loud.id, seconds=4.0),
    ]  # fmt: skip


def one(claims: list[Claim], kind: str, place: int = 0) -> Claim:
    return [claim for claim in claims if claim.kind == kind][place]


def test_how_loud_it_is_and_how_that_changes(run: Any, clip: list[Claim]) -> None:
    assert run("loudness_at", clip, start=0, end=8) == "Silent"
    assert run("loudness_at", clip, start=4, end=12) is None
    silent, loud = one(clip, "loudness"), one(clip, "loudness", 1)
    assert run("loudness_change", clip, first=silent.id, second=loud.id) == "From silent to loud"
    assert run("loudness_change", clip, first=loud.id, second=silent.id) is None


def test_which_of_two_states_begins_first(run: Any, clip: list[Claim]) -> None:
    order = one(clip, "order")
    assert run("begins_first", clip, order=order.id) == "The picture turns bright"
    assert run("begins_before", clip, order=order.id, one=one(clip, "light", 1).id) == "Yes"
    assert run("begins_before", clip, order=order.id, one=one(clip, "loudness", 1).id) == "No"


def test_what_begins_twice_has_no_one_beginning(run: Any, clip: list[Claim], say: Any) -> None:
    again = [*clip, say("loudness", 2, 3, level="loud")]
    assert run("begins_first", again, order=one(clip, "order").id) is None


def test_how_long_a_state_lasts(run: Any, asked: Any, clip: list[Claim]) -> None:
    assert run("state_lasts", clip, duration=one(clip, "duration").id) == "About four seconds"
    pairs = asked(clip, [12], "duration")
    assert {pair.form for pair in pairs} >= {"choice"}
    for pair in pairs:
        assert "the sound" in pair.turns[0].text and (
            "stay loud" in pair.turns[0].text or "is loud" in pair.turns[0].text
        )
        assert not {"About three seconds", "About five seconds"} & set(pair.options), "too near to be wrong"


def test_the_questions_rest_on_what_they_name_and_yes_comes_as_often_as_no(asked: Any, clip: list[Claim]) -> None:
    pairs = asked(clip, [12], "sound", "temporal_order", "duration")
    known = {claim.id for claim in clip}
    assert pairs and all(set(pair.claims) <= known for pair in pairs)
    polar = [pair.turns[1].text for pair in pairs if pair.form == "yes_no"]
    assert polar.count("Yes.") == polar.count("No.") > 0
    order = [pair for pair in pairs if pair.task == "temporal_order"]
    assert order and all(one(clip, "order").id in pair.claims for pair in order)


def test_quiet_is_a_matter_of_taste_beside_loud(asked: Any, say: Any) -> None:
    claims = [say("loudness", 0, 5, level="quiet"), say("loudness", 5, 10, level="loud")]
    questions = [pair.turns[0].text for pair in asked(claims, [10], "sound")]
    assert not any("quiet" in text or "change" in text for text in questions)
