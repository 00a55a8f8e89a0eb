from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.engines.chat.asking import Request
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat, ready
from dreamgen.errors import MissingExtra, UsageError
from dreamgen.story.expansion.drafts import ScenePlan

ONE = Request("story/scene", "scene-01-01", "You write.", "Write.", ScenePlan)


def test_a_provider_that_nobody_knows_is_named_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="unknown provider of chat models 'opnai'") as error:
        ready(ChatModel(model="opnai:gpt-5-mini"))
    assert "'openai'" in error.value.hint and "anthropic" in error.value.hint


def test_a_provider_whose_package_is_missing_is_named_with_the_line_for_pip() -> None:
    with pytest.raises(MissingExtra, match="langchain-upstage") as error:
        ready(ChatModel(model="upstage:solar-mini"))
    assert error.value.hint == "pip install langchain-upstage"


def test_a_provider_that_langchain_knows_and_we_do_not_is_asked_for_no_key_beforehand() -> None:
    ready(ChatModel(model="langsmith:any"))


def test_a_model_that_is_not_named_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no chat model is named"):
        open_chat(ChatModel(), tmp_path)


def test_without_its_key_a_provider_is_not_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UsageError, match="OPENAI_API_KEY"):
        list(open_chat(ChatModel(model="openai:gpt-5-mini"), tmp_path).ask([ONE]))
