"""What would have had no reason: as far as the story gives one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.claims import Action, Cause, Claim, Presence
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.language.world import World
from dreamgen.qa.programs import rerun
from dreamgen.qa.suppositions import reason_in, unless
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer


def counterfactuals(clip: Clip, claims: tuple[Claim, ...], seed: int = 7) -> list[InstructionPair]:
    synthesizer = ProgramsSynthesizer(pairs_per_minute=10_000, tasks=("counterfactual",))
    return [p for p in synthesizer.synthesize(clip, claims, seed, Path()) if p.task == "counterfactual"]


def test_without_the_reason_the_deed_has_none(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    pair = next(pair for pair in counterfactuals(clip, small_world) if pair.form == "choice")
    assert "if her feet had not hurt, what would the woman" in pair.turns[0].text
    assert pair.turns[1].text == "To sit with a lantern" and len(pair.options) == 4


def test_only_the_storys_own_reason_makes_the_difference(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    checks = [pair for pair in counterfactuals(clip, small_world) if pair.form == "yes_no"]
    assert {("feet had not hurt" in p.turns[0].text, p.turns[1].text) for p in checks} == {
        (True, "No."),
        (False, "Yes."),
    }


def test_answers_rest_on_the_cause_and_its_effect(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    cause = next(claim for claim in small_world if isinstance(claim, Cause))
    for pair in counterfactuals(clip, small_world):
        assert {cause.id, cause.effect} <= set(pair.claims)
        assert rerun(pair.program, small_world) == pair.turns[1].text


def test_without_a_cause_nothing_is_supposed(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    assert counterfactuals(clip, tuple(c for c in small_world if not isinstance(c, Cause))) == []


def test_of_two_reasons_neither_is_the_only_one(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    cause = next(claim for claim in small_world if isinstance(claim, Cause))
    second = cause.model_copy(update={"because": "to wait for the boy"})
    assert counterfactuals(clip, (*small_world, second)) == []


@pytest.mark.parametrize(
    ("reason", "condition"),
    [
        ("because it had started to rain", "it had not started to rain"),
        ("because he was cold", "he had not been cold"),
        ("because her feet hurt", "her feet had not hurt"),
        ("because the boy saw a wolf", "the boy had not seen a wolf"),
        ("because she could swim", "she had not been able to swim"),
        ("because they had a long way to go", "they had not had a long way to go"),
        ("to get away", "the woman had not wanted to get away"),
        ("because of the noise", "it had not been for the noise"),
        # what has no plain grammar is taken back as a whole
        ("because nobody came", "it had not been true that nobody came"),
        ("because he saw the light and ran", "it had not been true that he saw the light and ran"),
    ],
)
def test_reasons_are_taken_back_in_good_english(reason: str, condition: str) -> None:
    assert unless(reason, "the woman") == condition


def test_a_reason_without_a_clause_is_not_taken_back() -> None:
    assert unless("out of fear", "the woman") is None


def test_names_in_a_reason_become_descriptions() -> None:
    span = {"start": 0.0, "end": 4.0}
    mara = Presence(entity="mara", what="woman", category="person", name="Mara", **span)
    world = World.of_claims([mara, Action(entity="mara", action="sit", **span)])
    assert reason_in(world, "because Mara called") == "because the woman called"
    assert reason_in(world, "because Hubert called") is None
