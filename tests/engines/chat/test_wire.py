from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dreamgen.engines.chat import opening
from dreamgen.engines.chat.asking import Reply, Request
from dreamgen.engines.chat.ledger import usage
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat
from dreamgen.engines.chat.structured import Manners
from dreamgen.engines.chat.wire import raw_answer, sent, size
from dreamgen.story.expansion.drafts import QuestionDraft
from tests.scripted import ScriptedServer

GOOD = {"question": "Why does Rex run?", "answer": "He hears an owl."}
ONE = Request("story/question", "scene-01-01", "You ask.", "Ask.", QuestionDraft, seed=3)


def manners(method: str, *without: str) -> Manners:
    return Manners.model_validate({"method": method, "lengths": True, "without": without})


def message(**parts: Any) -> Any:
    from langchain_core.messages import AIMessage

    return AIMessage(**{"content": json.dumps(GOOD), **parts})


def foreign(answers: Sequence[Callable[[Sequence[Any]], Any]], *, tools: bool = True) -> Any:
    """A model of a provider that is not like OpenAI's: `answers` write its messages, one a call."""
    from langchain_core.language_models.chat_models import BaseChatModel
    from langchain_core.outputs import ChatGeneration, ChatResult

    waiting = iter(answers)

    class Foreign(BaseChatModel):  # type: ignore[misc]
        @property
        def _llm_type(self) -> str:
            return "foreign"

        def _generate(self, messages: list[Any], stop: Any = None, run_manager: Any = None, **how: Any) -> ChatResult:
            return ChatResult(generations=[ChatGeneration(message=next(waiting)(messages))])

        if tools:

            def bind_tools(self, tools: Any, **how: Any) -> Any:
                return self

        def with_structured_output(self, schema: Any, **how: Any) -> Any:
            if how["method"] not in ("function_calling", "json_mode"):
                raise ValueError(f"Unrecognized method {how['method']}")
            how.pop("method")
            return super().with_structured_output(schema, **how)

    return Foreign()


def answered(model: Any, kept: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Reply[QuestionDraft]:
    monkeypatch.setattr(opening, "_made", lambda provider, name, settings: model)
    (reply,) = open_chat(ChatModel(model="langsmith:one", **options), kept).ask([ONE])
    return reply


def test_a_provider_unlike_openai_answers_through_a_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call = {"name": "QuestionDraft", "args": GOOD, "id": "1"}
    model = foreign([lambda messages: message(content="", tool_calls=[call])])
    reply = answered(model, tmp_path, monkeypatch)
    assert reply.answer == QuestionDraft.model_validate(GOOD) and reply.asks == 1


def test_a_provider_that_can_do_nothing_is_asked_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def answer(messages: Sequence[Any]) -> Any:
        seen.append(messages)
        return message()

    reply = answered(foreign([answer], tools=False), tmp_path, monkeypatch)
    assert reply.answer is not None
    assert '"question"' in seen[0][0].content and "JSON schema" in seen[0][0].content
    (sum_,) = usage(tmp_path)
    assert sum_.calls == 1 and sum_.tokens_in > 0


@pytest.mark.parametrize(
    ("metadata", "finish"),
    [
        ({"finish_reason": "length"}, "length"),
        ({"stop_reason": "max_tokens"}, "length"),
        ({"done_reason": "length"}, "length"),
        ({"finish_reason": "MAX_TOKENS"}, "length"),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, "length"),
        ({"finish_reason": "content_filter"}, "refused"),
        ({"stop_reason": "refusal"}, "refused"),
        ({"finish_reason": "SAFETY"}, "refused"),
        ({"finish_reason": "tool_calls"}, "stop"),
        ({"stop_reason": "end_turn"}, "stop"),
        ({}, "stop"),
    ],
)
def test_every_provider_has_its_word_for_why_it_stopped(metadata: dict[str, Any], finish: str) -> None:
    assert raw_answer(message(response_metadata=metadata), 1.0, 100).finish == finish


def test_a_refusal_is_told_in_a_field_or_a_part() -> None:
    for refused in (
        message(content="", additional_kwargs={"refusal": "No."}),
        message(content=[{"type": "refusal", "refusal": "No."}]),
    ):
        raw = raw_answer(refused, 1.0, 100)
        assert (raw.finish, raw.text) == ("refused", "No.")


def test_tokens_are_counted_by_the_server_or_estimated_and_said_so() -> None:
    told = message(usage_metadata={"input_tokens": 7, "output_tokens": 3, "total_tokens": 10})
    assert raw_answer(told, 1.0, 100).model_dump(include={"tokens_in", "tokens_out", "estimated"}) == {
        "tokens_in": 7, "tokens_out": 3, "estimated": False
    }  # fmt: skip
    untold = raw_answer(message(content="x" * 41), 1.0, 100)
    assert (untold.tokens_in, untold.tokens_out, untold.estimated) == (25, 11, True)


def test_arguments_of_a_tool_that_are_no_json_are_text() -> None:
    bad = {"name": "x", "args": '{"question": "Why', "id": "1", "error": "no JSON"}
    assert raw_answer(message(content="", invalid_tool_calls=[bad]), 1.0, 9).text == '{"question": "Why'


def test_the_schema_goes_beside_the_messages_or_into_them() -> None:
    said = (("system", "You ask."), ("user", "Ask."))
    for method in ("json_schema", "function_calling"):
        messages, schema = sent(said, QuestionDraft, manners(method))
        assert messages == said and schema is not None
    for method in ("json_mode", "plain"):
        messages, schema = sent(said, QuestionDraft, manners(method))
        assert schema is None and messages[0][1].startswith("You ask.\n\n") and "JSON schema" in messages[0][1]
        assert tuple(messages[1:]) == said[1:]


def test_all_that_goes_out_is_measured() -> None:
    messages = (("system", "é" * 100), ("user", "x" * 50))
    assert size(messages, None) >= 250
    assert size(messages, {"type": "object"}) > size(messages, None)


def test_a_hosted_model_gets_its_own_key_and_a_schema_that_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(reply=lambda asked: GOOD, key="opensesame") as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "opensesame")
        (reply,) = open_chat(ChatModel(model="openai:gpt-4o-mini", max_output_tokens=99), tmp_path).ask([ONE])
    assert reply.answer is not None
    body = server.asked[0].body
    assert body["model"] == "gpt-4o-mini" and body["max_completion_tokens"] == 99 and "max_tokens" not in body
    assert body["response_format"]["json_schema"]["strict"] is True
    assert "maxLength" not in json.dumps(body)
