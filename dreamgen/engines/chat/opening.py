"""A chat model is opened: the one door for whoever has questions."""

from __future__ import annotations

import math
import os
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from weakref import finalize

from pydantic import SecretStr

from dreamgen.engines.chat.asking import Asks
from dreamgen.engines.chat.calling import Caller
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.places import (
    KEYLESS,
    Folder,
    Hosted,
    Place,
    Server,
    key_name,
    place_of,
    ready,
)
from dreamgen.engines.chat.providers import heard, opening_error, patience
from dreamgen.engines.chat.silence import quiet
from dreamgen.engines.chat.talking import Talk
from dreamgen.engines.chat.wire import Line
from dreamgen.errors import DreamgenError, ModelError

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

__all__ = ["open_chat", "ready"]

_CONNECT: Final = 10.0
"""Seconds in which a server must be reached, whatever it takes to answer then."""


def open_chat(model: ChatModel, kept: Path) -> Asks:
    """A chat model with its memory. Nothing is loaded or called before it has to answer what it has not answered yet.

    Args:
        model: which one, and how it is asked.
        kept: the folder where its answers, the account of its calls and what is known of its manners are kept. One
            process at a time may use it.

    Raises:
        UsageError: when no model is named.
        UsageError: for a folder that is not there.
    """
    place = place_of(model)
    # the schema of whoever decodes under it may name lengths, and then decoding ends; OpenAI's refuses them
    lengths = not (isinstance(place, Hosted) and place.provider in ("openai", "azure_openai"))
    return Talk(model, Caller(model, kept, partial(_line, model, place), key_name(model, place), lengths=lengths))


def _line(model: ChatModel, place: Place) -> Line:
    """Opens the model. See `ready` for what is raised."""
    ready(model)
    if isinstance(place, Folder):
        from dreamgen.engines.chat.local import load_local

        client = load_local(model)
        return Line(client=lambda without: client, native=True, here=True)
    from langchain_openai.chat_models.base import BaseChatOpenAI

    clients = cache(partial(client_of, model, place))
    native = isinstance(clients(frozenset()), BaseChatOpenAI)
    return Line(client=clients, native=native, aside=isinstance(place, Server))


def client_of(model: ChatModel, place: Server | Hosted, without: frozenset[str]) -> BaseChatModel:
    """LangChain's client, without the parameters that the model does not take.

    Raises:
        UsageError: for a provider that nobody knows, or that takes no key or no time where one is given.
        MissingExtra: without its package.
        ModelError: when it can't be opened, or can't be held to a length on which a budget counts.
    """
    options: dict[str, Any] = {**_patience(model, place), "max_retries": 0}
    if "temperature" not in without:
        options["temperature"] = model.temperature
    if model.top_p < 1 and "top_p" not in without:
        options["top_p"] = model.top_p
    if isinstance(place, Server):
        key = _key(model.key_env) if model.key_env else KEYLESS
        options |= {"base_url": place.address, "api_key": key, "use_responses_api": False}
        # most servers know the older word alone, and LangChain sends the newer one
        options |= _held_to(model, ("max_tokens", "max_completion_tokens"), without)
        return _stranger(_made("openai", place.name, options))
    if model.key_env:
        options["api_key"] = _key(model.key_env)
    if place.provider in ("openai", "azure_openai"):
        options |= _held_to(model, ("max_completion_tokens", "max_tokens"), without)
    elif _limit(model, ("max_tokens",), without):
        options["num_predict" if place.provider == "ollama" else "max_tokens"] = model.max_output_tokens
    return _made(place.provider, place.name, options)


def _held_to(model: ChatModel, words: tuple[str, ...], without: frozenset[str]) -> dict[str, Any]:
    """How OpenAI's library is told the length of the longest answer."""
    length, word = model.max_output_tokens, _limit(model, words, without)
    # LangChain's own option goes out under the newer word
    return {"max_tokens": length} if word == "max_completion_tokens" else {"extra_body": {word: length}} if word else {}


def _limit(model: ChatModel, words: tuple[str, ...], without: frozenset[str]) -> str:
    """The first of these words that the model takes; empty where it takes none and nobody counts on it.

    Raises:
        ModelError: where a budget counts on it: an answer without a limit could pass any.
    """
    word = next((word for word in words if word not in without), "")
    if not word and model.max_tokens:
        hint = "Leave --max-tokens away; --max-calls can be kept."
        raise ModelError(f"{model.model} can't be held to a length, so chat.max_tokens can't be kept", hint)
    return word


def _patience(model: ChatModel, place: Server | Hosted) -> dict[str, Any]:
    """How long to wait; where the library takes more than a number, a host that is not there is noticed sooner."""
    if isinstance(place, Hosted) and place.provider != "openai":
        return patience(place.provider, model.timeout)
    from openai import Timeout

    seconds = None if math.isinf(model.timeout) else model.timeout
    return {"timeout": Timeout(seconds, connect=min(_CONNECT, model.timeout))}


def _stranger(client: Any) -> BaseChatModel:
    """The client of a server that need not know who we are at OpenAI.

    OpenAI's library sends the organisation, the project and the headers that the environment names to any address.
    """
    root = client.root_client
    root.organization = root.project = None
    # it has no door of its own for these, and a copy reads the environment again
    root._custom_headers = dict(client.default_headers or {})
    return cast("BaseChatModel", client)


def _key(name: str) -> SecretStr:
    """A key that shows itself to nobody, not even in a traceback."""
    return SecretStr(os.environ.get(name, "").strip())


def _made(provider: str, name: str, options: dict[str, Any]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    wrong: DreamgenError | None = None
    try:
        with quiet():
            client: BaseChatModel = init_chat_model(name, model_provider=provider, **options)
    except Exception as error:
        wrong = opening_error(provider, name, error)
    # outside of the handler: what is raised drags no library's exception along
    if wrong is not None:
        raise wrong
    heard(provider, client, options)
    if provider == "openai":
        # its kind of timeout keeps it out of LangChain's shared clients, so nobody else closes its sockets
        finalize(client, client.root_client.close)
    return client
