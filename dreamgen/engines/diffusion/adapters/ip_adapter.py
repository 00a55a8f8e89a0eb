"""IP-Adapters as published: safetensors with a projection of the picture and keys and values for every layer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dreamgen.engines.diffusion.soundness import check_file
from dreamgen.errors import ModelError, first_line

if TYPE_CHECKING:
    import torch

_MODELS = {768: "Stable Diffusion 1", 1024: "Stable Diffusion 2", 2048: "SDXL"}
"""Which model has how many channels of text in its cross-attention."""
_FOR_SDXL = "Take one for SDXL, such as ip-adapter_sdxl_vit-h or ip-adapter-plus_sdxl_vit-h of h94/IP-Adapter."


@dataclass(frozen=True)
class IpAdapter:
    """What follows a reference picture (Ye et al. 2023, IP-Adapter)."""

    projection: Any
    """From what the image encoder sees to tokens of text channels; diffusers' own module."""
    pooled: bool
    """Whether it takes the picture's one embedding (base), or what the last layer but one sees in patches (plus)."""
    weights: dict[str, tuple[torch.Tensor, torch.Tensor]]
    """By the cross-attention's name: keys and values."""
    width: int
    """Channels that it wants of the image encoder."""


def load_ip_adapter(path: Path, unet: Any) -> IpAdapter:
    """Reads an adapter for `unet`.

    Raises:
        ModelError: when the file is missing, damaged, no IP-Adapter, one of another model, or one that needs a face
            recogniser (FaceID).
    """
    state = _read(path)
    image = state["image_proj"]
    if "perceiver_resampler.proj_in.weight" in image or ("proj.0.weight" in image and "proj.3.weight" not in image):
        raise ModelError(f"{path} is a FaceID adapter, which sees a picture through a face recogniser", _FOR_SDXL)
    _check_width(path, state, unet)
    try:
        # diffusers reads the layers in this order; without low_cpu_mem_usage nothing of the network is touched
        processors = unet._convert_ip_adapter_attn_to_diffusers([state], low_cpu_mem_usage=False)
        projection = unet._convert_ip_adapter_image_proj_to_diffusers(image, low_cpu_mem_usage=False)
    except (KeyError, RuntimeError, ValueError) as error:
        first = f"it lacks {error}" if isinstance(error, KeyError) else first_line(error)
        raise ModelError(f"{path} is no IP-Adapter for this model: {first}", _FOR_SDXL) from None
    place = next(iter(unet.parameters()))
    projection = projection.to(place.device, place.dtype).eval().requires_grad_(False)
    weights = {
        name.removesuffix(".processor"): tuple(
            layer[0].weight.detach().to(place.device, place.dtype) for layer in (processor.to_k_ip, processor.to_v_ip)
        )
        for name, processor in processors.items()
        if hasattr(processor, "to_k_ip")
    }
    pooled = "proj.weight" in image
    width = image["proj.weight"].shape[-1] if pooled else _patch_width(image)
    return IpAdapter(projection, pooled, weights, int(width))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """The two halves of the file."""
    from safetensors.torch import load_file

    if not path.is_file():
        raise ModelError(f"there is no IP-Adapter at {path}", "Give a safetensors file.")
    check_file(path)
    tensors = load_file(path)
    halves: dict[str, dict[str, Any]] = {"image_proj": {}, "ip_adapter": {}}
    for key, tensor in tensors.items():
        half, _, rest = key.partition(".")
        if half in halves:
            halves[half][rest] = tensor
    if not all(halves.values()):
        raise ModelError(
            f"{path} is no IP-Adapter: it lacks {' and '.join(h for h in halves if not halves[h])}", _FOR_SDXL
        )
    return halves


def _check_width(path: Path, state: dict[str, dict[str, Any]], unet: Any) -> None:
    """Refuses an adapter whose keys are for words of another width."""
    wanted = unet.config.cross_attention_dim
    found = next((int(t.shape[-1]) for key, t in state["ip_adapter"].items() if key.endswith("to_k_ip.weight")), 0)
    if found != wanted:
        whose = _MODELS.get(found, "a model")
        raise ModelError(
            f"{path} is for {whose} with {found} text channels, and the loaded model has {wanted}", _FOR_SDXL
        )


def _patch_width(image: dict[str, Any]) -> int:
    key = "proj_in.weight" if "proj_in.weight" in image else "proj.0.weight"
    return int(image[key].shape[1])
