"""The ways to name a vision-language model: a folder, a name on the hub, a server, or a provider of LangChain."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from dreamgen.engines.chat.places import Hosted, Server
from dreamgen.engines.chat.places import place_of as chat_place
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.words import as_chat, in_its_words
from dreamgen.errors import UsageError

WAYS: Final = (
    "Write vision.model as a folder with weights, as a name on the hub (Qwen/Qwen3-VL-4B-Instruct), or as provider:name"
    " (openai:gpt-5-mini), or give the address of an OpenAI-compatible server (vision.base_url) and the name that it"
    " knows: --set vision.model=..."
)
"""The next move of whoever named none of them."""

_HUB_NAME: Final = re.compile(r"^\w[\w.-]*/\w[\w.-]*$")


@dataclass(frozen=True)
class InProcess:
    """A model in this process."""

    name: str
    """As it was given."""
    folder: Path | None
    """The local folder; None for a name on the hub."""


Place = InProcess | Server | Hosted


def place_of(model: VisionModel) -> Place:
    """Where a model is. Nobody is asked.

    Raises:
        UsageError: when it is not named, named in no known way, or as a folder that is not there.
    """
    named = model.model.strip()
    if not named:
        raise UsageError("no vision-language model is named", WAYS)
    if model.base_url:
        with in_its_words():
            return cast("Server", chat_place(as_chat(model, model.max_output_tokens)))
    folder = Path(os.path.expanduser(named))
    if folder.is_dir():
        return InProcess(named, folder)
    if folder.is_file():
        raise UsageError(f"vision.model = {named!r} is a file, and a model is a folder", WAYS)
    if _HUB_NAME.match(named) and not named.startswith("."):
        return InProcess(named, None)
    try:
        with in_its_words():
            return cast("Hosted", chat_place(as_chat(model, model.max_output_tokens)))
    except UsageError as error:
        # the ways to name a chat model are others
        raise UsageError(error.message, WAYS) from None
