"""Turns that follow each other, and whom their pronouns mean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from dreamgen.core.claims import Claim, Presence
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.language.world import World as Known
from dreamgen.qa.programs import rerun
from dreamgen.qa.pronouns import is_clear, with_pronoun
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from tests.qa.test_any_world import MANY, World, worlds

FEW = settings(MANY, max_examples=4)


def dialogues(clip: Clip, claims: tuple[Claim, ...], seed: int = 7) -> list[InstructionPair]:
    made = ProgramsSynthesizer(pairs_per_minute=10_000, tasks=("dialogue",))
    return list(made.synthesize(clip, claims, seed, Path()))


@pytest.mark.parametrize(
    ("question", "after"),
    [
        ("What is the woman doing?", "What is she doing?"),
        ("In the second shot, is the woman in the red coat sitting?", "In the second shot, is she sitting?"),
        ("What colour is the woman's coat?", "What colour is her coat?"),
        ("What is the colour of the hair of the woman?", "What is the colour of her hair?"),
        ("What feeling does the face of the woman show?", "What feeling does her face show?"),
        ("Who is talking to the woman?", "Who is talking to her?"),
        ("Who is hugging the woman in the red coat?", "Who is hugging her?"),
        ("Is the boy to the left of the woman?", "Is the boy to the left of her?"),
        ("What does the woman say?", "What does she say?"),
    ],
)
def test_a_pronoun_has_its_case(small_world: tuple[Claim, ...], question: str, after: str) -> None:
    assert with_pronoun(Known.of_claims(small_world), "mara", question) == after


def test_a_pronoun_means_whoever_was_spoken_of_alone(small_world: tuple[Claim, ...]) -> None:
    world = Known.of_claims(small_world)
    assert is_clear(world, "tom", ["What is the boy doing?", "He is waving at the woman."])
    assert not is_clear(world, "tom", ["How many people can be seen?"])
    man = Presence(entity="hans", what="old man", category="person", start=0.0, end=4.0)
    both = Known.of_claims((*small_world, man))
    assert not is_clear(both, "tom", ["Is the boy to the left of the old man?"])


def test_turns_are_two_to_five_and_of_several_forms(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    made = [pair for seed in range(3) for pair in dialogues(clip, small_world, seed)]
    assert {len(pair.turns) // 2 for pair in made} <= {2, 3, 4, 5}
    assert len({len(pair.turns) for pair in made}) >= 3
    checks = [sum(turn.text in ("Yes.", "No.") for turn in pair.turns) for pair in made]
    assert any(checks) and all(count <= len(pair.turns) // 4 + 1 for count, pair in zip(checks, made, strict=True))


def test_somebody_is_asked_about_again(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    asked = [turn.text for seed in range(2) for pair in dialogues(clip, small_world, seed) for turn in pair.turns[2::2]]
    assert any(re.search(r"\b(?:she|her|he|his|it)\b", text, re.IGNORECASE) for text in asked)


@given(worlds())
@FEW
def test_every_turn_can_be_computed_again_and_pronouns_follow_a_name(world: World) -> None:
    clip, claims = world
    known = Known.of(clip, claims)
    for pair in dialogues(clip, claims):
        assert rerun(pair.program, claims) == "\n".join(turn.text for turn in pair.turns[1::2])
        assert len({turn.text for turn in pair.turns[::2]}) == len(pair.turns) // 2
        said: list[str] = [pair.turns[0].text]
        for before, turn in zip(pair.turns[1::2], pair.turns[2::2], strict=False):
            said.append(before.text)
            # nobody is she, he or his who was not spoken of, or while two could be meant
            for pronoun, kinds in (
                ("she|her", {"woman", "girl", "old woman"}),
                ("he|him|his", {"man", "boy", "old man"}),
            ):
                if re.search(rf"\b(?:{pronoun})\b", turn.text, re.IGNORECASE):
                    meant = [w for w, one in known.entities.items() if one.what in kinds and is_clear(known, w, said)]
                    assert len(meant) == 1, (said, turn.text)
            said.append(turn.text)
