"""A local folder becomes a language model on a device; whatever is loaded already is shared."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from dreamgen.engines.accelerators import installed
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.device import Machine, machine
from dreamgen.engines.diffusion.memory import out_of_memory
from dreamgen.engines.diffusion.silence import quiet
from dreamgen.engines.diffusion.soundness import check_network
from dreamgen.engines.diffusion.wholeness import transformer
from dreamgen.engines.staying import loading, stays
from dreamgen.errors import MissingExtra, ModelError, first_line

WANTED_BY = "a language model in this process"
_LIBRARIES = ("torch", "transformers", "safetensors", "llguidance")
_LAYOUT = "Give the folder of a chat model as transformers has it: config.json, tokenizer.json, *.safetensors."
_INSTRUCT = "Take the variant that was trained to chat; its name often ends in Instruct."


@dataclass(eq=False)
class Weights:
    """A causal language model in memory."""

    folder: Path
    """Where it is from."""
    network: Any
    """Gives the likelihoods of the next token."""
    tokenizer: Any
    """Text to tokens, and its chat template."""
    spelling: Any
    """llguidance's view of the tokenizer: the bytes of every token."""
    ends: tuple[int, ...]
    """Tokens that end an answer."""
    size: int
    """Tokens that the network tells likelihoods of; some tokenizers have fewer."""
    context: int
    """Most tokens of question and answer together; 0 where it does not say."""
    place: Machine
    """Where it runs."""
    busy: threading.Lock = field(default_factory=threading.Lock)
    """Held while it computes."""
    read: dict[tuple[int, ...], Any] = field(default_factory=dict)
    """What it has computed of instructions that questions begin with; see `standing`."""

    @property
    def padding(self) -> int:
        """The token that fills shorter questions up."""
        return int(self.tokenizer.pad_token_id if self.tokenizer.pad_token_id is not None else self.ends[0])


_LOADED: WeakValueDictionary[tuple[object, ...], Weights] = WeakValueDictionary()
"""Weights leave the memory with the last who uses them, so that a diffusion model finds the card free."""
_LOADING = threading.Lock()


def need() -> None:
    """Makes sure that the libraries of the extra `local-llm` are there; nothing is imported.

    Raises:
        MissingExtra: for the first one that is not.
    """
    for library in _LIBRARIES:
        if not installed(library):
            raise MissingExtra(library, "local-llm", WANTED_BY)


def shared(model: ChatModel) -> Weights:
    """The weights of a model; those that somebody in this process has loaded are not loaded again.

    Raises:
        ModelError: when they are missing, damaged, pickled, no chat model, or too large for the memory.
        UsageError: for a device that is not there.
        MissingExtra: without the libraries.
    """
    need()
    folder = Path(model.model).expanduser().resolve()
    _check(folder)
    place = machine(model.device, model.dtype, need)
    files = tuple((file.name, file.stat().st_mtime_ns) for file in sorted(folder.iterdir()))
    key = (folder, files, place.device, place.dtype)
    with _LOADING:
        found = _LOADED.get(key)
        if found is None:
            with loading("chat"):
                found = _LOADED[key] = _load(folder, place)
    stays("chat", found)
    return found


def _check(folder: Path) -> None:
    """Refuses what can be told to be wrong without reading weights."""
    if not folder.is_dir():
        raise ModelError(f"there is no folder {folder} with a language model", _LAYOUT)
    try:
        json.loads((folder / "config.json").read_text("utf-8")).get("model_type")
    except OSError:
        raise ModelError(f"{folder} is no language model: it has no config.json", _LAYOUT) from None
    except (ValueError, AttributeError, TypeError):
        raise ModelError(f"{folder}/config.json is damaged", "Fetch it again.") from None
    check_network(folder)


def _load(folder: Path, place: Machine) -> Weights:
    from transformers import AutoTokenizer, GenerationConfig

    with quiet():
        try:
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        except Exception as error:  # the libraries have no class for a tokenizer that they can't read
            raise ModelError(f"the tokenizer in {folder} could not be loaded: {first_line(error)}", _LAYOUT) from None
        if not getattr(tokenizer, "chat_template", None):
            raise ModelError(f"{folder} has no chat template: it continues texts and answers no questions", _INSTRUCT)
        network = _network(folder, place)
    text = network.config.get_text_config()
    ends = _ends(tokenizer, network)
    if not ends:
        raise ModelError(f"{folder} does not say which token ends an answer", "Add eos_token_id to its config.json.")
    # what its publisher recommends, such as a penalty for saying things twice, would bend a shape's repeated keys
    network.generation_config = GenerationConfig(eos_token_id=list(ends))
    return Weights(
        folder=folder,
        network=network,
        tokenizer=tokenizer,
        spelling=_spelling(folder, tokenizer, int(text.vocab_size), ends),
        ends=ends,
        size=int(text.vocab_size),
        context=int(getattr(text, "max_position_embeddings", 0) or 0),
        place=place,
    )


def _network(folder: Path, place: Machine) -> Any:
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES as KNOWN

    config = json.loads((folder / "config.json").read_text("utf-8"))
    if config.get("model_type") not in KNOWN:
        own = " It brings code of its own, which is never run." if config.get("auto_map") else ""
        raise ModelError(
            f"{folder} is of the kind {config.get('model_type')}, of which transformers knows no language model.{own}",
            "Take another model, or a newer transformers, or serve it elsewhere: --set chat.base_url=...",
        )
    try:
        network = transformer(
            "AutoModelForCausalLM",
            folder,
            dtype=place.dtype,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
        return network.to(place.device).eval().requires_grad_(False)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, MemoryError, ImportError) as error:
        if out_of_memory(error):
            raise ModelError(
                f"{folder} does not fit into the memory of {place.device}",
                "Take a smaller model, or --set chat.dtype=bfloat16, or serve it elsewhere: --set chat.base_url=...",
            ) from None
        raise ModelError(f"{folder} could not be loaded as a language model: {first_line(error)}", _LAYOUT) from None


def _ends(tokenizer: Any, network: Any) -> tuple[int, ...]:
    """All tokens that say that an answer is over: families tell them in three places."""
    found: list[int] = []
    for said in (
        tokenizer.eos_token_id,
        getattr(network.generation_config, "eos_token_id", None),
        getattr(network.config, "eos_token_id", None),
    ):
        found += said if isinstance(said, list | tuple) else [] if said is None else [said]
    return tuple(dict.fromkeys(int(token) for token in found))


def _spelling(folder: Path, tokenizer: Any, size: int, ends: tuple[int, ...]) -> Any:
    import llguidance.hf

    try:
        return llguidance.hf.from_tokenizer(tokenizer, n_vocab=size, eos_token=list(ends))
    except Exception as error:  # it raises whatever its Rust parts do
        raise ModelError(
            f"the tokenizer in {folder} can't be held to a shape: {first_line(error)}",
            "Take a model with a tokenizer.json.",
        ) from None
