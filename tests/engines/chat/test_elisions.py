from __future__ import annotations

import pytest

from dreamgen.engines.chat.elisions import elisions, is_elision
from dreamgen.story.expansion.drafts import LineDraft, QuestionDraft, ScenePlan, ShotDraft, StepDraft


@pytest.mark.parametrize(
    "text",
    ["...", "……", "…", " . . . ", "[...]", "(…)", "etc.", "And so on", "and so on...", "Continued", "same as above",
     "As before.", "rest omitted", "TODO", "placeholder", "..."],
)  # fmt: skip
def test_dots_and_the_like_say_that_something_is_left_out(text: str) -> None:
    assert is_elision(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No.",
        "Wait... what?",
        "And so on they walked.",
        "Dot",
        "A",
        "The same as ever",
        "Etcetera!",
        "He continued.",
    ],
)
def test_words_say_something(text: str) -> None:
    assert not is_elision(text)


def test_every_place_of_an_answer_is_named() -> None:
    shot = ShotDraft(text="Mara walks.", framing="wide", steps=(StepDraft(who="mara", does="walk"),))
    plan = ScenePlan(
        shots=(shot, shot.model_copy(update={"text": "……"})),
        dialogue=(LineDraft(shot=1, who="mara", words="Hello."),),
        questions=(QuestionDraft(question="Who walks?", answer="..."),),
    )
    assert [line.split(" ")[0] for line in elisions(plan)] == ["shots[2].text", "questions[1].answer"]
