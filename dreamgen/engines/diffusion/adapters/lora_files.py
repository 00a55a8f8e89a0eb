"""LoRA files in every form that diffusers reads, as plain factors by the names of the layers that they change."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from dreamgen.engines.diffusion.soundness import check_file
from dreamgen.errors import ModelError, first_line

if TYPE_CHECKING:
    import torch

_FOR_SDXL = "Take one that was trained for SDXL."
_SIGNS = (
    (("double_blocks", "single_blocks", "single_transformer_blocks"), "FLUX"),
    (("joint_transformer_blocks", "context_embedder"), "Stable Diffusion 3"),
    (("transformer.", "diffusion_model.layers", "diffusion_model.blocks"), "a transformer model"),
    (("lokr_", "hada_", "lora_mid."), "LyCORIS"),
    (("dora_scale", "lora_magnitude_vector"), "DoRA"),
)
"""What the keys of LoRAs for other models hold, and of other things than LoRAs."""
_TEXT_CHANNELS = {768: "Stable Diffusion 1", 1024: "Stable Diffusion 2", 2048: "SDXL"}

Stamp = tuple[str, int, int]
"""A file, when it was written, and its size: other bytes under the same name are another LoRA."""


@dataclass(frozen=True)
class Factors:
    """The change of one layer: `scale * up @ down`."""

    down: torch.Tensor
    """(rank, inputs), or (rank, inputs, height, width) of a convolution; in the file's own numbers."""
    up: torch.Tensor
    """(outputs, rank), or (outputs, rank, 1, 1)."""
    scale: float
    """Alpha over rank."""

    @property
    def scaled_up(self) -> torch.Tensor:
        """`up` with the scale in it, float32."""
        return self.up.float() * self.scale


@dataclass(frozen=True)
class Lora:
    """A LoRA by the part of the model that it changes; layers by their names in diffusers."""

    unet: dict[str, Factors]
    text_encoder: dict[str, Factors]
    text_encoder_2: dict[str, Factors]

    @property
    def rank(self) -> int:
        """The largest rank of a layer of the U-Net."""
        return max((factors.down.shape[0] for factors in self.unet.values()), default=0)

    def to(self, device: torch.device) -> Lora:
        """The same on a device."""
        return Lora(
            **{
                name: {
                    layer: replace(factors, down=factors.down.to(device), up=factors.up.to(device))
                    for layer, factors in part.items()
                }
                for name, part in self._parts.items()
            }
        )

    @property
    def _parts(self) -> dict[str, dict[str, Factors]]:
        return {"unet": self.unet, "text_encoder": self.text_encoder, "text_encoder_2": self.text_encoder_2}


_REMEMBERED: WeakKeyDictionary[Any, OrderedDict[Stamp, Lora]] = WeakKeyDictionary()
_AT_ONCE = 4
"""LoRAs of each network that are kept in memory: one is wanted again for every batch and every new prompt."""


def remembered(stamp: Stamp, unet: Any) -> Lora:
    """The LoRA of a file in this state, on the network's device; see `read_lora`."""
    kept = _REMEMBERED.setdefault(unet, OrderedDict())
    lora = kept.pop(stamp, None) or read_lora(Path(stamp[0]), unet).to(next(unet.parameters()).device)
    kept[stamp] = lora
    while len(kept) > _AT_ONCE:
        kept.popitem(last=False)
    return lora


def stamp_of(path: Path) -> Stamp:
    """The file's state; zeros when there is none, which reading it will tell."""
    try:
        state = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), state.st_mtime_ns, state.st_size


def read_lora(path: Path, unet: Any) -> Lora:
    """Reads a LoRA in the form of diffusers, of PEFT, or of kohya's scripts.

    Raises:
        ModelError: when the file is missing, no safetensors, empty, or made for another model than `unet`; the message
            says what it seems to be for.
    """
    state, alphas, metadata = _converted(path, unet)
    parts: dict[str, dict[str, Factors]] = {}
    for part in ("unet", "text_encoder", "text_encoder_2"):
        found = {key.removeprefix(f"{part}."): value for key, value in state.items() if key.startswith(f"{part}.")}
        scales = {key.removeprefix(f"{part}."): value for key, value in alphas.items() if key.startswith(f"{part}.")}
        known = {key.removeprefix(f"{part}."): value for key, value in metadata.items() if key.startswith(f"{part}.")}
        parts[part] = _factors(found, scales, known, part) if found else {}
    if not any(parts.values()):
        raise ModelError(f"{path} is no LoRA for SDXL{_guess(state)}", _FOR_SDXL)
    _check_fit(path, parts["unet"], unet)
    return Lora(**parts)


def _converted(path: Path, unet: Any) -> tuple[dict[str, Any], dict[str, float], dict[str, Any]]:
    """The file's tensors under diffusers' names, the alphas and the metadata."""
    from diffusers.loaders import StableDiffusionXLLoraLoaderMixin

    if not path.is_file():
        raise ModelError(f"there is no LoRA at {path}", "Give a safetensors file.")
    keys = [name for name in check_file(path) if name != "__metadata__"]
    named = dict.fromkeys(keys)
    if not keys:
        raise ModelError(f"{path} is empty")
    if any(_more_than_lora(key) for key in keys):
        raise ModelError(f"{path} is no plain LoRA{_guess(named)}", _FOR_SDXL)
    try:
        state, alphas, metadata = StableDiffusionXLLoraLoaderMixin.lora_state_dict(
            str(path), unet_config=unet.config, return_lora_metadata=True, use_safetensors=True, local_files_only=True
        )
    except (KeyError, ValueError, IndexError, OSError) as error:
        first = first_line(error)
        raise ModelError(f"{path} is no LoRA for SDXL{_guess(named)}: {first[:200]}", _FOR_SDXL) from None
    return state, alphas or {}, metadata or {}


def _more_than_lora(key: str) -> bool:
    """Whether a tensor belongs to something else, or to a kin of LoRA that has more than two factors."""
    kin = ("dora_scale", "lora_magnitude_vector", "lora_mid.", "lora_B.bias")
    return ("lora" not in key and not key.endswith(".alpha")) or any(sign in key for sign in kin)


def _factors(
    state: Mapping[str, Any], alphas: Mapping[str, float], metadata: Mapping[str, Any], part: str
) -> dict[str, Factors]:
    """Pairs of factors from tensors under any of diffusers' namings."""
    named = _peft_names({**state, **alphas}, part)
    downs = {
        key.removesuffix(".lora_A.weight"): value for key, value in named.items() if key.endswith(".lora_A.weight")
    }
    scales = {key.split(".lora_")[0].removesuffix(".alpha"): v for key, v in named.items() if key.endswith(".alpha")}
    result = {}
    for layer, down in downs.items():
        up = named.get(f"{layer}.lora_B.weight")
        if up is None:
            continue
        rank = down.shape[0]
        alpha = scales.get(layer, _alpha(layer, metadata, rank))
        result[layer] = Factors(down, up, float(alpha) / rank)
    return result


def _peft_names(state: dict[str, Any], part: str) -> dict[str, Any]:
    from diffusers.utils import state_dict_utils

    if part == "unet":
        renamed: dict[str, Any] = state_dict_utils.convert_unet_state_dict_to_peft(state)
        return renamed
    if not any(".lora_A." in key for key in state):
        state = state_dict_utils.convert_state_dict_to_peft(state_dict_utils.convert_state_dict_to_diffusers(state))
    return state


def _alpha(layer: str, metadata: Mapping[str, Any], rank: int) -> float:
    """The alpha that PEFT's metadata give a layer, as its LoraConfig understands them; without any, the rank."""
    if not metadata:
        return float(rank)
    patterns = metadata.get("alpha_pattern") or {}
    match = next((pattern for pattern in patterns if re.match(rf"(.*\.)?({pattern})$", layer)), None)
    alpha = float(patterns[match] if match is not None else metadata.get("lora_alpha", rank))
    return alpha * rank**0.5 if metadata.get("use_rslora") else alpha


def _check_fit(path: Path, layers: Mapping[str, Factors], unet: Any) -> None:
    """Refuses a LoRA whose layers the network lacks, or has in other shapes."""
    for name, factors in layers.items():
        try:
            weight = unet.get_submodule(name).weight
        except AttributeError:
            raise ModelError(
                f"{path} changes {name}, which the loaded model lacks{_whose(layers)}", _FOR_SDXL
            ) from None
        if (weight.shape[0], *weight.shape[1:]) != (factors.up.shape[0], *factors.down.shape[1:]):
            raise ModelError(
                f"{path} is for another model{_whose(layers)}: its {name} takes {factors.down.shape[1]} channels to "
                f"{factors.up.shape[0]}, the loaded one {weight.shape[1]} to {weight.shape[0]}",
                _FOR_SDXL,
            )


def _whose(layers: Mapping[str, Factors]) -> str:
    """What the width of its words gives away."""
    keys = (factors.down.shape[1] for name, factors in layers.items() if name.endswith("attn2.to_k"))
    model = _TEXT_CHANNELS.get(next(keys, 0))
    return f" (it seems to be for {model})" if model else ""


def _guess(keys: Mapping[str, Any]) -> str:
    """What the names of the tensors give away."""
    for signs, what in _SIGNS:
        if any(sign in key for key in keys for sign in signs):
            return f" (it is {what})" if what in ("LyCORIS", "DoRA") else f" (it seems to be for {what})"
    return f" (it holds {', '.join(sorted(keys)[:3])}, ...)"
