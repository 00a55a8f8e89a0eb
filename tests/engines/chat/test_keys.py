from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from dreamgen.core.base import Record
from dreamgen.engines.chat.keys import mended_keys
from dreamgen.story.expansion.drafts import ScenePlan, ShotDraft, StepDraft

STEP = {"who": "mara", "does": "walk", "whom": None, "using": None, "feels": None}
SHOT = {"text": "Mara walks.", "framing": "wide", "steps": [STEP], "tells": None}
PLAN = {"shots": [SHOT], "dialogue": [], "questions": []}


def renamed(value: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {new if key == old else key: inner for key, inner in value.items()}


@pytest.mark.parametrize(
    ("shape", "value", "old", "new"),
    [
        (ScenePlan, PLAN, "dialogue", "dialgue"),
        (ScenePlan, PLAN, "dialogue", "dialog"),
        (ScenePlan, PLAN, "shots", "Shots"),
        (ScenePlan, PLAN, "questions", "questtions"),
        (ShotDraft, SHOT, "framing", "fraiming"),
        (StepDraft, STEP, "using", "usingg"),
    ],
)
def test_a_misspelt_key_gets_its_name(shape: type[BaseModel], value: dict[str, Any], old: str, new: str) -> None:
    assert mended_keys(renamed(value, old, new), shape) == (value, ())


def test_keys_are_mended_at_every_depth() -> None:
    bad = {**PLAN, "shots": [SHOT, {**SHOT, "steps": [renamed(STEP, "does", "Does")]}]}
    assert mended_keys(bad, ScenePlan) == ({**PLAN, "shots": [SHOT, SHOT]}, ())


def test_a_key_that_belongs_nowhere_is_named() -> None:
    bad = {**PLAN, "shots": [{**SHOT, "mood": "sad"}]}
    assert mended_keys(bad, ScenePlan)[1] == ("shots[1].mood is not asked for.",)


def test_a_field_that_is_there_is_not_written_twice() -> None:
    assert mended_keys({**PLAN, "dialgue": []}, ScenePlan)[1] == ("dialgue is not asked for.",)


def test_two_keys_do_not_get_the_same_name() -> None:
    bad = {"shots": [SHOT], "dialog": [], "dialgue": [], "questions": []}
    assert len(mended_keys(bad, ScenePlan)[1]) == 1


class Near(Record):
    """Two fields that are alike."""

    place_a: str
    """One."""
    place_b: str
    """The other."""


def test_between_two_that_are_as_near_nobody_guesses() -> None:
    assert mended_keys({"place_c": "x"}, Near)[1] == ("place_c is not asked for.",)
    assert mended_keys({"place_a": "y", "place_c": "x"}, Near) == ({"place_a": "y", "place_b": "x"}, ())


def test_an_empty_text_where_there_may_be_nothing_is_nothing() -> None:
    assert mended_keys({**STEP, "whom": "", "does": ""}, StepDraft) == ({**STEP, "whom": None, "does": ""}, ())


def test_an_object_within_another_is_taken_out() -> None:
    assert mended_keys({"scene_plan": PLAN}, ScenePlan) == (PLAN, ())
    assert mended_keys({"scene_plan": {"mood": "sad"}}, ScenePlan)[1] == ("scene_plan is not asked for.",)


@pytest.mark.parametrize("value", [None, 3, "text", [], {"shots": "text"}, {"shots": None}, {"shots": [1, None, []]}])
def test_values_of_other_kinds_are_left_for_the_record_to_refuse(value: Any) -> None:
    assert mended_keys(value, ScenePlan) == (value, ())
