"""The door that writers use leads to the model in this process, and to the same model behind a server."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.engines.chat.asking import Reply, Request
from dreamgen.engines.chat.local import load_local
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat
from tests.scripted.serving import NAME, ServedModel


class Walk(Record):
    """Who walks."""

    who: Literal["mara", "the old man"]
    steps: int = Field(ge=1, le=20)
    why: str | None = Field(max_length=60)


REQUESTS = [
    Request("story/walk", f"scene-{seed}", "You write films.", "Who walks?", Walk, seed=seed) for seed in range(4)
]


def asked(model: ChatModel, kept: Path) -> list[Reply[Walk]]:
    return list(open_chat(model.model_copy(update={"max_output_tokens": 300}), kept).ask(REQUESTS))


def right(replies: list[Reply[Walk]]) -> bool:
    """Whether every one was answered, at the first ask."""
    return all(reply.answer is not None and reply.asks == 1 for reply in replies)


def test_a_folder_is_a_model_that_answers_at_the_first_ask(tiny: Path, tmp_path: Path) -> None:
    replies = asked(ChatModel(model=str(tiny), device="cpu"), tmp_path / "one")
    assert right(replies)
    again = asked(ChatModel(model=str(tiny), device="cpu", concurrency=1), tmp_path / "other")
    assert [reply.answer for reply in again] == [reply.answer for reply in replies]


def test_weights_leave_the_memory_with_whoever_opened_them(tiny: Path, tmp_path: Path) -> None:
    model = ChatModel(model=str(tiny), device="cpu", dtype="bfloat16")
    chat: Any = load_local(model)
    weights = weakref.ref(chat.weights)
    # nothing waits for the garbage collector: it does not know how full a card is
    gc.disable()
    try:
        asked(model, tmp_path)
        del chat
        assert weights() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_a_served_model_answers_as_the_one_in_this_process(
    tiny: Path, tmp_path: Path, method: Literal["json_schema", "function_calling"]
) -> None:
    with ServedModel(tiny) as server:
        there = asked(ChatModel(model=NAME, base_url=server.url, method=method), tmp_path / "there")
    assert right(there)
    assert len(server.asked) == len(REQUESTS)
    here = asked(ChatModel(model=str(tiny), device="cpu", method=method), tmp_path / "here")
    assert [reply.answer for reply in here] == [reply.answer for reply in there]


def test_a_server_that_does_not_heed_the_shape_is_asked_again_and_given_up(tiny: Path, tmp_path: Path) -> None:
    with ServedModel(tiny, shaped=False) as server:
        replies = asked(ChatModel(model=NAME, base_url=server.url, asks=2), tmp_path / "kept")
    assert [(reply.answer, reply.asks, reply.failure) for reply in replies] == [(None, 2, "malformed")] * 4
    assert len(server.asked) == 8
