"""The model in this process, as LangChain knows chat models."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from dreamgen.engines.chat.flight import bound, called_off
from dreamgen.engines.chat.local.prompts import Turn, prompt_tokens
from dreamgen.engines.chat.local.turns import open_desk
from dreamgen.engines.chat.local.weights import Weights, need, shared
from dreamgen.engines.chat.local.writing import Order
from dreamgen.engines.chat.model import ChatModel
from dreamgen.errors import UsageError, unknown_name

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import ChatResult

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}
"""LangChain's kinds of messages, as chat templates call who speaks."""


def load_local(model: ChatModel) -> BaseChatModel:
    """A language model from the local folder `model.model`, as a LangChain chat model.

    `bind` or `invoke` take `response_format`, as OpenAI's servers do: with `{"type": "json_schema", ...}` the answer
    can't but fit the schema, unless its tokens run out, and so do the arguments of the one function in `tools`. `seed`,
    `temperature`, `top_p` and `max_tokens` are taken likewise. On a CPU, an answer depends on its request alone.
    Weights are loaded once for all who use them. Inside a flight, an answer is given up as soon as all is called off.

    Raises:
        ModelError: when the weights are missing, damaged, pickled, of another kind, or too large.
        UsageError: for a device that is not there.
        MissingExtra: without the libraries.
    """
    need()
    with bound():
        weights = shared(model)
        together = model.concurrency if weights.place.gpu else 1
        return _kind()(desk=open_desk(weights, together), weights=weights, settings=model)


@cache
def _kind() -> Callable[..., BaseChatModel]:
    """The class; LangChain is imported for it."""
    from langchain_core.language_models.chat_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.outputs import ChatGeneration, ChatResult

    class LocalChat(BaseChatModel):  # type: ignore[misc]
        """See `load_local`."""

        desk: Any
        weights: Any
        settings: ChatModel

        @property
        def _llm_type(self) -> str:
            return "dreamgen-local"

        @property
        def _identifying_params(self) -> dict[str, Any]:
            return self.settings.model_dump()

        def _generate(
            self,
            messages: list[BaseMessage],
            stop: list[str] | None = None,
            run_manager: Any = None,
            **options: Any,
        ) -> ChatResult:
            tool = _tool(options)
            schema = _schema(options.get("response_format")) if tool is None else tool["parameters"]
            written = self.desk.write(_order(self.weights, self.settings, messages, options, schema))
            text = _cut(written.text, stop)
            message = AIMessage(
                content=text if tool is None else "",
                **({} if tool is None else _called(tool["name"], text)),
                usage_metadata={
                    "input_tokens": written.read,
                    "output_tokens": written.wrote,
                    "total_tokens": written.read + written.wrote,
                },
                response_metadata={"finish_reason": written.ending, "model_name": self.settings.model},
            )
            return ChatResult(generations=[ChatGeneration(message=message)])

    return LocalChat


def _order(
    weights: Weights,
    settings: ChatModel,
    messages: Sequence[BaseMessage],
    options: Mapping[str, Any],
    schema: Mapping[str, Any] | None,
) -> Order:
    most = options.get("max_tokens") or options.get("max_completion_tokens") or settings.max_output_tokens
    tokens, standing = prompt_tokens(weights, [_turn(message) for message in messages])
    return Order(
        tokens=tuple(tokens),
        schema=schema,
        seed=int(options.get("seed") or 0),
        temperature=float(_given(options, "temperature", settings.temperature)),
        top_p=float(_given(options, "top_p", settings.top_p)),
        most=int(most),
        standing=standing,
        stop=called_off(),
    )


def _given(options: Mapping[str, Any], name: str, otherwise: float) -> Any:
    value = options.get(name)
    return otherwise if value is None else value


def _turn(message: BaseMessage) -> Turn:
    who = _ROLES.get(message.type)
    if who is None:
        raise UsageError(f"a model in this process takes no {message.type} message", f"Choices: {', '.join(_ROLES)}")
    # parts of a message that are not text are left out by LangChain
    return who, str(message.text)


def _schema(wanted: Any) -> Mapping[str, Any] | None:
    """What `response_format` asks for, in OpenAI's form."""
    kind = wanted.get("type") if isinstance(wanted, Mapping) else wanted
    if kind in (None, "text"):
        return None
    if kind == "json_object":
        return {"type": "object"}
    if kind != "json_schema":
        raise unknown_name("response_format", str(kind), ("json_object", "json_schema", "text"))
    try:
        schema = wanted["json_schema"]["schema"]
    except (KeyError, TypeError):
        schema = None
    if not isinstance(schema, Mapping):
        raise UsageError("response_format has no schema", 'It stands in {"json_schema": {"schema": ...}}.')
    return schema


def _tool(options: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The function whose arguments are the answer, in OpenAI's form; None where no tool is given."""
    tools = options.get("tools") or ()
    if not tools:
        return None
    if len(tools) > 1:
        raise UsageError("a model in this process takes one tool at a time", "Give it alone.")
    function: Mapping[str, Any] = tools[0]["function"]
    return {"name": function["name"], "parameters": function.get("parameters") or {"type": "object"}}


def _called(name: str, text: str) -> dict[str, Any]:
    """A message's call of a tool; one whose arguments were cut off is no call."""
    try:
        return {"tool_calls": [{"name": name, "args": json.loads(text), "id": "call_1", "type": "tool_call"}]}
    except ValueError:
        broken = {"name": name, "args": text, "id": "call_1", "error": None, "type": "invalid_tool_call"}
        return {"invalid_tool_calls": [broken]}


def _cut(text: str, stop: Sequence[str] | None) -> str:
    """The text before the first of the words that end it."""
    for word in stop or ():
        text = text.split(word, 1)[0]
    return text
