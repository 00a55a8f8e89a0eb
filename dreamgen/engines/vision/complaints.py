"""What people are told when a served vision-language model gives no answer."""

from __future__ import annotations

import re
from typing import Final

from dreamgen.engines.chat.faults import Fault, model_error
from dreamgen.engines.chat.secrets import scrub
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.words import as_chat, in_vision_words
from dreamgen.errors import ModelError

_ABOUT_PICTURES: Final = re.compile(
    r"image|picture|multi-?modal|\bvision\b|mmproj|content.{0,40}(string|\bstr\b|type|text)|string_type", re.IGNORECASE
)
"""How servers say that a model reads words alone, some of them by what they make of a message with parts."""
_NEVER: Final = re.compile(r"mmproj|image input is not supported|required for image input|multi-?modal", re.IGNORECASE)
"""The same, of servers that say it as if they had broken down, which others do over a picture now and then."""
_TOO_MANY: Final = re.compile(r"(?:at most|maximum of|up to|limit of) (\d+) (?:image|picture)", re.IGNORECASE)
_NO_MODEL: Final = re.compile(r"model.{0,80}(not found|not exist)|(no such|unknown) model", re.IGNORECASE)


def turns_pictures_away(fault: Fault) -> bool:
    """Whether a call with pictures came back because of them: to try again would be in vain."""
    words = _ABOUT_PICTURES if fault.sort == "request" else _NEVER if fault.status == 500 else None
    return words is not None and bool(words.search(fault.said)) and not _NO_MODEL.search(fault.said)


def complaint(fault: Fault, model: VisionModel, key: str, tries: int, *, shown: bool) -> ModelError:
    """What people are told about a call that is given up.

    Args:
        fault: the last one.
        model: who was asked.
        key: the environment variable with the key; empty where none is sent.
        tries: how often it was tried.
        shown: whether there were pictures in it.
    """
    who = f"{model.model} at {scrub(model.base_url, key)}" if model.base_url else model.model
    if shown and (most := _TOO_MANY.search(fault.said)):
        hint = (
            f"Show fewer: --set vision.frames={most[1]}, or let the server take more "
            f"(vLLM: --limit-mm-per-prompt.image {model.frames})."
        )
        return ModelError(f"{who} takes no {model.frames} pictures at once: {fault.said}", hint)
    if shown and turns_pictures_away(fault):
        hint = "Name a vision-language model; llama.cpp's server shows pictures only with --mmproj."
        return ModelError(f"{who} takes no pictures ({fault.status}): {fault.said}", hint)
    if shown and fault.sort == "context":
        hint = (
            f"Show fewer frames or smaller ones: vision.frames is {model.frames}, vision.side {model.side}. Or serve "
            "the model with a longer context."
        )
        return ModelError(f"{who} finds the frames too many for its context ({fault.status}): {fault.said}", hint)
    error = model_error(fault, as_chat(model, model.max_output_tokens), key, tries)
    # only the hint speaks of options; the rest is what the server said
    hint = in_vision_words(error.hint)
    if shown and model.parts == "video" and fault.status >= 500:
        hint = f"{hint} Or it can't read films: --set vision.parts=pictures."
    return ModelError(error.message, hint)
