from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import Field, create_model

from dreamgen.annotate.captioning.fusing import FusedDraft
from dreamgen.annotate.objects.sheets import DraftObjects
from dreamgen.core.base import Explained, Record
from dreamgen.engines.chat.schemas import schema_name, schema_of
from dreamgen.metrics.judging import Given
from dreamgen.qa.drafting.fives import DraftFives
from dreamgen.qa.drafting.sheets import DraftSheet
from dreamgen.qa.finegrained.asking_domains import DraftDomain
from dreamgen.qa.finegrained.confirming import DraftCheck
from dreamgen.qa.finegrained.drafts import NegativeSheet, QuestionSheet
from dreamgen.story.expansion.drafts import ActPlan, Outline, Premise, ScenePlan
from dreamgen.verify.screeners.blind_text import Guess

SHAPES = (Premise, Outline, ActPlan, ScenePlan)


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a schema."""
    if isinstance(value, dict):
        if "type" in value or "anyOf" in value or "enum" in value:
            yield value
        for name, inner in value.items():
            for each in inner.values() if name == "properties" else [inner]:
                yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_referred_to_and_every_object_is_closed(shape: type[Record]) -> None:
    schema = schema_of(shape)
    assert "$ref" not in json.dumps(schema) and "$defs" not in schema
    objects = [node for node in nodes(schema) if "properties" in node]
    assert objects
    for node in objects:
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])


@pytest.mark.parametrize(
    "shape",
    [
        *SHAPES, FusedDraft, DraftObjects, Given, DraftFives, DraftSheet, DraftDomain, DraftCheck, NegativeSheet,
        QuestionSheet, Guess,
    ],
)  # fmt: skip
def test_every_field_that_a_model_fills_in_is_explained(shape: type[Record]) -> None:
    fields = [field for node in nodes(schema_of(shape)) for field in node.get("properties", {}).values()]
    assert fields and all(field.get("description") for field in fields)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_server_that_takes_no_lengths_gets_none(shape: type[Record]) -> None:
    assert "maxLength" in json.dumps(schema_of(shape))
    assert not {"minLength", "maxLength"} & {key for node in nodes(schema_of(shape, lengths=False)) for key in node}


def test_the_numbers_of_items_and_the_bounds_of_numbers_stay_without_lengths() -> None:
    schema = schema_of(ScenePlan, lengths=False)
    assert schema["properties"]["shots"]["minItems"] == 1
    assert schema["properties"]["dialogue"]["items"]["properties"]["shot"]["minimum"] == 1


def test_a_field_may_be_called_like_a_keyword() -> None:
    class Card(Explained):
        """A card."""

        title: str = Field(max_length=9)
        """For the card."""
        default: int = 3
        """A number."""

    assert list(schema_of(Card)["properties"]) == ["title", "default"]
    assert schema_of(Card)["properties"]["title"] == {"type": "string", "maxLength": 9, "description": "For the card."}
    assert schema_of(Card)["required"] == ["title", "default"]


def test_one_word_to_choose_from_is_a_list_of_one() -> None:
    class Only(Record):
        """One."""

        word: Literal["yes"]
        """The word."""

    assert schema_of(Only)["properties"]["word"]["enum"] == ["yes"]


def test_a_name_is_one_that_servers_take() -> None:
    assert schema_name(create_model("Scene plan (act 2)")) == "Scene_plan_act_2"
    assert len(schema_name(create_model("x" * 99))) == 64
    assert schema_name(create_model("…")) == "answer"
