from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer


def every_pair(clip: Clip, claims: tuple[Claim, ...], seed: int = 7) -> list[InstructionPair]:
    return list(ProgramsSynthesizer(pairs_per_minute=10_000).synthesize(clip, claims, seed, Path()))


def test_a_minute_of_film_gives_more_than_forty_pairs(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    pairs = list(ProgramsSynthesizer().synthesize(clip, small_world, 7, Path()))
    assert len(pairs) / (clip.seconds / 60) > 60


def test_the_budget_is_shared_by_all_tasks(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    pairs = list(ProgramsSynthesizer(pairs_per_minute=300).synthesize(clip, small_world, 7, Path()))
    assert max(Counter(pair.task for pair in pairs).values()) <= 0.2 * len(pairs)


def test_the_same_claims_in_another_order_give_the_same_pairs(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    synthesizer = ProgramsSynthesizer()
    forwards = list(synthesizer.synthesize(clip, small_world, 7, Path()))
    backwards = list(synthesizer.synthesize(clip, small_world[::-1], 7, Path()))
    assert forwards == backwards


def test_another_seed_asks_in_other_words(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    one, other = every_pair(clip, small_world, 1), every_pair(clip, small_world, 2)
    assert {pair.turns[0].text for pair in one} != {pair.turns[0].text for pair in other}


@pytest.mark.parametrize(
    "task",
    [
        "action", "attribute", "camera", "caption_matching", "counting", "dialogue", "duration", "existence",
        "expression", "interaction", "localisation", "movement", "scene_caption", "setting", "shot_caption", "spatial",
        "speech", "temporal_order", "weather", "when", "where", "who", "why",
    ],
)  # fmt: skip
def test_the_small_world_is_asked_every_task(clip: Clip, small_world: tuple[Claim, ...], task: str) -> None:
    assert task in {pair.task for pair in every_pair(clip, small_world)}


def test_a_clip_of_which_little_is_known_is_not_described_shot_by_shot(
    clip: Clip, small_world: tuple[Claim, ...]
) -> None:
    late = tuple(claim for claim in small_world if claim.kind in ("cut", "place") and claim.start >= 4.0)
    tasks = {pair.task for pair in ProgramsSynthesizer().synthesize(clip, late, 7, Path())}
    assert late and "scene_caption" not in tasks
