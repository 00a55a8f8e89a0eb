from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.claims import Action, Attribute, CameraMove, Claim, Cut, Duration, Movement, Order, Presence
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.language.world import World
from dreamgen.qa.contrasts import asked_again
from dreamgen.qa.programs import rerun
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer

World_ = tuple[Claim, ...]


@pytest.fixture
def pairs(small_world: World_, clip: Clip) -> tuple[InstructionPair, ...]:
    return tuple(ProgramsSynthesizer(pairs_per_minute=10_000).synthesize(clip, small_world, 7, Path()))


def again(pairs: tuple[InstructionPair, ...], clip: Clip, here: World_, there: World_) -> list[InstructionPair]:
    twin = clip.model_copy(update={"id": "scene-01-twin", "twin_of": clip.id})
    return list(asked_again(pairs, World.of(clip, here), World.of(twin, there)))


def changed(world: World_, old: type, **details: object) -> World_:
    """The world with one claim of a kind changed, the first that has another value."""
    name, value = next(iter(details.items()))
    number = next(n for n, claim in enumerate(world) if isinstance(claim, old) and getattr(claim, name) != value)
    return (*world[:number], world[number].model_copy(update=details), *world[number + 1 :])


def test_nothing_is_asked_again_where_nothing_differs(
    pairs: tuple[InstructionPair, ...], clip: Clip, small_world: World_
) -> None:
    assert again(pairs, clip, small_world, small_world) == []


def test_the_same_question_has_another_answer(
    pairs: tuple[InstructionPair, ...], clip: Clip, small_world: World_
) -> None:
    there = changed(small_world, Movement, direction="left")
    found = again(pairs, clip, small_world, there)
    originals = {pair.id: pair for pair in pairs}
    assert {pair.form for pair in found} >= {"open", "yes_no"}
    for pair in found:
        other = originals[pair.twin]
        assert pair.turns[0] == other.turns[0] and sorted(pair.options) == sorted(other.options)
        assert pair.turns[1] != other.turns[1]
        assert "right" not in pair.turns[1].text


def test_every_answer_can_be_computed_again_from_claims_of_the_twin(
    pairs: tuple[InstructionPair, ...], clip: Clip, small_world: World_
) -> None:
    there = changed(changed(small_world, CameraMove, move="zoom_out"), Attribute, colour="blue")
    world = World.of_claims(there)
    found = again(pairs, clip, small_world, there)
    assert {pair.task for pair in found} >= {"camera", "attribute"}
    for pair in found:
        assert rerun(pair.program, world) == pair.turns[-1].text
        assert set(pair.claims) <= world.by_id.keys()


def test_nobody_is_called_by_a_colour_that_they_do_not_wear(
    pairs: tuple[InstructionPair, ...], clip: Clip, small_world: World_
) -> None:
    number = next(n for n, claim in enumerate(small_world) if isinstance(claim, Attribute) and claim.value == "hoodie")
    purple = small_world[number].model_copy(update={"colour": "purple"})
    found = again(pairs, clip, small_world, (*small_world[:number], purple, *small_world[number + 1 :]))
    assert found
    for pair in found:
        assert "the boy in the yellow hoodie" not in pair.turns[0].text.lower()


def test_the_other_order_moves_the_cut_and_turns_the_answers(clip: Clip) -> None:
    def world(first: str, second: str, cut: float) -> World_:
        one = Action(entity="mara", action=first, start=0.0, end=cut)
        two = Action(entity="mara", action=second, start=cut, end=8.0)
        looks = [claim for claim in _mara() if claim.end == 8.0]
        order = Order(first=one.id, second=two.id, start=0.0, end=8.0)
        lasting = [Duration(of=claim.id, seconds=claim.end - claim.start, start=0.0, end=8.0) for claim in (one, two)]
        return (*looks, one, two, order, *lasting, Cut(start=cut, end=cut))

    here, there = world("walk", "sit", 3.0), world("sit", "walk", 5.0)
    spans = [clip.spans[0].model_copy(update={"stop": 72}), clip.spans[1].model_copy(update={"first": 72})]
    one = clip.model_copy(update={"spans": tuple(spans)})
    moved = [clip.spans[0].model_copy(update={"stop": 120}), clip.spans[1].model_copy(update={"first": 120})]
    other = clip.model_copy(update={"id": "scene-01-order", "twin_of": clip.id, "spans": tuple(moved)})
    every = tuple(ProgramsSynthesizer(pairs_per_minute=10_000, even=False).synthesize(one, here, 7, Path()))
    found = list(asked_again(every, World.of(one, here), World.of(other, there)))
    first = [pair for pair in found if pair.task == "action" and pair.form == "open" and "first" in pair.turns[0].text]
    assert first and all("sitting" in pair.turns[1].text for pair in first)
    assert all(pair.span == (0.0, 5.0) for pair in first)


def test_what_a_question_takes_for_granted_is_so_in_the_twin(clip: Clip) -> None:
    def world(*poses: str) -> World_:
        acts = [Action(entity="mara", action=pose, start=4.0 * n, end=4.0 * n + 4.0) for n, pose in enumerate(poses)]
        return (*(claim for claim in _mara() if claim.end == 8.0), *acts, Cut(start=4.0, end=4.0))

    spans = [clip.spans[0].model_copy(update={"stop": 96}), clip.spans[1].model_copy(update={"first": 96})]
    even = clip.model_copy(update={"spans": tuple(spans)})
    here, there = world("wave", "sit"), world("sit", "wave")
    every = tuple(ProgramsSynthesizer(pairs_per_minute=10_000).synthesize(even, here, 7, Path()))
    told = [pair for pair in every if "In the first shot, the woman is waving." in pair.turns[0].text]
    found = again(every, even, here, there)
    assert told and found
    # in the twin she sits in the first shot, so that nobody can be asked what comes after her waving there
    assert not {pair.id for pair in told} & {pair.twin for pair in found}
    assert any(pair.program.name == "action_of" for pair in found)


def _mara() -> World_:
    return (Presence(entity="mara", what="woman", category="person", start=0.0, end=8.0),)
