"""Region tasks: what the marked subject does, when, and all of it in a row."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from dreamgen.core.claims import Absence, Action, Claim, Presence
from dreamgen.core.media import Clip, MediaRef
from dreamgen.core.pairs import InstructionPair
from dreamgen.qa.programs import rerun
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from tests.qa.test_any_world import MANY, World, worlds

FEW = settings(MANY, max_examples=4)

MASKS = MediaRef(path="clips/scene-01.masklets.jsonl.gz", sha256="0" * 64)


def region_pairs(clip: Clip, claims: tuple[Claim, ...], form: str) -> list[InstructionPair]:
    masked = clip.model_copy(update={"masklets": MASKS})
    synthesizer = ProgramsSynthesizer(pairs_per_minute=10_000, tasks=(form,))
    return [pair for pair in synthesizer.synthesize(masked, claims, 7, Path()) if pair.form == form]


def about(pairs: list[InstructionPair], who: str) -> InstructionPair:
    return next(pair for pair in pairs if pair.masklets == (who,))


def lines_of(pair: InstructionPair) -> list[tuple[int, int, str]]:
    found = [re.fullmatch(r"\[(\d+), (\d+)\]: (.+)", line) for line in pair.turns[-1].text.split("\n")]
    return [(int(line[1]), int(line[2]), line[3]) for line in found if line]


def test_a_caption_tells_what_the_subject_does_in_some_frames(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    pair = about(region_pairs(clip, small_world, "region_caption"), "tom")
    assert pair.turns[0].text == (
        "Give a detailed description of the events occurring in the region marked by the red rectangle within frames "
        "[0, 95] in this 192 frame video."
    )
    assert pair.turns[1].text == (
        "In a forest on a snowy night, a boy in a yellow hoodie waves at the woman, looking sad. He is to the right of "
        "the woman."
    )
    assert pair.span == (0.0, 4.0) and pair.segments[0].text == pair.turns[1].text


def test_a_caption_is_found_in_its_frames(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    pair = about(region_pairs(clip, small_world, "region_localise"), "rex")
    assert "when 'A white dog runs to the left' happens" in pair.turns[0].text
    assert "frame numbers between 0 and 191 in this 192 frame video" in pair.turns[0].text
    assert pair.turns[1].text == "[96, 191]"
    assert [(one.start, one.end) for one in pair.segments] == [(4.0, 8.0)]


def test_what_is_done_twice_is_not_to_be_found_once(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    again = Action(entity="rex", action="walk", start=0.0, end=4.0)
    there = Presence(entity="rex", what="dog", category="animal", name="Rex", start=0.0, end=4.0)
    twice = (*(c for c in small_world if not (isinstance(c, Absence) and c.entity == "rex")), there, again)
    assert not [pair for pair in region_pairs(clip, twice, "region_localise") if pair.masklets == ("rex",)]


def test_what_may_be_done_at_other_times_too_is_not_asked_for(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    hazy = tuple(c for c in small_world if not (isinstance(c, Action) and c.entity == "mara" and c.start < 4.0))
    assert not [pair for pair in region_pairs(clip, hazy, "region_localise") if pair.masklets == ("mara",)]


def test_all_doings_of_a_subject_with_the_time_that_it_is_away(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    pairs = region_pairs(clip, small_world, "region_dense")
    assert about(pairs, "rex").turns[1].text == (
        "[0, 95]: The subject is out of frame.\n[96, 191]: The subject is a white dog. It runs to the left."
    )
    assert about(pairs, "mara").turns[1].text == (
        "[0, 95]: The subject is a woman in a red coat. She walks to the right.\n"
        "[96, 191]: She sits with a lantern, looking happy, and says: “Come home with me.”"
    )


def test_where_somebody_may_be_seen_in_part_nothing_is_tiled(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    hazy = tuple(c for c in small_world if not (isinstance(c, Absence) and c.entity == "rex"))
    assert not [pair for pair in region_pairs(clip, hazy, "region_dense") if pair.masklets == ("rex",)]


def test_two_dogs_are_told_apart_by_their_masks_alone(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    second = {"start": 4.0, "end": 8.0}
    twin: tuple[Claim, ...] = (
        Presence(entity="max", what="dog", category="animal", **second),
        Absence(entity="max", what="dog", category="animal", start=0.0, end=4.0),
        Action(entity="max", action="sit", **second),
    )
    pairs = region_pairs(clip, (*small_world, *twin), "region_caption")
    assert about(pairs, "max").turns[1].text == "In a street at night, a dog sits."


def test_without_masks_nobody_is_marked(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    pairs = ProgramsSynthesizer(pairs_per_minute=10_000).synthesize(clip, small_world, 7, Path())
    assert not [pair for pair in pairs if pair.form.startswith("region_")]


@given(worlds())
@FEW
def test_segments_tile_the_clip(world: World) -> None:
    clip, claims = world
    for pair in region_pairs(clip, claims, "region_dense"):
        lines = lines_of(pair)
        assert len(lines) == len(pair.segments) == pair.turns[-1].text.count("\n") + 1
        assert lines[0][0] == 0 and lines[-1][1] == clip.frames - 1
        assert all(first <= last for first, last, _ in lines)
        assert all(one[1] + 1 == other[0] for one, other in pairwise(lines))
        assert [text for _, _, text in lines] == [one.text for one in pair.segments]
        assert all(one.end == pytest.approx(other.start) for one, other in pairwise(pair.segments))
        gone = [c for c in claims if isinstance(c, Absence) and c.entity in pair.masklets]
        away = sum(one.end - one.start for one in pair.segments if one.text == "The subject is out of frame.")
        assert away == pytest.approx(sum(c.end - c.start for c in gone))


@given(worlds())
@FEW
def test_frames_are_in_range_and_answers_can_be_computed_again(world: World) -> None:
    clip, claims = world
    for form in ("region_caption", "region_localise", "region_dense"):
        for pair in region_pairs(clip, claims, form):
            assert rerun(pair.program, claims) == pair.turns[-1].text
            for first, last in re.findall(r"\[(\d+), (\d+)\]", " ".join(turn.text for turn in pair.turns)):
                assert 0 <= int(first) <= int(last) < clip.frames
            assert set(pair.claims) <= {claim.id for claim in claims} and len(pair.masklets) == 1
