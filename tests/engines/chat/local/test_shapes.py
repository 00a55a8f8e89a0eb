"""Whatever is asked for with the means of our drafts, a model that knows nothing answers in that shape."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, create_model

from dreamgen.core.base import Record
from dreamgen.engines.chat.local import load_local
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.schemas import schema_of
from dreamgen.story.expansion.drafts import ActPlan, Outline, Premise, ScenePlan

SHAPES = 16
"""Each is asked for twice: 32 answers."""
NAMES = ("mara", "old-man", "dog-2", "the “old” harbour", "Zoë", "9", "a\\b", 'say "no"')


@pytest.fixture(scope="module")
def chat(tiny: Path) -> Any:
    return load_local(ChatModel(model=str(tiny), device="cpu", max_output_tokens=4000))


def answers(chat: Any, schema: dict[str, Any], number: int) -> list[str]:
    """What it says."""
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema, "strict": True}}
    found = []
    for seed in range(number):
        answer = chat.invoke([("user", "Write.")], response_format=wanted, seed=seed)
        assert answer.response_metadata["finish_reason"] == "stop"
        found.append(answer.content)
    return found


def text(chance: Random, _: int) -> Any:
    most = chance.choice((1, 4, 24))
    return Annotated[str, Field(min_length=chance.choice((0, 1, most)), max_length=most)]


def word(chance: Random, _: int) -> Any:
    return Literal[tuple(chance.sample(NAMES, chance.randint(1, len(NAMES))))]


def truth(*_: Any) -> Any:
    return bool


def number(chance: Random, _: int) -> Any:
    least = chance.choice((-7, 0, 1, 12))
    return Annotated[int, Field(ge=least, le=least + chance.choice((0, 3, 998)))]


def part(chance: Random, depth: int) -> Any:
    """The type of one field, such as the drafts have."""
    kinds: list[Callable[[Random, int], Any]] = [text, word, number, truth]
    if depth < 2:
        kinds += [shape, listing, listing]
    kind = chance.choice(kinds)(chance, depth + 1)
    return kind | None if chance.random() < 0.3 else kind


def listing(chance: Random, depth: int) -> Any:
    fewest, item = chance.choice((0, 1, 3)), part(chance, depth)
    bounds = Field(min_length=fewest, max_length=fewest + chance.choice((0, 2)))
    return Annotated[tuple[item, ...], bounds]  # type: ignore[valid-type]


def shape(chance: Random, depth: int = 0) -> type[Record]:
    fields: dict[str, Any] = {f"field_{one}": (part(chance, depth), ...) for one in range(chance.randint(1, 5))}
    made: type[Record] = create_model(f"Made{chance.randrange(10**9)}", __base__=Record, **fields)
    return made


@pytest.mark.parametrize("seed", range(SHAPES))
def test_any_shape_made_of_what_drafts_are_made_of_is_kept(chat: Any, seed: int) -> None:
    made = shape(Random(seed))
    for schema in (made.model_json_schema(), schema_of(made)):
        (answer,) = answers(chat, schema, 1)
        assert isinstance(made.model_validate_json(answer, strict=True), made)


@pytest.mark.parametrize("draft", [Premise, Outline, ActPlan, ScenePlan])
def test_every_draft_is_kept_to(chat: Any, draft: type[Record]) -> None:
    (answer,) = answers(chat, schema_of(draft), 1)
    assert isinstance(draft.model_validate_json(answer, strict=True), draft)


def test_no_control_character_gets_into_a_text(chat: Any) -> None:
    class Said(Record):
        words: str = Field(min_length=20, max_length=40)

    for answer in answers(chat, schema_of(Said), 4):
        words = Said.model_validate_json(answer, strict=True).words
        assert words.replace("\n", "").isprintable()
