"""Models by the names under which a dataset tells of them: who said so, in which version, asked with which prompt."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dreamgen.engines.chat.answers import weights_name
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.places import Hosted, Server
from dreamgen.engines.chat.places import place_of as chat_place
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.places import InProcess
from dreamgen.engines.vision.places import place_of as vision_place

_DIGITS: Final = 12
"""Hex digits of a fingerprint that are told."""
_HERE: Final = frozenset({"ollama", "llamacpp"})
"""Of LangChain's providers those that run on one's own machine."""
_OWN_DOMAINS: Final = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_REVISION: Final = re.compile(r"[0-9a-f]{40}")


def model_called(model: VisionModel | ChatModel) -> str:
    """A model's name with its version, without blanks and without the place where it lies.

    A folder with weights is called by its last name and a fingerprint of what is in it, a model on the hub by its name
    there and the revision that lies on this machine, one that is served as its server calls it: nobody else knows more.

    Raises:
        UsageError: when no model is named, or there is none at that place.
    """
    place = vision_place(model) if isinstance(model, VisionModel) else chat_place(model)
    if isinstance(place, Server):
        return _joined(place.name)
    if isinstance(place, Hosted):
        return _joined(f"{place.provider}:{place.name}")
    if isinstance(place, InProcess) and place.folder is None:
        return _joined(place.name, _revision(place.name))
    folder = place.folder if isinstance(place, InProcess) else place.path
    assert folder is not None, "what is in this process lies in a folder or on the hub"
    return _joined(folder.resolve().name, weights_name(folder)[:_DIGITS])


def said_by(model: VisionModel | ChatModel, prompt: str) -> str:
    """`model prompt@hash`: one line of `Description.by`.

    Args:
        model: who was asked.
        prompt: with which prompt: annotate/video_caption.

    Raises:
        UsageError: when no model is named, or the prompt is missing.
    """
    return f"{model_called(model)} {prompt}@{read_prompt(prompt).fingerprint[:_DIGITS]}"


def is_own(model: VisionModel | ChatModel) -> bool:
    """Whether a model runs in this process, on this machine, or on a server in a network of one's own.

    Whose an address is can be told from it alone: this machine's, a private one, or a name without a domain.

    Raises:
        UsageError: when no model is named, or there is none at that place.
    """
    place = vision_place(model) if isinstance(model, VisionModel) else chat_place(model)
    if isinstance(place, Hosted):
        return place.provider in _HERE
    if not isinstance(place, Server):
        return True
    host = (urlsplit(place.address).hostname or "").rstrip(".")
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_OWN_DOMAINS)


def _joined(name: str, version: str = "") -> str:
    return "@".join(part for part in ("-".join(name.split()), version) if part)


def _revision(name: str) -> str:
    """The revision of a model on the hub that is on this machine; empty where none is, or the cache does not say."""
    from dreamgen.engines.vision.local.fetching import here_already

    folder = here_already(name)
    return folder.name[:_DIGITS] if folder is not None and _REVISION.fullmatch(Path(folder).name) else ""
