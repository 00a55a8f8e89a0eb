"""One request to the scripted server, as it came in."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

How = Literal["json_schema", "function_calling", "json_mode", "plain"]


@dataclass(frozen=True)
class Asked:
    """One request."""

    index: int
    """Which one it is of all, from 0, in the order in which they came in."""
    path: str
    """/v1/chat/completions."""
    headers: dict[str, str]
    """Names in small letters."""
    body: Any
    """The JSON."""

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What was said, in order."""
        return list(self.body.get("messages", ()))

    @cached_property
    def text(self) -> str:
        """All messages, one after the other."""
        return "\n\n".join(_words(message) for message in self.messages)

    @property
    def user(self) -> str:
        """The first message of the user: the task itself, without what was wrong with an answer to it."""
        return next((_words(message) for message in self.messages if message.get("role") == "user"), "")

    @cached_property
    def pictures(self) -> tuple[NDArray[np.uint8], ...]:
        """All pictures that were sent along, in order, each (height, width, 3) as RGB."""
        parts = [part for message in self.messages if isinstance(message.get("content"), list)
                 for part in message["content"] if part.get("type") == "image_url"]  # fmt: skip
        return tuple(_picture(part["image_url"]["url"]) for part in parts)

    @property
    def ask(self) -> int:
        """Which ask of the same thing it is, from 1: every earlier answer that was sent back counts."""
        return 1 + [message.get("role") for message in self.messages].count("assistant")

    @property
    def key(self) -> str:
        """The key that was sent along."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @cached_property
    def how(self) -> How:
        """How the shape was asked for."""
        kind = (self.body.get("response_format") or {}).get("type")
        if kind == "json_schema":
            return "json_schema"
        if self.body.get("tools"):
            return "function_calling"
        return "json_mode" if kind == "json_object" else "plain"

    @cached_property
    def schema(self) -> dict[str, Any] | None:
        """What the answer must look like; None where no schema is to be found."""
        if self.how == "json_schema":
            return dict(self.body["response_format"]["json_schema"]["schema"])
        if self.how == "function_calling":
            return dict(self.body["tools"][0]["function"]["parameters"])
        return max(_schemas(self.text), key=lambda one: len(json.dumps(one)), default=None)

    @cached_property
    def digest(self) -> str:
        """What tells one question from another: a request that is sent again has the same."""
        said = [[message.get("role"), _words(message)] for message in self.messages]
        text = json.dumps([said, self.schema], sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _words(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content)
    return str(content or "")


def _picture(url: str) -> NDArray[np.uint8]:
    _, comma, data = url.partition(";base64,")
    assert comma, f"no picture in {url[:40]}"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"), np.uint8)


def _schemas(text: str) -> Iterator[dict[str, Any]]:
    """The JSON schemas that stand in a text."""
    decoder, start = json.JSONDecoder(), text.find("{")
    while start >= 0:
        end = start + 1
        try:
            found, end = decoder.raw_decode(text, start)
        except ValueError:
            found = None
        if isinstance(found, dict) and ("properties" in found or "$ref" in found):
            yield found
        start = text.find("{", end)
