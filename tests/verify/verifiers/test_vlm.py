from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dreamgen.core.claims import Attribute, Cause, Claim, Cut, Place, Presence
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Answer, Question, Verdict
from dreamgen.core.twins import false_twins
from dreamgen.engines.video import write_video
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.seeing import Frames, Query, Seen
from dreamgen.errors import ModelError, UsageError
from dreamgen.language.company import Company
from dreamgen.language.telling import Room, state
from dreamgen.language.times import stretch
from dreamgen.run.verifying import who_is_who
from dreamgen.verify.asking.questions import put
from dreamgen.verify.comparing.keys import Case
from dreamgen.verify.verifiers.vlm import VlmVerifier
from tests.onlooker import Onlooker, OnlookingVlm, Rule, between, knowing, options, said

NOWHERE = Path()


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds that go from dark to bright."""
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    write_video((np.full((32, 64, 3), 16 + 3 * number, np.uint8) for number in range(64)), path, 8, (64, 32))
    return path


@pytest.fixture
def footage(video: Path, small_world: tuple[Claim, ...]) -> Footage:
    return Footage("scene-01", video, {}, who_is_who({"scene-01": small_world}))


def true_of(small_world: Sequence[Claim], cast: Sequence[Presence | Attribute]) -> set[str]:
    """Every sentence that is right, with the time that it is right of."""
    room = Room(Company.of(cast, small_world), {claim.id: claim for claim in small_world})

    def when(claim: Claim) -> str:
        asked = put(room, claim, 0)
        return stretch(asked.span if asked and isinstance(claim, Cut) else (claim.start, claim.end), 8.0)

    right = {f"{when(claim)}: {one.text}" for claim in small_world if (one := state(room, claim))}
    twins = [twin for claim in small_world for twin in false_twins(claim, small_world)]
    return right | {f"{when(twin)}: {one.opposite}" for twin in twins if (one := state(room, twin))}


def look(footage: Footage, claims: Sequence[Claim], rule: Rule, **options: object) -> tuple[Onlooker, list[Verdict]]:
    onlooker = Onlooker(rule)
    eyes = OnlookingVlm.model_validate({"vision": VisionModel(frames=16), **options}).looking(onlooker)
    return onlooker, list(eyes.verify(footage, claims, NOWHERE))


def test_whoever_sees_what_is_there_supports_what_is_true_and_refutes_every_twin(
    footage: Footage, small_world: tuple[Claim, ...]
) -> None:
    twins = [twin for claim in small_world for twin in false_twins(claim, small_world)[:1]]
    _, verdicts = look(footage, [*twins, *small_world], knowing(*true_of(small_world, footage.cast)))
    assert [one.about for one in verdicts] == [claim.id for claim in (*twins, *small_world)]
    kinds = {claim.id: claim.kind for claim in (*twins, *small_world)}
    asked = [one for one in verdicts if kinds[one.about] not in ("cause", "narration")]
    true = {claim.id for claim in small_world}
    assert {(one.about in true, one.outcome) for one in asked} == {(True, "supported"), (False, "refuted")}
    assert all(0.7 <= one.confidence <= 1 for one in asked)
    assert {one.reason for one in verdicts if one not in asked} == {"not_askable"}


def test_the_evidence_names_the_frames_the_chances_and_the_statement(
    footage: Footage, small_world: tuple[Claim, ...]
) -> None:
    place = next(claim for claim in small_world if isinstance(claim, Place))
    _, (verdict,) = look(footage, [place], knowing("Between 0:00.0 and 0:04.0: This happens in a forest."))
    assert verdict.by == "vlm"
    assert verdict.evidence.startswith("right 0.95, opposite right 0.05, chosen 0.95 of 5, together 0.97; ")
    assert verdict.evidence.endswith("16 frames from 0:00.2 to 0:07.8: This happens in a forest.")


def test_many_claims_are_asked_of_the_same_frames_at_one_go(footage: Footage, small_world: tuple[Claim, ...]) -> None:
    onlooker, _ = look(footage, small_world, knowing())
    whole, close = onlooker.shown
    assert whole is not None and close is not None
    assert len(whole.times) == 16 and whole.times[-1] > 7
    # the cut is looked at from near
    assert [close.times[0], close.times[-1]] == pytest.approx([2.9, 5.1], abs=0.2)
    about = {query.where for query in onlooker.asked if "0:04.0" in query.text and "another shot" in query.text}
    assert about == {claim.id for claim in small_world if isinstance(claim, Cut)}


def test_the_question_says_when_and_nothing_that_tells_the_answer(
    footage: Footage, small_world: tuple[Claim, ...]
) -> None:
    red = next(claim for claim in small_world if isinstance(claim, Attribute))
    onlooker, _ = look(footage, [red], knowing())
    for query in onlooker.asked:
        assert "In the whole video" in query.text
        assert "Mara" not in query.text and red.id not in query.text + query.system
    later = next(claim for claim in small_world if isinstance(claim, Place) and claim.place == "street")
    onlooker, _ = look(footage, [later], knowing())
    assert all(query.text.startswith("Between 0:04.0 and 0:08.0") for query in onlooker.asked)


@pytest.mark.parametrize("always", ["Yes", "No", "A"])
def test_whoever_always_says_the_same_decides_nothing(
    always: str, footage: Footage, small_world: tuple[Claim, ...]
) -> None:
    def rule(query: Query, frames: Frames | None) -> Seen:
        answer = always if always in query.choices else query.choices[0]
        return said(query, *(0.97 if choice == answer else 0.01 for choice in query.choices))

    _, verdicts = look(footage, small_world, rule)
    assert {one.outcome for one in verdicts} == {"unsure"}
    assert {one.reason for one in verdicts} == {"contradictory", "not_askable"}


def test_what_is_not_among_the_choices_is_unsure_and_says_what_was_said_instead(
    footage: Footage, small_world: tuple[Claim, ...]
) -> None:
    def chatty(query: Query, frames: Frames | None) -> Seen:
        return Seen(query, failure="prose", detail="What a lovely film!")

    _, verdicts = look(footage, small_world[:1], chatty)
    assert [(one.outcome, one.reason) for one in verdicts] == [("unsure", "prose")]
    assert "What a lovely film!" in verdicts[0].evidence

    def quiet(query: Query, frames: Frames | None) -> Seen:
        return Seen(query, (0.2,) + (0.01,) * (len(query.choices) - 1), "Yes")

    _, verdicts = look(footage, small_world[:1], quiet)
    assert verdicts[0].reason == "prose"


def test_a_clip_that_can_not_be_read_leaves_every_claim_unsure(
    footage: Footage, small_world: tuple[Claim, ...], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    onlooker, verdicts = look(replace(footage, video=broken), small_world, knowing())
    assert {one.outcome for one in verdicts} == {"unsure"}
    assert {one.reason for one in verdicts} == {"unreadable", "not_askable"}
    assert not onlooker.asked


def test_an_endpoint_that_is_down_is_an_error_and_no_verdict(footage: Footage, small_world: tuple[Claim, ...]) -> None:
    def down(query: Query, frames: Frames | None) -> Seen:
        raise ModelError("the server does not answer")

    with pytest.raises(ModelError, match="does not answer"):
        look(footage, small_world, down)


def test_nobody_to_speak_of_is_unsure_and_nothing_is_asked(footage: Footage, small_world: tuple[Claim, ...]) -> None:
    why = next(claim for claim in small_world if isinstance(claim, Cause))
    stranger = Attribute(entity="nobody", slot="top", value="coat", colour="red", start=0, end=4)
    onlooker, verdicts = look(footage, [why, stranger], knowing())
    assert [one.reason for one in verdicts] == ["not_askable", "no_words"]
    assert not onlooker.shown


QUESTIONS = (
    Question(about="p1", form="choice", text="What is it?", options=("a dog", "a cat", "a horse")),
    Question(about="p2", form="yes_no", text="Is it snowing?"),
    Question(about="p3", form="open", text="Who is it?"),
    Question(about="p4", form="caption", text="Describe the video."),
    Question(about="p5", form="region_caption", text="Describe the marked one."),
)


def answered(footage: Footage, rule: Rule, view: str = "video") -> tuple[Onlooker, list[Answer]]:
    onlooker = Onlooker(rule)
    eyes = OnlookingVlm(vision=VisionModel(frames=4)).looking(onlooker)
    return onlooker, list(eyes.answer(footage, QUESTIONS, view, 7, NOWHERE))  # type: ignore[arg-type]


def candid(query: Query, frames: Frames | None) -> Seen:
    """Sees a cat in the snow."""
    if "<options>" in query.text:
        told = options(query)
        return said(query, *(0.8 if told[letter] == "a cat" else 0.1 for letter in query.choices))
    if query.choices:
        return said(query, *((0.1, 0.9) if "answered this question with No" in query.text else (0.9, 0.1)))
    return Seen(query, text=" A cat. ")


def test_questions_are_answered_without_their_keys_and_options_undo_their_shuffle(footage: Footage) -> None:
    onlooker, found = answered(footage, candid)
    assert [one.about for one in found] == ["p1", "p2", "p3", "p4", "p5"]
    assert found[0].text == "a cat"
    assert found[0].chances == pytest.approx((0.1, 0.8, 0.1))
    assert found[1].text == "Yes"
    assert found[1].chances == pytest.approx((0.9, 0.1))
    assert [one.text for one in found[2:4]] == ["A cat."] * 2
    assert (found[4].failure, found[4].text, found[4].chances) == ("not_askable", "", ())
    assert len(onlooker.shown) == 1
    first = [list(options(query).values()) for query in onlooker.asked if "<options>" in query.text]
    assert first[0] != first[1] and sorted(first[0]) == sorted(first[1])
    assert between(onlooker.asked[2], "question") == "Is it snowing?"


def test_a_view_decides_what_is_shown(footage: Footage) -> None:
    shown = {view: answered(footage, candid, view)[0].shown[0] for view in ("none", "frame", "video", "reversed")}
    assert shown["none"] is None
    assert shown["frame"] is not None and len(shown["frame"].times) == 1
    assert shown["video"] is not None and shown["reversed"] is not None
    assert np.array_equal(shown["video"].pixels, shown["reversed"].pixels[::-1])


def test_whoever_is_shown_nothing_is_asked_to_guess(footage: Footage) -> None:
    told = {view: answered(footage, candid, view)[0].asked[0] for view in ("none", "video")}
    assert "not shown" in told["none"].system and "most likely" in told["none"].text
    assert "Go by what the frames show" in told["video"].system and "fits the frames" in told["video"].text


def test_no_answer_is_no_vote_for_any_option(footage: Footage) -> None:
    def mute(query: Query, frames: Frames | None) -> Seen:
        return Seen(query, failure="refused")

    _, found = answered(footage, mute)
    assert [one.failure for one in found] == ["refused"] * 4 + ["not_askable"]
    assert not any(one.chances or one.text for one in found)


def test_a_clip_that_can_not_be_read_is_not_answered_about(footage: Footage, tmp_path: Path) -> None:
    onlooker, found = answered(replace(footage, video=tmp_path / "gone.mp4"), candid)
    assert {one.failure for one in found} == {"unreadable"}
    assert not onlooker.asked


def test_it_judges_free_words_without_a_picture() -> None:
    def rule(query: Query, frames: Frames | None) -> Seen:
        same = between(query, "first")[:3] == between(query, "second")[:3]
        return said(query, *((0.9, 0.1) if same != ("something else" in query.text) else (0.1, 0.9)))

    onlooker = Onlooker(rule)
    eyes = OnlookingVlm().looking(onlooker)
    cases = [Case("p1", 0, "Who?", "the man", "the fellow", "same"), Case("p2", 0, "Who?", "her", "it", "same")]
    assert list(eyes.judge(cases, NOWHERE)) == [pytest.approx(0.9), pytest.approx(0.1)]
    assert onlooker.shown == [None]
    assert list(eyes.judge([], NOWHERE)) == []


def test_without_a_model_it_says_so_before_anything_is_made() -> None:
    with pytest.raises(UsageError, match="no vision-language model is named"):
        VlmVerifier().ready()
