"""Tests of the prompts: their examples keep to their own rules, and no text of a user is among their instructions."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dreamgen.engines.chat.prompts import MATERIAL, Prompt, read_prompt
from dreamgen.story.expansion.drafts import (
    ActDraft,
    LineDraft,
    PersonDraft,
    PlaceDraft,
    PropDraft,
    SceneDraft,
    ScenePlan,
    SceneWork,
    ShotDraft,
    StoryDraft,
)
from dreamgen.story.expansion.shapes import Known, act_shape, outline_shape, premise_shape
from dreamgen.story.expansion.tone import read_tone
from dreamgen.story.offers import offers
from dreamgen.story.world import breaks
from tests.story.world.told import act, premise

PURPOSES = ("premise_theme", "premise_plot", "outline_theme", "outline_plot", "act", "scene")
NUMBERS = {
    "acts", "scenes", "shots", "questions", "fewest_lines", "most_lines", "fewest_places", "most_places", "likeness",
}  # fmt: skip
OURS = {"kinds", "looks", "sets", "props", "verbs", "first_words"}


def prompt_of(purpose: str) -> Prompt:
    return read_prompt(f"story/{purpose}")


def filled(purpose: str, number: int, mark: str) -> Any:
    prompt = prompt_of(purpose)
    texts = {name: number if name in NUMBERS else f"{mark}-{name}" for name in prompt.variables}
    return prompt.fill(texts)


def example(purpose: str) -> Any:
    return json.loads(re.search(r"^\{.*\}$", filled(purpose, 2, "x").system, re.MULTILINE)[0])  # type: ignore[index]


@pytest.mark.parametrize("purpose", PURPOSES)
def test_texts_of_others_are_fenced_and_never_instructions(purpose: str) -> None:
    made = filled(purpose, 2, "TEXT")
    assert MATERIAL in made.system
    assert set(re.findall(r"TEXT-(\w+)", made.system)) <= OURS
    for name in set(re.findall(r"TEXT-(\w+)", made.user)) - {"first_words"}:
        assert re.search(rf"<(\w+)>\nTEXT-{name}\n</\1>", made.user), name


@pytest.mark.parametrize("purpose", PURPOSES)
def test_whatever_is_not_asked_for_is_not_spoken_of(purpose: str) -> None:
    made = filled(purpose, 0, "TEXT")
    assert "question" not in (made.system + made.user).lower()
    assert "dialogue:" not in made.system


@pytest.mark.parametrize("purpose", ["premise_theme", "premise_plot"])
def test_likenesses_are_forbidden_unless_they_are_allowed(purpose: str) -> None:
    allowed, forbidden = filled(purpose, 1, "x").system, filled(purpose, 0, "x").system
    assert "likeness: the well-known person" in allowed and "real person" not in allowed
    assert "likeness:" not in forbidden and "real person or a character that exists already" in forbidden


@pytest.mark.parametrize("purpose", PURPOSES)
def test_one_and_many_are_told_apart(purpose: str) -> None:
    assert not re.search(r"\b1 (?:acts|scenes|shots|lines|questions)\b", filled(purpose, 1, "x").user)
    assert not re.search(r"\b2 (?:act|scene|shot|line|question)\b", filled(purpose, 2, "x").user)


@pytest.mark.parametrize("purpose", ["premise_theme", "premise_plot"])
def test_the_example_of_a_premise_can_be_drawn(purpose: str) -> None:
    told = example(purpose)
    person = PersonDraft.model_validate(told["cast"][0])
    assert person.kind in offers().people and person.top in offers().tops
    assert PlaceDraft.model_validate(told["places"][0]).set in offers().set_names
    assert PropDraft.model_validate(told["props"][0]).kind in offers().held
    tone = read_tone(told["tone"])
    assert tone.keywords == (told["style_word"],) and any(weight == 2 for _, weight in tone.phrases)


def test_the_examples_of_act_and_scene_are_whole() -> None:
    act = ActDraft.model_validate({**example("outline_theme"), "questions": []})
    scene = SceneDraft.model_validate({**example("act"), "questions": []})
    assert scene.place in act.places and set(scene.cast) <= set(act.cast)


def test_the_example_of_shots_uses_verbs_that_are_offered() -> None:
    told = example("scene")
    shots = [ShotDraft.model_validate(shot) for shot in told["shots"]]
    assert {step.does for shot in shots for step in shot.steps} <= set(offers().all_verbs)
    assert all(shot.text.startswith("In the tea house") and len(shot.text.split()) <= 25 for shot in shots)
    assert [shot.tells for shot in shots] == [4, 5]
    assert LineDraft.model_validate(told["dialogue"][0]).shot <= len(shots)


def test_the_example_of_shots_can_happen() -> None:
    """The lantern that is carried in comes in with whoever carries it."""
    told, place = example("scene"), SceneDraft.model_validate({**example("act"), "questions": []})
    made = premise(
        cast=tuple(PersonDraft(name=name, kind="woman", looks="a woman") for name in ("Mara", "Ida")),
        places=(PlaceDraft(name="tea house", set="room"),),
        props=(PropDraft(name="brass lantern", kind="lantern"),),
    )
    work = SceneWork(draft=place, plan=ScenePlan.model_validate({**told, "questions": []}))
    whole = act(work, places=("tea-house",), cast=("mara", "ida"))
    assert breaks(StoryDraft(premise=made, acts=(whole,))) == ()


MANY = Known(*[tuple(f"{sort}-{at}" for at in range(20)) for sort in ("one", "place", "thing", "thing")])
ACT = ActDraft(title="One", content="x", places=MANY.places[:6], cast=MANY.cast[:8], gone=(), questions=())
SHAPES = {
    "premise_theme": premise_shape(offers(), plot=False, scenes=9, genre="", likeness=False, questions=0),
    "premise_plot": premise_shape(offers(), plot=True, scenes=9, genre="", likeness=False, questions=0),
    "outline_theme": outline_shape(MANY, 3, 0),
    "outline_plot": outline_shape(MANY, 3, 0),
    "act": act_shape(MANY, ACT, scenes=2, days=9, questions=0),
}


@pytest.mark.parametrize(
    ("purpose", "what", "number", "word"),
    [
        ("premise_theme", "cast", 8, "eight in all at most"),
        ("premise_theme", "props", 8, "sought or found, eight at most"),
        ("premise_plot", "cast", 12, "twelve at most"),
        ("premise_plot", "props", 16, "sixteen at most"),
        *((outline, "cast", 8, "in the act, eight at most") for outline in ("outline_theme", "outline_plot")),
        *((outline, "gone", 2, "in this act, two at most") for outline in ("outline_theme", "outline_plot")),
        ("act", "cast", 6, "six at most"),
        ("act", "gone", 2, "in this scene, two at most"),
        ("act", "carried", 3, "three at most"),
    ],
)
def test_a_prompt_tells_how_long_a_list_may_be(purpose: str, what: str, number: int, word: str) -> None:
    schema = SHAPES[purpose].model_json_schema()
    kinds = [schema, *schema.get("$defs", {}).values()]
    assert [kind["properties"][what]["maxItems"] for kind in kinds if what in kind["properties"]] == [number]
    assert word in filled(purpose, 2, "x").system
