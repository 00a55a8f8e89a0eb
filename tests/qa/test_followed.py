"""Region tasks of found footage: what is told of a marked subject, or where it goes."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamgen.core.claims import Absence, Attribute, Claim, Description, Movement, Presence
from dreamgen.core.media import Clip, MediaRef
from dreamgen.core.pairs import InstructionPair
from dreamgen.qa.programs import rerun
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer

MASKS = MediaRef(path="masklets/regions/a-001.jsonl.gz", sha256="0" * 64)
DOG = {"entity": "dog-1", "what": "dog", "category": "animal"}
RUNS, BARKS = "The brown dog runs to the fence on the left.", "It barks at somebody behind the fence and wags its tail."
BY = ("model annotate/region_description@0",)


def found(frames: int = 240, fps: float = 24) -> Clip:
    return Clip(
        id="a-001", video=MediaRef(path="clips/a-001.mp4", sha256="0" * 64), fps=fps, size=(64, 48), frames=frames,
        masklets=MASKS, motion="found", pictures="found", origin="found",
    )  # fmt: skip


def told(text: str, start: float, end: float, entity: str = "dog-1") -> Description:
    return Description(start=start, end=end, entity=entity, text=text, by=BY)


def seen(start: float, end: float) -> Presence:
    return Presence.model_validate({**DOG, "start": start, "end": end})


def gone(start: float, end: float) -> Absence:
    return Absence.model_validate({**DOG, "start": start, "end": end})


AWAY = (seen(0, 4), gone(4, 6), seen(6, 10), told(RUNS, 0, 4), told(BARKS, 6, 10))


def ask(claims: tuple[Claim, ...], form: str, clip: Clip | None = None) -> list[InstructionPair]:
    clip = clip or found()
    synthesizer = ProgramsSynthesizer(pairs_per_minute=10_000, tasks=(form,))
    pairs = [pair for pair in synthesizer.synthesize(clip, claims, 7, Path()) if pair.form == form]
    for pair in pairs:
        assert pair.masklets == ("dog-1",)
        assert rerun(pair.program, claims) == pair.turns[1].text
    return pairs


def lines_of(pair: InstructionPair) -> list[tuple[int, int, str]]:
    rows = [re.fullmatch(r"\[(\d+), (\d+)\]: (.+)", line) for line in pair.turns[1].text.split("\n")]
    return [(int(row[1]), int(row[2]), row[3]) for row in rows if row]


def test_P4_the_dense_caption_tiles_the_clip_and_says_where_the_subject_is_out_of_frame() -> None:
    (pair,) = ask(AWAY, "region_dense")

    assert lines_of(pair) == [(0, 95, RUNS), (96, 143, "The subject is out of frame."), (144, 239, BARKS)]
    assert [(one.start, one.end, one.text) for one in pair.segments] == [
        (0, 4, RUNS), (4, 6, "The subject is out of frame."), (6, 10, BARKS),
    ]  # fmt: skip
    assert {claim.id for claim in AWAY} <= set(pair.claims)


def test_P4_where_nobody_knows_whether_it_is_seen_there_is_no_dense_caption() -> None:
    assert ask((seen(0, 4), seen(6, 10), told(RUNS, 0, 4), told(BARKS, 6, 10)), "region_dense") == []
    # and none where somebody told of some of it only
    assert ask((seen(0, 4), gone(4, 6), seen(6, 10), told(RUNS, 0, 4)), "region_dense") == []


def test_a_caption_of_some_frames_is_what_was_told_of_them() -> None:
    first, second = sorted(ask(AWAY, "region_caption"), key=lambda pair: pair.span or (0, 0))
    assert "within frames [0, 95] in this 240 frame video" in first.turns[0].text
    assert (first.turns[1].text, second.turns[1].text) == (RUNS, BARKS)
    assert (first.span, second.span) == ((0.0, 4.0), (6.0, 10.0))


def test_P7_a_caption_that_fits_one_time_alone_is_to_be_found() -> None:
    pairs = ask(AWAY, "region_localise")
    assert sorted(pair.turns[1].text for pair in pairs) == ["[0, 95]", "[144, 239]"]
    assert (
        "of when 'The brown dog runs to the fence on the left' happens"
        in pairs[0].turns[0].text + pairs[1].turns[0].text
    )


@pytest.mark.parametrize(
    "other",
    [
        RUNS,
        "Again the brown dog runs to the fence on the left",
        "On the left, to the fence, runs the dog: it is brown.",
        "",
    ],
)
def test_P7_what_may_be_true_of_another_time_too_is_not_to_be_found(other: str) -> None:
    more = (told(other, 6, 10),) if other else ()
    assert ask((seen(0, 4), gone(4, 6), seen(6, 10), told(RUNS, 0, 4), *more), "region_localise") == []


def test_P7_what_lasts_nearly_all_of_the_clip_is_not_to_be_found() -> None:
    claims = (seen(0, 9), gone(9, 10), told(RUNS, 0, 9))
    assert ask(claims, "region_localise") == []
    assert len(ask(claims, "region_caption")) == 1


def test_without_words_of_anybody_the_way_of_a_subject_is_told() -> None:
    def goes(direction: str, start: float, end: float) -> Movement:
        return Movement.model_validate({"entity": "dog-1", "direction": direction, "start": start, "end": end})

    coat = Attribute(start=0, end=10, entity="dog-1", slot="coat", value="plain", colour="brown")
    claims = (seen(0, 6), gone(6, 10), goes("left", 0, 3), goes("none", 3, 6), coat)

    (dense,) = ask(claims, "region_dense")
    assert lines_of(dense) == [
        (0, 71, "The subject is a brown dog. It moves to the left."), (72, 143, "It stays in one place."),
        (144, 239, "The subject is out of frame."),
    ]  # fmt: skip
    assert sorted(pair.turns[1].text for pair in ask(claims, "region_localise")) == ["[0, 71]", "[72, 143]"]
    # the same way at two times has no time of its own
    twice = (seen(0, 10), goes("left", 0, 3), goes("none", 3, 6), goes("left", 6, 10))
    assert [pair.turns[1].text for pair in ask(twice, "region_localise")] == ["[72, 143]"]
    # and what is not clear at some time may be the same
    assert ask((seen(0, 10), goes("left", 0, 3), goes("none", 3, 6)), "region_localise") == []


def test_what_is_told_of_more_than_a_stretch_is_not_told_of_the_stretch() -> None:
    text = "A brown dog plays in a garden and leaves."
    whole = Description(start=0, end=10, entity="dog-1", text=text, by=("other",))
    assert {pair.turns[1].text for pair in ask((*AWAY, whole), "region_caption")} == {RUNS, BARKS}
    assert ask((seen(0, 4), gone(4, 10), whole), "region_caption") == []


def test_texts_of_others_are_no_templates() -> None:
    text = "The dog {answer} {0} 'jumps' over %s {{it}}."
    (first, *_) = ask((seen(0, 4), gone(4, 10), told(text, 0, 4)), "region_caption")
    assert first.turns[1].text == text
    (found_,) = ask((seen(0, 4), gone(4, 10), told(text, 0, 4)), "region_localise")
    assert text.rstrip(".") in found_.turns[0].text


@settings(max_examples=12, deadline=None)
@given(
    frames=st.integers(1, 400),
    fps=st.sampled_from([0.5, 1, 2, 12, 23.976, 29.97, 60]),
    cuts=st.lists(st.floats(0.02, 0.98), max_size=5, unique=True),
)
def test_P3_frames_lie_in_the_clip_and_P4_touch_without_overlap(frames: int, fps: float, cuts: list[float]) -> None:
    clip = found(frames, fps)
    bounds = [0.0, *sorted(round(cut * clip.seconds, 4) for cut in cuts), clip.seconds]
    claims: list[Claim] = []
    for number, (start, end) in enumerate(pairwise(bounds)):
        if end > start:
            text = f"{'aeiou'[number % 5] * 9} {number * 1111} {'xyzvw'[number % 5] * 7}."
            claims += [gone(start, end)] if number % 3 == 1 else [seen(start, end), told(text, start, end)]

    for pair in ask(tuple(claims), "region_dense", clip):
        rows = lines_of(pair)
        assert rows[0][0] == 0
        assert rows[-1][1] == frames - 1
        assert all(first <= last for first, last, _ in rows)
        assert all(after[0] == before[1] + 1 for before, after in pairwise(rows))
    for form in ("region_caption", "region_localise"):
        for pair in ask(tuple(claims), form, clip):
            text = pair.turns[1 if form == "region_localise" else 0].text
            first, last = map(int, re.search(r"\[(\d+), (\d+)\]", text).groups())  # type: ignore[union-attr]
            assert 0 <= first <= last < frames
