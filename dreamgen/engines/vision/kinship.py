"""Whose kin a model is: one that judges should not be of the family that wrote what it judges."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

_KIN: Final = {
    "qwen": ("qwen", "qwq", "qvq"),
    "smollm": ("smollm", "smolvlm"),
    "internlm": ("internlm",),
    "deepseek": ("deepseek",),
    "mistral": ("mistral", "mixtral", "magistral", "ministral", "pixtral", "zephyr"),
    "gemini": ("gemini", "gemma", "palm"),
    "gpt": ("gpt", "chatgpt", "davinci"),
    "claude": ("claude", "anthropic"),
    "phi": ("phi",),
    "grok": ("grok",),
    "glm": ("glm", "chatglm", "cogvlm"),
    "command": ("command", "cohere", "aya"),
    "kimi": ("kimi", "moonshot"),
    "nova": ("nova",),
    "granite": ("granite",),
    "minicpm": ("minicpm",),
    "falcon": ("falcon",),
    "yi": ("yi",),
    "llama": ("llama", "vicuna", "perception_lm", "perception-lm"),
}
"""Family to the words that its models are called by, the more telling ones first."""
_REASONERS: Final = re.compile(r"(^|[^a-z0-9])o[1-9](-|$)")
"""OpenAI's o3-mini and its like."""
_COMMON: Final = ("llama", "")
"""What a config.json says of models from many houses, so that the name is asked as well."""


class Named(Protocol):
    """A chat model or a vision-language model."""

    @property
    def model(self) -> str:
        """A folder, a name on the hub or on a server, or `provider:name`."""
        ...


def family_of(model: Named) -> str:
    """The family of a model in one word: qwen, llama, gpt. The same word says that two models are kin.

    What the field `family` says counts first, then the config.json of a local folder, then the name. A vision-language
    model is kin of the language model that it was built on. A name that tells nothing is its own family, without sizes
    and versions; no name at all is "".

    Args:
        model: a `VisionModel`, a `ChatModel`, or whatever else names one.
    """
    said = str(getattr(model, "family", "")).strip().lower()
    if said:
        return _word(said) or said
    name = model.model.strip()
    folder = Path(os.path.expanduser(name)) if name else None
    if folder is not None and folder.is_dir():
        built = _built_on(folder)
        return built if built not in _COMMON else _word(folder.resolve().name.lower()) or built or _stem(folder.name)
    return _word(name.lower()) or _stem(name.rpartition("/")[2].rpartition(":")[2])


def _built_on(folder: Path) -> str:
    """The family that a folder's config.json tells; empty where it tells none."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    if not isinstance(config, Mapping):
        return ""
    kind = _word(str(config.get("model_type", "")).lower())
    inner: Any = config.get("text_config") or config.get("llm_config")
    if isinstance(inner, Mapping) and kind in _COMMON:
        # LLaVA and InternVL are names of a way to build; what they were built on is inside
        kind = _word(str(inner.get("model_type", "")).lower()) or kind
    return kind


def _word(text: str) -> str:
    """The family whose word stands in a name; where there are several, the word that comes first in `_KIN`."""
    text = text.replace("llava", " ")  # no kin of Llama by name alone
    for family, words in _KIN.items():
        # short words must stand alone: there is a yi in many names
        if any(re.search(rf"(^|[^a-z]){word}" + ("($|[^a-z])" if len(word) < 4 else ""), text) for word in words):
            return family
    return "gpt" if _REASONERS.search(text) else ""


def _stem(name: str) -> str:
    """The first word of a name."""
    return next(iter(re.findall(r"[a-z]+", name.lower())), name.lower())
