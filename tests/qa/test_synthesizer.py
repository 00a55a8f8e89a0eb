from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.errors import UsageError
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
        "speech", "temporal_order", "weather", "when", "where", "who", "why", "holding", "matching", "meanwhile",
        "prediction", "sequence", "transition", "change",
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


def test_a_recipe_asks_only_the_tasks_that_it_names(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    only = ProgramsSynthesizer(tasks=("camera", "holding"), pairs_per_minute=10_000)
    assert {pair.task for pair in only.synthesize(clip, small_world, 7, Path())} == {"camera", "holding"}
    rest = ProgramsSynthesizer(without=("camera", "dialogue"), pairs_per_minute=10_000)
    tasks = {pair.task for pair in rest.synthesize(clip, small_world, 7, Path())}
    assert "holding" in tasks and not tasks & {"camera", "dialogue"}


@pytest.mark.parametrize("option", ["tasks", "without"])
def test_an_unknown_task_is_refused_with_the_choices(option: str) -> None:
    with pytest.raises(UsageError, match="unknown task 'camra'") as caught:
        ProgramsSynthesizer.model_validate({option: ["camra"]})
    assert "Did you mean 'camera'?" in caught.value.hint and "holding" in caught.value.hint


def test_pairs_name_the_dimensions_that_they_train_for(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    pairs = every_pair(clip, small_world)
    named = {name for pair in pairs for name in pair.benchmarks}
    assert {"MVBench/action_sequence", "TempCompass/camera motion", "NExT-QA/TC", "PLM-FGQA/Counting"} <= named
    waves = [pair for pair in pairs if pair.task == "action" and "waving" in pair.turns[1].text.lower()]
    assert waves and all("TempCompass/fine-grained action" in pair.benchmarks for pair in waves)


def test_a_small_budget_asks_each_task_before_any_task_again(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    pairs = ProgramsSynthesizer(least=20, objects=0, unanswerable=0.0, without=("dialogue",)).synthesize(
        clip, small_world, 7, Path()
    )
    # a yes comes with its no
    assert max(Counter(pair.task for pair in pairs).values()) <= 2
