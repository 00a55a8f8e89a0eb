"""Descriptions of one person or thing: who is named, and what is told."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings

from dreamgen.core.claims import Claim, Presence
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.language.world import World as Known
from dreamgen.qa.programs import rerun
from dreamgen.qa.programs.objects import named_in
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from tests.qa.test_any_world import MANY, World, worlds

FEW = settings(MANY, max_examples=4)


def descriptions(clip: Clip, claims: tuple[Claim, ...], count: int = 3, seed: int = 7) -> list[InstructionPair]:
    pairs = ProgramsSynthesizer(objects=count).synthesize(clip, claims, seed, Path())
    return [pair for pair in pairs if pair.task == "object_description"]


def test_a_clip_gives_three(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    pairs = descriptions(clip, small_world)
    assert [pair.masklets for pair in pairs[:2]] in ([("mara",), ("tom",)], [("tom",), ("mara",)])
    assert len(pairs) == 3 and descriptions(clip, small_world, 0) == []


def test_a_description_tells_looks_and_doings_in_order(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    text = next(pair.turns[1].text for pair in descriptions(clip, small_world) if pair.masklets == ("mara",))
    assert text == (
        "The woman wears a red coat and a beige straw hat and has black hair. At first, in a forest on a snowy night, "
        "she walks to the right. She is to the left of the boy. Then, in a street at night, she sits with a lantern, "
        "looking happy, and says: “Come home with me.”"
    )


def test_instructions_differ_in_their_words(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    asked = {pair.turns[0].text for seed in range(5) for pair in descriptions(clip, small_world, seed=seed)}
    assert len(asked) > 7


def test_the_checker_finds_whom_a_text_may_mean(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    world = Known.of(clip, small_world)
    assert named_in(world, "Describe the woman in the red coat.") == ("mara",)
    assert named_in(world, "Describe the woman and the dog.") == ("mara", "rex")
    assert named_in(world, "Describe the video.") == ()
    twin = Presence(entity="eva", what="woman", category="person", start=4.0, end=8.0)
    assert set(named_in(Known.of(clip, (*small_world, twin)), "Describe the woman.")) == {"mara", "eva"}


@given(worlds())
@FEW
def test_every_instruction_names_one_and_every_answer_can_be_computed_again(world: World) -> None:
    clip, claims = world
    known = Known.of(clip, claims)
    for pair in descriptions(clip, claims, 9):
        assert named_in(known, pair.turns[0].text) == pair.masklets
        assert rerun(pair.program, claims) == pair.turns[1].text
        assert len(pair.turns[1].text.split()) >= 4
