"""A vision-language model is called as chat models are, and spoken of in the words of its own table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.vision.model import VisionModel
from dreamgen.errors import DreamgenError

_SHARED: Final = (
    "model", "base_url", "key_env", "concurrency", "requests_per_minute", "timeout", "tries", "max_calls", "max_tokens",
)  # fmt: skip
"""Options that both kinds of models have."""
_LEAST: Final = 16
"""Tokens that a chat model may be held to at least."""
_NAMES: Final = "|".join((*_SHARED, "max_output_tokens"))
_WORDS: Final = re.compile(rf"--[a-z-]+ \(chat\.(\w+)\)|\bchat\.({_NAMES})\b")
"""How an option of a chat model is named in an error: --base-url (chat.base_url), chat.timeout."""
_SHORT: Final = re.compile(r"--max-(calls|tokens)\b")
"""Options of the command line that only chat models have."""


def as_chat(model: VisionModel, most: int) -> ChatModel:
    """The same model, as chat models are named: at the same place, as patient, under the same limits.

    Args:
        model: which one.
        most: tokens of an answer.
    """
    shared = {name: getattr(model, name) for name in _SHARED}
    return ChatModel(**shared, temperature=0.0, max_output_tokens=max(most, _LEAST), asks=1)


@contextmanager
def in_its_words() -> Iterator[None]:
    """While this is open, errors name the options of the table `[vision]` where they would name those of `[chat]`."""
    try:
        yield
    except DreamgenError as error:
        error.message, error.hint = in_vision_words(error.message), in_vision_words(error.hint)
        error.args = (error.message,)
        raise


def in_vision_words(text: str) -> str:
    """What is said of a chat model's options, said of those of `[vision]`."""
    return _SHORT.sub(_own, _WORDS.sub(lambda found: f"vision.{found[1] or found[2]}", text)).replace(
        "the language model", "the vision-language model"
    )


def _own(found: re.Match[str]) -> str:
    return f"vision.max_{found[1]}"
