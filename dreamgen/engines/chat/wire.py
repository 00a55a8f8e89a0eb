"""A question on its way to a model and the message that comes back, in LangChain's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import BaseModel

from dreamgen.engines.chat.answers import Finish, RawAnswer
from dreamgen.engines.chat.schemas import Schema, schema_name, schema_of
from dreamgen.engines.chat.structured import Manners
from dreamgen.errors import first_line

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

Messages = Sequence[tuple[str, str]]
"""Role (system, user, assistant) and text, in order."""

PER_MESSAGE: Final = 64
"""Bytes that the marks around a message come to at most."""
PER_TOKEN: Final = 4
"""Bytes of a token, where a server does not count them."""

_ENDS: Final[Mapping[str, Finish]] = {
    "length": "length", "max_tokens": "length", "max_output_tokens": "length", "model_length": "length",
    "model_context_window_exceeded": "length",
    "content_filter": "refused", "refusal": "refused", "safety": "refused", "prohibited_content": "refused",
    "blocklist": "refused", "spii": "refused", "recitation": "refused",
}  # fmt: skip
"""Words of the providers for why a model stopped, where it was not simply done."""


@dataclass(frozen=True)
class Line:
    """An opened model, and what it understands."""

    client: Callable[[frozenset[str]], BaseChatModel]
    """The model, without the parameters that are named."""
    native: bool
    """Whether it takes OpenAI's response_format, tools and seed as they are; LangChain translates for others."""
    aside: bool = False
    """Whether response_format goes past OpenAI's library, which hides what other servers say when they fail."""
    here: bool = False
    """Whether it computes in this process, and so stops soon when all is called off: it can be waited for."""


def sent(messages: Messages, shape: type[BaseModel], manners: Manners) -> tuple[Messages, Schema | None]:
    """What goes out: the messages as the model wants them, and the schema where it is sent beside them."""
    wordy = manners.method in ("json_mode", "plain")
    schema = None if wordy else schema_of(shape, lengths=manners.lengths)
    if wordy or manners.told:
        (role, first), *others = messages
        messages = [(role, f"{first}\n\n{in_words(shape)}"), *others]
    if "system" in manners.without and messages[0][0] == "system" and len(messages) > 1:
        (_, standing), (role, task), *others = messages
        messages = [(role, f"{standing}\n\n{task}"), *others]
    return messages, schema


def in_words(shape: type[BaseModel]) -> str:
    """The shape for a model that no server holds to it."""
    schema = json.dumps(schema_of(shape), ensure_ascii=False, separators=(",", ":"))
    return f"Answer with one JSON object and nothing else: no comments, no code fence. Its JSON schema:\n{schema}"


def size(messages: Messages, schema: Schema | None) -> int:
    """Most tokens that go out: bytes of UTF-8, marks and schema included."""
    texts = sum(len(text.encode("utf-8", "replace")) + PER_MESSAGE for _, text in messages)
    return texts + (len(json.dumps(schema, ensure_ascii=False).encode()) if schema else 0)


def post(
    line: Line, messages: Messages, schema: Schema | None, shape: type[BaseModel], manners: Manners, seed: int
) -> Any:
    """Makes one call and gives LangChain's message. Raises whatever a provider's library raises."""
    client = line.client(frozenset(manners.without))
    name, method = schema_name(shape), manners.method
    if not line.native:
        if method == "plain":
            return client.invoke(list(messages))
        form = {"title": name, "description": "The answer.", **(schema or schema_of(shape, lengths=manners.lengths))}
        try:
            asked = client.with_structured_output(form, method=method, include_raw=True)
        except (ValueError, TypeError) as error:
            raise NotImplementedError(first_line(error)) from None
        return cast("dict[str, Any]", asked.invoke(list(messages)))["raw"]
    # OpenAI's newer protocol, which LangChain takes for some of its models, knows no seed
    seedless = "seed" in manners.without or getattr(client, "use_responses_api", False)
    how: dict[str, Any] = {} if seedless else {"seed": seed}
    wanted: dict[str, Any] = {}
    if method == "json_schema":
        wanted = {"type": method, "json_schema": {"name": name, "schema": schema, "strict": True}}
    elif method == "json_mode":
        wanted = {"type": "json_object"}
    if wanted and line.aside:
        how["extra_body"] = {**(client.extra_body or {}), "response_format": wanted}
    elif wanted:
        how["response_format"] = wanted
    if method == "function_calling":
        tool = {"name": name, "description": "Hands over the answer.", "parameters": schema}
        how["tools"] = [{"type": "function", "function": tool}]
        how["tool_choice"] = {"type": "function", "function": {"name": name}}
    return client.invoke(list(messages), **how)


def raw_answer(message: Any, seconds: float, sent_bytes: int) -> RawAnswer:
    """What came back, before anything is made of it."""
    refusal = _refusal(message)
    usage = message.usage_metadata or {}
    return _raw(
        refusal or _text(message),
        (usage.get("input_tokens"), usage.get("output_tokens")),
        "refused" if refusal else _finish(message.response_metadata),
        seconds,
        sent_bytes,
    )


def interrupted(error: Exception, seconds: float, sent_bytes: int) -> RawAnswer | None:
    """The answer that OpenAI's library raises as an exception, where a model did not come to an end by itself."""
    choices = getattr(getattr(error, "completion", None), "choices", None)
    if not choices:
        return None
    usage = getattr(error.completion, "usage", None)  # type: ignore[attr-defined]
    return _raw(
        choices[0].message.content or getattr(choices[0].message, "refusal", None) or "",
        (getattr(usage, "prompt_tokens", 0), getattr(usage, "completion_tokens", 0)),
        _ENDS.get(str(choices[0].finish_reason).lower(), "stop"),
        seconds,
        sent_bytes,
    )


def _raw(text: str, tokens: tuple[Any, Any], finish: Finish, seconds: float, sent_bytes: int) -> RawAnswer:
    read, wrote = (max(0, int(number or 0)) for number in tokens)
    if read or wrote:
        return RawAnswer(text=text, tokens_in=read, tokens_out=wrote, seconds=seconds, finish=finish)
    return RawAnswer(
        text=text,
        tokens_in=-(-sent_bytes // PER_TOKEN),
        tokens_out=-(-len(text.encode("utf-8", "replace")) // PER_TOKEN),
        seconds=seconds,
        finish=finish,
        estimated=True,
    )


def _text(message: Any) -> str:
    for call in message.tool_calls:
        return json.dumps(call["args"], ensure_ascii=False)
    for call in message.invalid_tool_calls:
        return str(call["args"] or "")
    return str(message.text)


def _refusal(message: Any) -> str:
    said = message.additional_kwargs.get("refusal")
    if not said and isinstance(message.content, list):
        said = next(
            (part.get("refusal") for part in message.content if isinstance(part, dict) and part.get("refusal")), ""
        )
    return str(said or "")


def _finish(metadata: Mapping[str, Any]) -> Finish:
    details = metadata.get("incomplete_details")
    inside = details.get("reason") if isinstance(details, dict) else None
    for said in (inside, *(metadata.get(key) for key in ("finish_reason", "stop_reason", "done_reason"))):
        if said:
            return _ENDS.get(str(said).lower(), "stop")
    return "stop"
