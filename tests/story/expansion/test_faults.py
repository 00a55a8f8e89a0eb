"""Tests of what is asked for again although it has its shape."""

from __future__ import annotations

from typing import Any

import pytest

from dreamgen.story.expansion.drafts import (
    ActDraft,
    ActPlan,
    LineDraft,
    Outline,
    PersonDraft,
    PlaceDraft,
    Premise,
    QuestionDraft,
    SceneDraft,
    ScenePlan,
    ShotDraft,
    StepDraft,
)
from dreamgen.story.expansion.faults import Fault, act_faults, outline_faults, premise_faults, scene_faults

MARA = PersonDraft(name="Mara", kind="woman", looks="A tall woman with grey hair and a red coat.")


def premise(**changes: Any) -> Premise:
    good = Premise(
        title="The Last Lantern",
        overview="Mara keeps the lantern. It goes out, and she lights it again.",
        genre="drama",
        tone="{Wistful}, ((lantern light)), muted palette",
        style_word="Wistful",
        cast=(MARA,),
        places=(PlaceDraft(name="old harbour", set="harbour"),),
        props=(),
        questions=(QuestionDraft(question="What does Mara keep?", answer="The lantern."),),
    )
    return good.model_copy(update=changes)


def plan(*texts: str, tells: tuple[int | None, ...] = (), **changes: Any) -> ScenePlan:
    numbers = tells or (None,) * len(texts)
    step = StepDraft(who="mara", does="walk")
    shots = tuple(
        ShotDraft(text=text, framing="full", steps=(step,), tells=number)
        for text, number in zip(texts, numbers, strict=True)
    )
    return ScenePlan(shots=shots, dialogue=(), questions=()).model_copy(update=changes)


def scene(content: str) -> SceneDraft:
    return SceneDraft(
        title="One", content=content, place="harbour", day=1, time_of_day="day", weather="clear",
        cast=("mara",), carried=(), gone=(), questions=(),
    )  # fmt: skip


def reasons(faults: tuple[Fault, ...]) -> list[str]:
    return [fault.reason for fault in faults]


def test_a_good_premise_has_no_faults() -> None:
    assert premise_faults(premise(), likeness=False) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"overview": "Mara keeps the lantern. Then..."}, "elided"),
        ({"overview": "Mara keeps …… and so it ends."}, "elided"),
        ({"genre": "romantic comedy"}, "not_one_word"),
        ({"style_word": "very dark"}, "not_one_word"),
        ({"tone": "{Bright}, ((light))"}, "tone_keyword"),
        ({"tone": "lantern light, muted"}, "tone_weights"),
        ({"places": (PlaceDraft(name="the old harbour", set="harbour"),)}, "place_name_too_long"),
        ({"places": (PlaceDraft(name="Mara's house", set="room"),)}, "place_name_personal"),
        ({"places": (PlaceDraft(name="house Mara", set="room"),)}, "place_name_personal"),
        ({"places": (PlaceDraft(name="bakers’ row", set="street"),)}, "place_name_personal"),
        ({"places": (PlaceDraft(name="Hill", set="field"), PlaceDraft(name="hill", set="park"))}, "named_twice"),
        ({"cast": (MARA, MARA)}, "named_twice"),
        ({"cast": (MARA.model_copy(update={"looks": "A woman who looks like Jane Doe."}),)}, "likeness"),
        ({"questions": (QuestionDraft(question="Does Mara win?", answer="Yes."),)}, "question_word"),
        ({"questions": (QuestionDraft(question="?", answer="Yes."),)}, "question_word"),
    ],
)
def test_a_premise_that_breaks_a_rule_is_told_which(changes: dict[str, Any], reason: str) -> None:
    faults = premise_faults(premise(**changes), likeness=False)
    assert reason in reasons(faults)
    assert all(fault.says.endswith(".") or fault.says.endswith("}.") for fault in faults)


@pytest.mark.parametrize(
    ("name", "faulty"), [("Captain Tom", True), ("Zorbla", True), ("White Rabbit", False), ("Bear", False)]
)
def test_a_place_may_share_a_noun_with_somebody_but_not_a_name(name: str, faulty: bool) -> None:
    one = MARA.model_copy(update={"name": name})
    places = tuple(PlaceDraft(name=f"{word} hill", set="field") for word in name.lower().split())
    assert (
        "place_name_personal" in reasons(premise_faults(premise(cast=(one,), places=places), likeness=False))
    ) == faulty


def test_a_missing_keyword_is_no_fault_since_the_style_word_is_known() -> None:
    assert premise_faults(premise(tone="((lantern light)), muted"), likeness=False) == ()


def test_a_likeness_is_no_fault_where_it_is_allowed() -> None:
    famous = MARA.model_copy(update={"looks": "A woman who looks like Jane Doe."})
    assert premise_faults(premise(cast=(famous,)), likeness=True) == ()


def test_a_genre_that_was_asked_for_may_have_two_words() -> None:
    assert premise_faults(premise(genre="dark comedy"), likeness=False, genre="dark comedy") == ()


def test_an_outline_that_says_the_same_twice_in_a_row_is_refused() -> None:
    act = ActDraft(title="One", content="Mara waits.", places=("hill",), cast=("mara",), gone=(), questions=())
    assert reasons(outline_faults(Outline(acts=(act, act)))) == ["told_twice"]
    assert outline_faults(Outline(acts=(act, act.model_copy(update={"content": "Mara goes."})))) == ()


def test_scenes_are_told_in_full_and_go_on() -> None:
    good = ActPlan(scenes=(scene("Mara waits."), scene("Mara goes.")))
    assert act_faults(good, ()) == ()
    assert reasons(act_faults(ActPlan(scenes=(scene("Mara waits."), scene("mara  waits."))), ())) == ["told_twice"]
    assert reasons(act_faults(ActPlan(scenes=(scene("Mara waits, etc."),)), ())) == ["elided"]
    asked = (QuestionDraft(question="Is it late?", answer="No."),)
    assert reasons(act_faults(good, asked)) == ["question_word"]


def test_two_shots_may_be_alike_but_not_three() -> None:
    same = "In the harbour, Mara walks with the lantern."
    assert scene_faults(plan(same, same, "Tom sits in the tea house."), None) == ()
    almost = "In the harbour, Mara walks with a lantern."
    assert reasons(scene_faults(plan(same, almost, same, "Tom sits."), None)) == ["shots_alike"]


@pytest.mark.parametrize(
    ("tells", "found"),
    [
        ((4, 4, 5, 6), []),
        ((4, 5, 5, 5), ["not_told"]),
        ((5, 4, 6, 6), ["told_out_of_order"]),
    ],
)
def test_a_plots_sentences_are_told_in_order_and_none_is_left_out(tells: tuple[int, ...], found: list[str]) -> None:
    texts = ("Mara walks.", "Mara sits down.", "Tom rows home.", "They hug each other.")
    assert reasons(scene_faults(plan(*texts, tells=tells), (4, 6))) == found


def test_too_few_shots_for_all_sentences_is_not_the_models_fault() -> None:
    assert scene_faults(plan("Mara walks.", tells=(4,)), (4, 6)) == ()


def test_speech_may_trail_off() -> None:
    line = LineDraft(shot=1, who="mara", words="I don't know...")
    assert scene_faults(plan("Mara walks.", dialogue=(line,)), None) == ()
