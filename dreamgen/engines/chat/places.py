"""The ways to name a chat model: a folder with weights, a server, or a provider that LangChain knows."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dreamgen.engines.accelerators import installed
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.providers import PROVIDERS, known
from dreamgen.engines.chat.secrets import scrub
from dreamgen.errors import MissingExtra, ModelError, UsageError

WAYS: Final = (
    "Write --model (chat.model) as provider:name (openai:gpt-5-mini), or as a folder with weights, or give the address "
    "of an OpenAI-compatible server with --base-url (chat.base_url) and the name that it knows."
)
"""The next move of whoever named none of them."""

KEYLESS: Final = "no-key"
"""What is sent to a server that wants no key. The provider's own key never goes to another address."""


_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,50}")
"""How variables are named as a rule."""


@dataclass(frozen=True)
class Folder:
    """A model in this process."""

    path: Path
    """The folder with its weights."""


@dataclass(frozen=True)
class Server:
    """An OpenAI-compatible server."""

    address: str
    """Its base URL."""
    name: str
    """Of the model, as the server knows it."""


@dataclass(frozen=True)
class Hosted:
    """A provider that LangChain knows."""

    provider: str
    """LangChain's word for it."""
    name: str
    """Of the model."""


Place = Folder | Server | Hosted


def place_of(model: ChatModel) -> Place:
    """Where a model is.

    Raises:
        UsageError: when it is not named, named in no known way, or as a folder that is not there.
    """
    named = model.model.strip()
    if not named:
        raise UsageError("no chat model is named", WAYS)
    if model.base_url:
        return Server(_address(model.base_url), named.removeprefix("openai:"))
    folder = Path(os.path.expanduser(named))
    if folder.is_dir():
        return Folder(folder)
    provider, colon, name = named.partition(":")
    if not colon or "/" in provider or "\\" in named or len(provider) == 1:
        if named.startswith(("/", ".", "~")) or "/" in named or "\\" in named:
            raise UsageError(f"--model (chat.model) = {named!r}: there is no such folder", WAYS)
        raise UsageError(f"--model (chat.model) = {named!r} says neither who has the model nor where it is", WAYS)
    if not name:
        raise UsageError(f"--model (chat.model) = {named!r} names no model", WAYS)
    return Hosted(provider.replace("-", "_").lower(), name)


def _address(text: str) -> str:
    """A base URL as it is used. It stands in the run's files, so no key may be in it."""
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        what = f"--base-url (chat.base_url) = {scrub(text)!r} is no address"
        raise UsageError(what, "Write http://host:port/v1.")
    if parts.username or parts.password or parts.query or parts.fragment:
        hint = "Put the key into an environment variable, and name that: --set chat.key_env=MY_KEY."
        raise UsageError("--base-url (chat.base_url) holds more than an address: a name, a key or a question", hint)
    return text.rstrip("/")


def key_name(model: ChatModel, place: Place) -> str:
    """The environment variable with the key; empty where none is needed, or only LangChain knows."""
    if model.key_env or not isinstance(place, Hosted):
        return model.key_env
    return PROVIDERS.get(place.provider, ("", ""))[1]


def ready(model: ChatModel) -> None:
    """Makes sure that a model can be opened: named, its libraries there, its key or its folder there. Nobody is called.

    Raises:
        UsageError: when no model is named, its folder is not there, nobody knows its provider, or its key is not in
            the environment.
        MissingExtra: without a library that it needs.
        ModelError: for a folder that holds no model.
    """
    place = place_of(model)
    for library in ("langchain", "langchain_openai", "json_repair"):
        if not installed(library):
            raise MissingExtra(library.replace("_", "-"), "llm", "a chat model")
    if isinstance(place, Folder):
        for library in ("torch", "transformers", "llguidance"):
            if not installed(library):
                raise MissingExtra(library, "local-llm", f"the chat model in {model.model}")
        if not (place.path / "config.json").is_file():
            hint = (
                "Give the folder of a chat model in transformers' layout: config.json, tokenizer.json, *.safetensors."
            )
            raise ModelError(f"{place.path} is no language model: it has no config.json", hint)
        return
    if isinstance(place, Hosted):
        known(place.provider)
    name = key_name(model, place)
    if name and not os.environ.get(name, "").strip():
        if not _VARIABLE.fullmatch(name):
            # most likely the key itself, which must not be said again
            hint = "Write the name of an environment variable, such as MY_API_KEY; never the key itself."
            raise UsageError("chat.key_env names no environment variable that is set", hint)
        raise UsageError(
            f"the environment variable {name} with the key for {model.model} is not set",
            f"Set {name}, or name another variable: --set chat.key_env=MY_KEY.",
        )
