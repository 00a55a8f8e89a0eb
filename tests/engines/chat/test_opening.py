from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dreamgen.engines.chat.asking import Request
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat, ready
from dreamgen.engines.chat.places import key_name, place_of
from dreamgen.errors import MissingExtra, UsageError
from dreamgen.story.expansion.drafts import ScenePlan
from tests.scripted import ScriptedServer

ONE = Request("story/scene", "scene-01-01", "You write.", "Write.", ScenePlan)


def provided(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> dict[str, Any]:
    """A provider's class with these fields, that ignores all others. What it is made with comes into the dict."""
    import langchain.chat_models
    from langchain_core.language_models.fake_chat_models import FakeListChatModel
    from pydantic import create_model

    kind = create_model("ChatProvided", __base__=FakeListChatModel, **fields)
    given: dict[str, Any] = {}

    def init(name: str, *, model_provider: str, **options: Any) -> Any:
        given.update(options)
        return kind(responses=['{"shots": [], "dialogue": [], "questions": []}'], **options)

    monkeypatch.setattr(langchain.chat_models, "init_chat_model", init)
    return given


def test_a_provider_that_nobody_knows_is_named_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="unknown provider of chat models 'opnai'") as error:
        ready(ChatModel(model="opnai:gpt-5-mini"))
    assert "'openai'" in error.value.hint and "anthropic" in error.value.hint


def test_a_provider_whose_package_is_missing_is_named_with_the_line_for_pip() -> None:
    with pytest.raises(MissingExtra, match="langchain-upstage") as error:
        ready(ChatModel(model="upstage:solar-mini"))
    assert error.value.hint == "pip install langchain-upstage"


def test_a_provider_that_langchain_knows_and_we_do_not_is_asked_for_no_key_beforehand() -> None:
    model = ChatModel(model="langsmith:any")
    ready(model)
    assert key_name(model, place_of(model)) == ""


def test_a_model_that_is_not_named_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no chat model is named"):
        open_chat(ChatModel(), tmp_path)


def test_without_its_key_a_provider_is_not_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UsageError, match="OPENAI_API_KEY"):
        list(open_chat(ChatModel(model="openai:gpt-5-mini"), tmp_path).ask([ONE]))


def test_ollama_is_told_how_long_to_wait_in_its_own_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamgen.engines.chat.providers.installed", lambda library: True)
    given = provided(monkeypatch, client_kwargs=(dict[str, Any], {}))
    list(open_chat(ChatModel(model="ollama:llama3.1", timeout=7, asks=1), tmp_path).ask([ONE]))
    assert given["client_kwargs"] == {"timeout": 7} and "timeout" not in given


def test_a_class_that_would_ignore_the_timeout_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = provided(monkeypatch)
    with pytest.raises(UsageError, match="could hang for ever") as error:
        list(open_chat(ChatModel(model="newcomer:one"), tmp_path).ask([ONE]))
    assert "chat.timeout=inf" in error.value.hint
    given.clear()
    list(open_chat(ChatModel(model="newcomer:one", timeout=float("inf"), asks=1), tmp_path).ask([ONE]))
    assert "temperature" in given and "timeout" not in given


def test_a_class_that_would_ignore_the_key_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provided(monkeypatch, timeout=(float, 0.0))
    monkeypatch.setenv("MY_DOOR", "opensesame")
    with pytest.raises(UsageError, match=r"newcomer takes no key from chat\.key_env"):
        list(open_chat(ChatModel(model="newcomer:one", key_env="MY_DOOR"), tmp_path).ask([ONE]))


def test_a_server_may_be_waited_for_without_end(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        model = ChatModel(model="scripted", base_url=server.url, timeout=float("inf"))
        assert all(reply.answer for reply in open_chat(model, tmp_path).ask([ONE]))
