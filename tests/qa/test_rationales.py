"""Step by step from what is seen to the answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from dreamgen.core.claims import Action, Claim, Cut, Duration, Order, Presence
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Program
from dreamgen.language.world import World as Known
from dreamgen.qa.asking import WORDING, templates
from dreamgen.qa.programs import PROGRAMS
from dreamgen.qa.rationales import NONE, rationale_of
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from tests.qa.test_any_world import MANY, World, worlds

FEW = settings(MANY, max_examples=4)

SPAN = {"start": 0.0, "end": 8.0}


def explained(clip: Clip, claims: tuple[Claim, ...]) -> list[InstructionPair]:
    pairs = ProgramsSynthesizer(pairs_per_minute=10_000).synthesize(clip, claims, 7, Path())
    return [pair for pair in pairs if pair.rationale]


def why(claims: tuple[Claim, ...], name: str, rests_on: tuple[str, ...] = (), **arguments: str) -> str:
    world = Known.of_claims(claims)
    return rationale_of(world, Program(name=name, arguments=tuple(arguments.items())), rests_on).text


def found(claims: tuple[Claim, ...], **fields: object) -> Claim:
    return next(c for c in claims if all(getattr(c, name, None) == value for name, value in fields.items()))


def test_what_comes_first_is_told_in_order(small_world: tuple[Claim, ...]) -> None:
    wave, run = found(small_world, action="wave"), found(small_world, action="run")
    text = why(small_world, "earlier", (wave.id, run.id), one=run.id, other=wave.id)
    assert text == "From 0:00 on, the boy waves. From 0:04 on, the dog runs. So first, the boy waves."


def test_those_who_are_counted_are_named(small_world: tuple[Claim, ...]) -> None:
    count = found(small_world, kind="count", what="people", number=2)
    text = why(small_world, "number_counted", (count.id,), claim=count.id)
    assert text == "In the first shot, from 0:00 to 0:04, the boy and the woman can be seen. So the number is two."


def test_a_duration_is_told_from_when_to_when(small_world: tuple[Claim, ...]) -> None:
    duration = found(small_world, kind="duration")
    text = why(small_world, "lasts", (duration.id,), duration=duration.id)
    assert text == "The woman walks from second 0.0 to second 4.0. So that is about four seconds."


def test_a_reason_is_told_after_what_it_explains(small_world: tuple[Claim, ...]) -> None:
    cause = found(small_world, kind="cause")
    assert why(small_world, "reason_of", (cause.id,), cause=cause.id) == (
        "In the second shot, from 0:04 to 0:08, the woman sits with a lantern. The story gives the reason: because her "
        "feet hurt. So the answer is: because her feet hurt."
    )


def test_times_that_would_look_the_same_are_told_by_tenths() -> None:
    walk = Action(entity="a", action="walk", start=2.5, end=8.0)
    wave = Action(entity="b", action="wave", start=3.4, end=8.0)
    claims = (
        Presence(entity="a", what="woman", category="person", **SPAN), walk,
        Presence(entity="b", what="boy", category="person", **SPAN), wave,
    )  # fmt: skip
    text = why(claims, "earlier", (walk.id, wave.id), one=walk.id, other=wave.id)
    assert text.startswith("From 2.5 seconds on, the woman walks. From 3.4 seconds on, the boy waves.")


def test_what_is_seen_at_one_look_needs_no_steps(small_world: tuple[Claim, ...]) -> None:
    program = Program(name="place_at", arguments=(("start", "0"), ("end", "4")))
    assert rationale_of(Known.of_claims(small_world), program, ()) == NONE


@pytest.mark.parametrize("task", ["temporal_order", "counting", "duration", "why", "counterfactual", "unanswerable"])
def test_tasks_with_steps_tell_them(clip: Clip, small_world: tuple[Claim, ...], task: str) -> None:
    assert task in {pair.task for pair in explained(clip, small_world)}


@given(worlds())
@FEW
def test_the_last_sentence_holds_the_answer_and_no_id_is_told(world: World) -> None:
    clip, claims = world
    known = Known.of(clip, claims)
    ids = {claim.id for claim in claims}
    for pair in explained(clip, claims):
        last = pair.rationale[pair.rationale.rfind("So ") :]
        arguments = dict(pair.program.arguments)
        given = {name: text for name, text in arguments.items() if name not in WORDING}
        value = PROGRAMS[pair.program.name](known, **given) or ""
        assert value.rstrip(".”") in last, (value, last)
        assert pair.form != "yes_no" or last.endswith(f"answer is {pair.turns[1].text.lower()}")
        assert not re.search(r"id-|Zed|  |[{}]|\.\.|_", pair.rationale), pair.rationale
        assert set(pair.claims) <= ids


def test_every_ending_is_one_of_a_program() -> None:
    assert set(templates()["so"]) <= set(PROGRAMS)


def test_steps_that_no_claim_tells_are_not_told(small_world: tuple[Claim, ...]) -> None:
    wave, run = found(small_world, action="wave"), found(small_world, action="run")
    blind = tuple(c for c in small_world if not isinstance(c, Presence | Cut | Order | Duration))
    assert why(blind, "earlier", (wave.id, run.id), one=run.id, other=wave.id) == ""
