from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dreamgen.core.brief import Brief
from dreamgen.core.story import DraftQuestion, Story
from dreamgen.story.dreamframe.benching import OVERVIEW, TEMPORAL, benched
from dreamgen.story.staging import stage
from dreamgen.story.writers.rules import RulesWriter

PLOT = "Mara walks along the harbour. Mara sits down in a room. The dog Rex runs into the forest."


def movie(story: Story) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(benched(story))
    return data


def test_a_movie_has_one_overview_two_questions_on_its_plot_and_one_on_the_order_of_events() -> None:
    story = stage(RulesWriter().write(Brief(text=PLOT), 3, Path()))
    found = movie(story)
    assert found["movie_title"] == story.title
    asked = {name: [one["Question"] for one in pairs] for name, pairs in found["QA"].items()}
    assert asked["overview_qa"] == [OVERVIEW] and asked["temporal_qa"] == [TEMPORAL]
    assert asked["plot_qa"][0] == "How does the movie end?" and "What happens in this place" in asked["plot_qa"][1]
    (ordered,) = found["QA"]["temporal_qa"]
    assert ordered["Answer"].index("walks") < ordered["Answer"].index("sits") < ordered["Answer"].index("runs")
    assert "runs" in found["QA"]["plot_qa"][0]["Answer"]


def test_an_answer_is_made_of_whole_sentences() -> None:
    plot = "Mara smiled in the park and waved. A couple walking past a fence learn on a railing and look up."
    story = RulesWriter().write(Brief(text=plot), 3, Path())
    found = movie(story)["QA"]
    assert found["temporal_qa"][0]["Answer"] == (
        "Mara smiled in the park and waved. A couple walking past a fence learn on a railing. The couple look up."
    )
    last = story.shots[-1].model_copy(update={"description": "learn on a railing and look up."})
    before = story.shots[-2].model_copy(update={"description": "A couple walking past a fence"})
    scene = story.scenes[-1].model_copy(update={"shots": (before, last)})
    cut = story.model_copy(update={"acts": (story.acts[-1].model_copy(update={"scenes": (scene,)}),)})
    ends = "A couple walking past a fence learn on a railing and look up."
    assert movie(cut)["QA"]["plot_qa"][0] == {"Question": "How does the movie end?", "Answer": ends}


def test_the_writers_own_questions_come_first_and_none_of_a_single_scene(story: Story) -> None:
    levels = ("story", "scene", "act", "story")
    own = tuple(
        DraftQuestion(node="n", level=level, question=f"Why {n}?", answer=f"Because {n}.")
        for n, level in enumerate(levels)
    )
    same = DraftQuestion(node="n", level="story", question="What is it about?", answer=story.overview)
    pairs = movie(story.model_copy(update={"questions": (same, *own)}))["QA"]["plot_qa"]
    assert pairs == [
        {"Question": "Why 0?", "Answer": "Because 0."}, {"Question": "Why 2?", "Answer": "Because 2."},
    ]  # fmt: skip
