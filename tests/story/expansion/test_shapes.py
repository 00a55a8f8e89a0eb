"""Tests of the shapes that answers must have, and of their schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from dreamgen.story.expansion.drafts import ActDraft, ActPlan, Outline, Premise, ScenePlan
from dreamgen.story.expansion.shapes import (
    Asked,
    Known,
    act_shape,
    outline_shape,
    places_for,
    premise_shape,
    questions_of,
    scene_shape,
    settled,
)
from dreamgen.story.offers import offers
from tests.scripted.author import write

KNOWN = Known(cast=("mara", "tom"), places=("harbour", "hill"), props=("lantern", "bench"), handy=("lantern",))
ALONE = Known(cast=("mara",), places=("hill",), props=(), handy=())
ACT = ActDraft(title="One", content="Mara waits.", places=("hill",), cast=("mara",), gone=(), questions=())


def invented(**options: Any) -> type[Asked]:
    given = {"plot": False, "scenes": 9, "genre": "", "likeness": False, "questions": 1}
    return premise_shape(offers(), **{**given, **options})


SHAPES = {
    "premise": invented(),
    "premise of a plot": invented(plot=True, likeness=True, questions=0),
    "outline": outline_shape(KNOWN, 3, 1),
    "act": act_shape(KNOWN, ACT, scenes=2, days=90, questions=1),
    "act of one, without things": act_shape(ALONE, ACT, scenes=2, days=90, questions=0),
    "scene": scene_shape(KNOWN, shots=3, lines=(2, 2), told=None, questions=2),
    "scene of a plot": scene_shape(KNOWN, shots=3, lines=(0, 2), told=(4, 6), questions=0),
    "scene of one, without things or lines": scene_shape(ALONE, shots=1, lines=(0, 0), told=None, questions=0),
}


SENTENCES = "<sentences>\n4. Mara lit the lantern.\n5. Tom walked to the hill.\n6. Mara sat down.\n</sentences>"


def played(shape: type[Asked]) -> Any:
    """An answer of a shape."""
    schema = shape.model_json_schema()
    return write(schema, SENTENCES if "tells" in str(schema) else "", "1")


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """All schemas in a schema."""
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from parts(inner)


@pytest.mark.parametrize("name", SHAPES)
def test_schemas_are_plain_enough_for_every_server(name: str) -> None:
    schema = SHAPES[name].model_json_schema()
    for part in parts(schema):
        assert not {"oneOf", "allOf", "not", "prefixItems", "patternProperties", "uniqueItems", "default"} & set(part)
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])
        if part.get("type") == "array":
            assert part["maxItems"] >= 1
        if part.get("type") == "string":
            assert "enum" in part or "const" in part or part["maxLength"] <= 600
    assert len(json.dumps(schema)) < 6000


@pytest.mark.parametrize("name", SHAPES)
def test_an_answer_of_the_shape_is_a_draft(name: str) -> None:
    shape = SHAPES[name]
    draft = next(d for d in (Premise, Outline, ActPlan, ScenePlan) if name.split()[0] in d.__name__.lower())
    answer = shape.model_validate(played(shape))
    assert type(settled(answer, draft)) is draft


@pytest.mark.parametrize("name", SHAPES)
def test_every_field_says_what_it_is(name: str) -> None:
    for part in parts(SHAPES[name].model_json_schema()):
        if part.get("type") == "object":
            assert all(one.get("description") for one in part["properties"].values())


def test_days_are_counted_from_the_beginning_of_the_act() -> None:
    schema = SHAPES["act"].model_json_schema()
    assert "since the act began" in schema["$defs"]["Scene"]["properties"]["day"]["description"]


def test_numbers_are_exact() -> None:
    told = played(SHAPES["scene"])
    assert (len(told["shots"]), len(told["dialogue"]), len(told["questions"])) == (3, 2, 2)
    for short in ({**told, "shots": told["shots"][:2]}, {**told, "dialogue": told["dialogue"][:1]}):
        with pytest.raises(ValidationError):
            SHAPES["scene"].model_validate(short)


@pytest.mark.parametrize(
    ("field", "value"), [("who", "ida"), ("whom", "ida"), ("using", "bench"), ("feels", "hungry"), ("who", "Mara")]
)
def test_nobody_else_can_be_named(field: str, value: str) -> None:
    told = played(SHAPES["scene"])
    told["shots"][0]["steps"] = [{"who": "mara", "does": "hold", field: value}]
    with pytest.raises(ValidationError):
        SHAPES["scene"].model_validate(told)


def test_a_scene_keeps_to_the_cast_and_places_of_its_act() -> None:
    told = played(SHAPES["act"])
    strangers: list[dict[str, Any]] = [
        {"cast": ["tom"]},
        {"place": "harbour"},
        {"cast": []},
        {"carried": [{"who": "mara", "what": "bench"}]},
    ]
    for strange in strangers:
        with pytest.raises(ValidationError):
            SHAPES["act"].model_validate({**told, "scenes": [{**told["scenes"][0], **strange}, told["scenes"][1]]})


def test_only_what_can_be_drawn_can_be_asked_for() -> None:
    told = played(SHAPES["premise"])
    for strange in ({"kind": "elephant"}, {"top": "toga"}, {"colour": "mauve"}, {"hair": "green"}, {"hat": "fez"}):
        with pytest.raises(ValidationError):
            SHAPES["premise"].model_validate({**told, "cast": [{**told["cast"][0], **strange}, *told["cast"][1:]]})


def test_what_is_left_open_may_be_left_out() -> None:
    told = played(SHAPES["premise"])
    bare = {key: value for key, value in told["cast"][0].items() if key in ("name", "kind", "looks")}
    answer = SHAPES["premise"].model_validate({**told, "cast": [bare, *told["cast"][1:]]})
    assert settled(answer, Premise).cast[0].top is None


def test_who_is_named_twice_is_there_once() -> None:
    told = played(SHAPES["outline"])
    told["acts"][0]["cast"] = ["tom", "tom"]
    assert settled(SHAPES["outline"].model_validate(told), Outline).acts[0].cast == ("tom",)


def test_likenesses_are_asked_for_only_where_they_are_allowed() -> None:
    person = {"name": "Mara", "kind": "woman", "looks": "A tall woman.", "likeness": "Somebody Famous"}
    told = played(SHAPES["premise of a plot"])
    told["cast"] = [person]
    assert settled(SHAPES["premise of a plot"].model_validate(told), Premise).cast[0].likeness == "Somebody Famous"
    with pytest.raises(ValidationError):
        invented(plot=True).model_validate({**told, "questions": [{"question": "What?", "answer": "That."}]})


def test_a_genre_that_was_asked_for_is_the_only_one() -> None:
    told = played(invented(genre="horror"))
    assert told["genre"] == "horror"
    with pytest.raises(ValidationError):
        invented(genre="horror").model_validate({**told, "genre": "drama"})


def test_a_large_story_has_dreamframes_twelve_places() -> None:
    assert places_for(121)[0] == 12
    assert places_for(1)[0] == 2


def test_sentences_are_those_of_the_scene() -> None:
    told = played(SHAPES["scene of a plot"])
    assert {shot["tells"] for shot in told["shots"]} <= {4, 5, 6}
    told["shots"][0]["tells"] = 7
    with pytest.raises(ValidationError):
        SHAPES["scene of a plot"].model_validate(told)


def test_a_shot_chooses_its_sentence_before_it_is_written() -> None:
    assert next(iter(SHAPES["scene of a plot"].model_json_schema()["$defs"]["Shot"]["properties"])) == "tells"


def test_questions_of_an_act_are_read_beside_its_plan() -> None:
    answer = SHAPES["act"].model_validate(played(SHAPES["act"]))
    assert len(questions_of(answer)) == 1
