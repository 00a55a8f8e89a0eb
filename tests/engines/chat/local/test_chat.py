from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from dreamgen.engines.chat.local import load_local
from dreamgen.engines.chat.model import ChatModel
from dreamgen.errors import ModelError, UsageError


class Walk(BaseModel, extra="forbid"):
    who: Literal["mara", "the old man"]
    steps: int = Field(ge=1, le=20)
    why: str | None = Field(max_length=60)


ASKED = [("system", "You write films."), ("human", "Who walks?")]


def shaped(shape: type[BaseModel]) -> dict[str, Any]:
    schema = {"name": shape.__name__, "schema": shape.model_json_schema(), "strict": True}
    return {"type": "json_schema", "json_schema": schema}


@pytest.fixture(scope="module")
def chat(tiny: Path) -> Any:
    return load_local(ChatModel(model=str(tiny), device="cpu", max_output_tokens=400))


def said(chat: Any, seed: int = 0, **options: Any) -> str:
    return str(chat.invoke(ASKED, seed=seed, **options).content)


def test_an_answer_has_the_shape_that_was_asked_for(chat: Any) -> None:
    answers = [said(chat, seed, response_format=shaped(Walk)) for seed in range(8)]
    assert {Walk.model_validate_json(answer).who for answer in answers} == {"mara", "the old man"}
    assert len(set(answers)) == 8


def test_the_shape_may_be_bound_before(chat: Any) -> None:
    bound = chat.bind(response_format=shaped(Walk), seed=3)
    assert bound.invoke(ASKED).content == said(chat, 3, response_format=shaped(Walk))


def test_without_a_shape_it_writes_freely(chat: Any) -> None:
    answers = [chat.invoke(ASKED, seed=seed) for seed in range(4)]
    assert all(answer.content for answer in answers)
    assert all(answer.response_metadata["finish_reason"] == "stop" for answer in answers)
    assert not any(answer.content.startswith("{") for answer in answers)


def test_any_json_object_is_a_shape_too(chat: Any) -> None:
    answer = chat.invoke(ASKED, response_format={"type": "json_object"}, max_tokens=2000)
    if answer.response_metadata["finish_reason"] == "stop":
        assert isinstance(json.loads(answer.content), dict)
    assert answer.content.startswith("{")


def test_the_same_request_gets_the_same_answer_whatever_else_is_asked(chat: Any) -> None:
    import torch

    wanted = [said(chat, seed, response_format=shaped(Walk)) for seed in range(6)]
    torch.manual_seed(99)
    found: dict[int, str] = {}

    def ask(seed: int) -> None:
        found[seed] = said(chat, seed, response_format=shaped(Walk))

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in reversed(range(6))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[seed] for seed in range(6)] == wanted


def test_the_luck_of_whoever_uses_torch_is_left_alone(chat: Any) -> None:
    import torch

    torch.manual_seed(5)
    undisturbed = torch.rand(4)
    torch.manual_seed(5)
    said(chat)
    assert torch.equal(torch.rand(4), undisturbed)


def test_without_temperature_the_seed_does_not_matter(chat: Any) -> None:
    assert said(chat, 1, temperature=0.0, max_tokens=20) == said(chat, 2, temperature=0.0, max_tokens=20)
    assert said(chat, 1, temperature=1.0, max_tokens=20) != said(chat, 2, temperature=1.0, max_tokens=20)


def test_a_narrow_nucleus_is_the_likeliest_word(chat: Any) -> None:
    assert said(chat, 1, top_p=0.001, max_tokens=20) == said(chat, 2, temperature=0.0, max_tokens=20)


def test_tokens_are_counted(chat: Any) -> None:
    short, long = (chat.invoke([("human", text)]).usage_metadata for text in ("Walk.", "Walk. " * 50))
    assert long["input_tokens"] > short["input_tokens"] + 90
    assert short["total_tokens"] == short["input_tokens"] + short["output_tokens"]


def test_an_answer_is_cut_off_where_its_tokens_run_out(chat: Any) -> None:
    answer = chat.invoke(ASKED, max_tokens=5, response_format=shaped(Walk))
    assert answer.response_metadata["finish_reason"] == "length"
    assert answer.usage_metadata["output_tokens"] == 5
    assert answer.content.startswith('{"who"')


def test_words_that_end_an_answer_are_heeded(chat: Any) -> None:
    whole = said(chat, 2)
    word = whole.split()[1]
    assert chat.invoke(ASKED, seed=2, stop=[word]).content == whole.split(word)[0]


def test_a_schema_that_cannot_be_followed_is_named(chat: Any) -> None:
    schema = {"type": "object", "properties": {"x": {"type": "string", "not": {"const": "y"}}}, "required": ["x"]}
    with pytest.raises(ModelError, match=r"can't be held to its shape.*not") as caught:
        said(chat, response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}})
    assert "chat.method" in caught.value.hint


@pytest.mark.parametrize(
    "wanted", [{"type": "xml"}, {"type": "json_schema"}, {"type": "json_schema", "json_schema": 3}]
)
def test_a_response_format_that_makes_no_sense_is_refused(chat: Any, wanted: Any) -> None:
    with pytest.raises(UsageError, match="response_format"):
        said(chat, response_format=wanted)


def test_a_question_longer_than_the_context_is_refused(tmp_path: Path, tiny: Path) -> None:
    from dreamgen.engines.chat.blank import write_chat_model

    short = load_local(ChatModel(model=str(write_chat_model(tmp_path / "short", context=40)), device="cpu"))
    with pytest.raises(ModelError, match="tokens, and short reads 40"):
        short.invoke("word " * 100)
    answer = short.invoke([("human", "hi")], response_format=shaped(Walk))
    assert answer.usage_metadata["total_tokens"] <= 40


def test_weights_are_shared_by_those_who_use_them_and_leave_with_the_last(tiny: Path) -> None:
    import gc
    import weakref

    one, other = loaded(tiny, temperature=0.1), loaded(tiny, temperature=0.9)
    assert one.weights is other.weights
    # whoever else holds them here is another test's
    alone = weakref.ref(loaded(tiny, dtype="bfloat16").weights)
    gc.collect()
    assert alone() is None


def loaded(folder: Path, **options: Any) -> Any:
    return load_local(ChatModel(model=str(folder), device="cpu", **options))
