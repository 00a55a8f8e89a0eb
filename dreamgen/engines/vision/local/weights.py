"""A folder becomes a vision-language model on a device; whatever is loaded already is shared."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from weakref import WeakValueDictionary

from dreamgen.engines.accelerators import installed
from dreamgen.engines.chat.flight import bound
from dreamgen.engines.device import Machine, machine
from dreamgen.engines.diffusion.inventory import hub_is_off
from dreamgen.engines.diffusion.memory import out_of_memory
from dreamgen.engines.diffusion.silence import quiet
from dreamgen.engines.diffusion.soundness import check_network
from dreamgen.engines.diffusion.wholeness import transformer
from dreamgen.engines.staying import loading, stays
from dreamgen.engines.vision.local.families import FAMILIES
from dreamgen.engines.vision.local.fetching import fetch
from dreamgen.engines.vision.local.kinds import refuse_kind
from dreamgen.engines.vision.local.pictures import read_looks
from dreamgen.engines.vision.local.showing import About, Family
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.places import InProcess, place_of
from dreamgen.errors import MissingExtra, ModelError, first_line

WANTED_BY: Final = "a vision-language model in this process"
_LIBRARIES: Final = ("torch", "transformers", "safetensors")
_LAYOUT: Final = (
    "Give the folder of a vision-language model as transformers has it: config.json, tokenizer.json,"
    " preprocessor_config.json, *.safetensors."
)


@dataclass(eq=False)
class Weights:
    """A vision-language model in memory."""

    folder: Path
    """Where it is from."""
    network: Any
    """Frames and text in, likelihoods of the next token out."""
    tokenizer: Any
    """Text to tokens, and its chat template."""
    family: Family
    """How it is shown frames."""
    about: About
    """What is known of it for that."""
    ends: tuple[int, ...]
    """Tokens that end an answer."""
    context: int
    """Most tokens of frames, question and answer together; 0 where it does not say."""
    place: Machine
    """Where it runs."""
    busy: threading.RLock = field(default_factory=threading.RLock)
    """Held while it computes."""
    read: dict[object, Any] = field(default_factory=dict)
    """What it has computed of clips, the last one last; see `reading`."""
    layouts: dict[bool, tuple[str, ...]] = field(default_factory=dict)
    """What its chat template writes around the texts, with frames and without; see `prompts`."""
    spelled: dict[tuple[str, ...], dict[tuple[int, ...], int]] = field(default_factory=dict)
    """The tokens of choices; see `choosing`."""

    @property
    def padding(self) -> int:
        """The token that fills shorter questions up."""
        return int(self.tokenizer.pad_token_id if self.tokenizer.pad_token_id is not None else self.ends[0])


_LOADED: WeakValueDictionary[tuple[object, ...], Weights] = WeakValueDictionary()
"""Weights leave the memory with the last who uses them, so that a diffusion model finds the card free."""
_LOADING = threading.Lock()


def need() -> None:
    """Makes sure that the libraries are there; nothing is imported.

    Raises:
        MissingExtra: for the first one that is not.
    """
    for library in _LIBRARIES:
        if not installed(library):
            raise MissingExtra(library, "vlm", WANTED_BY)


def check_local(model: VisionModel) -> None:
    """Refuses what can be told to be wrong without reading weights or asking the hub.

    Raises:
        ModelError: when the folder holds no vision-language model, or one that can't be shown frames here; or when it
            is not on this machine, and the hub is not to be asked.
    """
    place = place_of(model)
    if not isinstance(place, InProcess):
        return
    if place.folder is not None:
        _check(place.folder)
    elif hub_is_off():
        _check(fetch(place.name))


def shared(model: VisionModel) -> Weights:
    """The weights of a model; those that somebody in this process has loaded are not loaded again.

    Raises:
        ModelError: when they are missing, damaged, pickled, of another kind, or too large for the memory.
        UsageError: for a device that is not there.
        MissingExtra: without the libraries.
    """
    need()
    with _LOADING:
        folder = folder_of(model)
        _check(folder)
        place = machine(model.device, model.dtype, need)
        files = tuple((file.name, file.stat().st_mtime_ns) for file in sorted(folder.iterdir()))
        key = (folder, files, place.device, place.dtype)
        found = _LOADED.get(key)
        if found is None:
            # not the download above: that may be left at any time
            with bound(), loading("vision"):
                found = _LOADED[key] = _load(folder, place)
    stays("vision", found)
    return found


def folder_of(model: VisionModel) -> Path:
    """The folder with the weights; what is on the hub is downloaded once.

    Raises:
        ModelError: when it can't be had.
        UsageError: when the model is not one for this process.
    """
    place = place_of(model)
    if not isinstance(place, InProcess):
        raise ModelError(f"{model.model} is not a model for this process", _LAYOUT)
    return (fetch(place.name) if place.folder is None else place.folder).resolve()


def _check(folder: Path) -> None:
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        kind = config.get("model_type")
    except OSError:
        raise ModelError(f"{folder} is no vision-language model: it has no config.json", _LAYOUT) from None
    except (ValueError, AttributeError, TypeError):
        raise ModelError(f"{folder}/config.json is damaged", "Fetch it again.") from None
    if kind not in FAMILIES:
        refuse_kind(folder, config)
    check_network(folder)


def _load(folder: Path, place: Machine) -> Weights:
    with quiet():
        tokenizer = _tokenizer(folder)
        network = _network(folder, place)
    family = FAMILIES[network.config.model_type]
    ends = _ends(tokenizer, network)
    if not ends:
        raise ModelError(f"{folder} does not say which token ends an answer", "Add eos_token_id to its config.json.")
    text = network.config.get_text_config()
    added = tokenizer.added_tokens_decoder.values()
    marks = (str(token.content) for token in added if token.special or str(token.content).startswith("<"))
    return Weights(
        folder=folder,
        network=network,
        tokenizer=tokenizer,
        family=family,
        about=About(network.config, read_looks(folder, *family.looks), frozenset(marks)),
        ends=ends,
        context=int(getattr(text, "max_position_embeddings", 0) or 0),
        place=place,
    )


def _tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as error:  # the libraries have no class for a tokenizer that they can't read
        raise ModelError(f"the tokenizer in {folder} could not be loaded: {first_line(error)}", _LAYOUT) from None
    if not getattr(tokenizer, "chat_template", None):
        tokenizer.chat_template = _template(folder)
    return tokenizer


def _template(folder: Path) -> str:
    """The chat template, where it belongs to the processor and not to the tokenizer.

    Raises:
        ModelError: where there is none.
    """
    path = folder / "chat_template.jinja"
    if path.is_file():
        return path.read_text("utf-8")
    for name in ("chat_template.json", "processor_config.json"):
        try:
            said = json.loads((folder / name).read_text("utf-8"))["chat_template"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(said, str):
            return said
    hint = "Take the variant that was trained to chat; its name often ends in Instruct."
    raise ModelError(f"{folder} has no chat template: it continues texts and answers no questions", hint)


def _network(folder: Path, place: Machine) -> Any:
    try:
        network = transformer(
            "AutoModelForImageTextToText",
            folder,
            dtype=place.dtype,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
        return network.to(place.device).eval().requires_grad_(False)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, MemoryError, ImportError) as error:
        if out_of_memory(error):
            hint = "Take a smaller model, or --set vision.dtype=bfloat16, or serve it: --set vision.base_url=..."
            raise ModelError(f"{folder} does not fit into the memory of {place.device}", hint) from None
        told = first_line(error)
        if "timm" in str(error):
            hint = "pip install timm, or serve the model elsewhere: --set vision.base_url=..."
            raise ModelError(f"the vision tower of {folder} needs timm, which is not installed", hint) from None
        raise ModelError(f"{folder} could not be loaded as a vision-language model: {told}", _LAYOUT) from None


def _ends(tokenizer: Any, network: Any) -> tuple[int, ...]:
    """All tokens that say that an answer is over: families tell them in four places."""
    found: list[int] = []
    for said in (
        tokenizer.eos_token_id,
        getattr(network.generation_config, "eos_token_id", None),
        getattr(network.config, "eos_token_id", None),
        getattr(network.config.get_text_config(), "eos_token_id", None),
    ):
        found += said if isinstance(said, list | tuple) else [] if said is None else [said]
    turn = tokenizer.convert_tokens_to_ids("<end_of_utterance>")  # SmolVLM's configurations name another one
    if turn is not None and turn != tokenizer.unk_token_id:
        found.append(turn)
    return tuple(dict.fromkeys(int(token) for token in found))
