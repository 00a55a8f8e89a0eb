from __future__ import annotations

import json
import time
from typing import Any

import pytest
from pydantic import Field, create_model

from dreamgen.engines.chat.replies import MOST_WRONG, knows, read
from dreamgen.story.expansion.drafts import ScenePlan, ShotDraft

STEP = {"who": "mara", "does": "walk", "whom": None, "using": None, "feels": None}
SHOT = {"text": "Mara walks.", "framing": "wide", "steps": [STEP], "tells": None}
PLAN: dict[str, Any] = {"shots": [SHOT, SHOT], "dialogue": [], "questions": []}
Two = create_model(
    "Two", __base__=ScenePlan, shots=(tuple[ShotDraft, ...], Field(min_length=2, max_length=2))
)  # fmt: skip


def wrong(value: Any) -> tuple[str, ...]:
    reading = read(value if isinstance(value, str) else json.dumps(value), Two)
    assert reading.answer is None and reading.failure == "malformed"
    return reading.wrong


def test_a_right_reply_is_an_answer() -> None:
    reading = read(json.dumps(PLAN), Two)
    assert reading.answer == Two.model_validate(PLAN) and reading.failure is None and not reading.wrong


def test_what_is_wrong_is_told_in_plain_words() -> None:
    assert wrong({**PLAN, "shots": [SHOT]}) == ("shots has 1 items; at least 2 are wanted.",)
    assert wrong({**PLAN, "shots": [SHOT] * 3}) == ("shots has 3 items; at most 2 are wanted.",)
    assert wrong({"shots": [SHOT, SHOT], "questions": []}) == ("dialogue is missing.",)
    assert wrong({**PLAN, "shots": [SHOT, {**SHOT, "text": ""}]}) == ("shots[2].text is empty.",)
    assert wrong({**PLAN, "shots": [SHOT, {**SHOT, "text": "x" * 201}]}) == (
        "shots[2].text is longer than 200 characters.",
    )
    assert wrong("") == ("The reply was empty.",)
    (line,) = wrong({**PLAN, "shots": [SHOT, {**SHOT, "framing": "huge"}]})
    assert line.startswith("shots[2].framing can't be \"huge\": Input should be 'wide'")


def test_a_long_list_of_faults_is_bounded() -> None:
    lines = wrong({**PLAN, "shots": [{**SHOT, f"key{n}": 1} for n in range(50)]})
    assert len(lines) == MOST_WRONG + 1 and lines[-1] == f"There are {50 - MOST_WRONG} more of the kind."


def test_a_number_in_quotes_is_a_number_but_a_truth_is_none() -> None:
    good = read(json.dumps({**PLAN, "shots": [SHOT, {**SHOT, "tells": "3"}]}), Two).answer
    assert good is not None and good.shots[1].tells == 3
    for value in (True, 1.5, "three", [3]):
        assert wrong({**PLAN, "shots": [SHOT, {**SHOT, "tells": value}]})


@pytest.mark.parametrize(
    "text",
    ["I'm sorry, but I can't help with that.", "I cannot write this story.", "As an AI I do not do that.",
     "I am unable to do so."],
)  # fmt: skip
def test_an_apology_is_a_refusal(text: str) -> None:
    assert read(text, Two).failure == "refused"


def test_an_apology_within_an_answer_is_none() -> None:
    line = {"shot": 1, "who": "mara", "words": "I'm sorry, I can't help you."}
    assert read(json.dumps({**PLAN, "dialogue": [line]}), Two).answer is not None
    assert read("Once upon a time.", Two).failure == "malformed"


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (json.dumps(PLAN), True),
        (json.dumps({"shots": []}), True),
        (json.dumps({"Two": {"shots": []}}), True),
        (json.dumps({"story": "Once upon a time."}), False),
        ("Once upon a time.", False),
        ("", None),
        ("I'm sorry, I can't help with that.", None),
        (json.dumps(PLAN)[:50], None),
    ],
)
def test_a_reply_shows_whether_its_author_has_seen_the_shape(text: str, known: bool | None) -> None:
    assert knows(text, Two) is known


def test_a_reply_beyond_all_measure_is_not_looked_at() -> None:
    assert wrong("{" + " " * 1_000_000 + "}") == ("The reply was far too long.",)


@pytest.mark.parametrize(
    "shot", [{**SHOT, "steps": []}, {**SHOT, "text": "", "framing": "huge"}, {"texx": 1, "b": 2}], ids=str
)
def test_a_long_reply_is_judged_soon_however_much_is_wrong(shot: object) -> None:
    text = json.dumps({**PLAN, "shots": [shot] * (300_000 // len(json.dumps(shot)))})
    began = time.process_time()
    assert read(text, ScenePlan).failure == "malformed"
    assert time.process_time() - began < 4.0
