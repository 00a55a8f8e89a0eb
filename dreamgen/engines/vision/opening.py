"""A vision-language model is opened: the one door for whoever has questions about pictures."""

from __future__ import annotations

from pathlib import Path

from dreamgen.engines.accelerators import installed
from dreamgen.engines.chat.places import ready as served_ready
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.places import InProcess, place_of
from dreamgen.engines.vision.seeing import Sees
from dreamgen.engines.vision.words import as_chat, in_its_words
from dreamgen.errors import MissingExtra

__all__ = ["open_vision", "ready"]


def open_vision(model: VisionModel, kept: Path) -> Sees:
    """A vision-language model with its memory. Nothing is loaded or called before it has to answer.

    Args:
        model: which one, and how it is asked.
        kept: the folder where its answers and the account of its calls are kept.

    Raises:
        UsageError: when no model is named, or none can be at that place.
        MissingExtra: without a library that it needs.
        ModelError: for a folder that holds no such model.
    """
    ready(model)
    if isinstance(place_of(model), InProcess):
        from dreamgen.engines.vision.local import open_local

        return open_local(model, kept)
    from dreamgen.engines.vision.served import open_served

    return open_served(model, kept)


def ready(model: VisionModel) -> None:
    """Makes sure that a model can be opened: named, its libraries there, its key or its folder there. Nobody is called.

    Raises:
        UsageError: when no model is named, its folder is not there, nobody knows its provider, or its key is not in
            the environment.
        MissingExtra: without a library that it needs.
        ModelError: for a folder that holds no vision-language model that can be shown frames.
    """
    place = place_of(model)
    if isinstance(place, InProcess):
        _libraries(model, "torch", "transformers", "safetensors")
        from dreamgen.engines.vision.local import check_local

        check_local(model)
        return
    _libraries(model, "langchain", "langchain_openai")
    with in_its_words():
        served_ready(as_chat(model, model.max_output_tokens))


def _libraries(model: VisionModel, *wanted: str) -> None:
    for library in wanted:
        if not installed(library):
            raise MissingExtra(library.replace("_", "-"), "vlm", f"the vision-language model {model.model}")
