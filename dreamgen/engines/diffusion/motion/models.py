"""Which image-to-video model is in a folder, and how it is loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.engines.device import Machine, machine, need, set_up
from dreamgen.engines.diffusion.checkpoint import Device
from dreamgen.engines.diffusion.inventory import hub_is_off
from dreamgen.engines.diffusion.loading import quiet
from dreamgen.engines.diffusion.memory import out_of_memory
from dreamgen.engines.diffusion.soundness import check_model
from dreamgen.engines.diffusion.weights import find
from dreamgen.engines.diffusion.wholeness import check_filled, transformers_of
from dreamgen.errors import ModelError, first_line

if TYPE_CHECKING:
    import torch

_HINT = "Name a folder in diffusers' layout, or one on the hub: --set clip.model=owner/model"


class MotionWeights(Record):
    """One image-to-video model on one device. Equal ones share one loaded pipeline in a process."""

    model: str
    """A local folder in diffusers' layout, or a name on the hub: owner/model. Only safetensors are read."""
    variant: str = ""
    """Which of several published precisions: fp16."""
    device: Device = "auto"
    """auto takes the first GPU, else the CPU."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """auto is bfloat16 or float16 on a GPU, as suits the model and the card, and float32 on a CPU."""
    offload: bool = False
    """Whether parts that are not at work wait in the computer's own memory: slower, and a smaller card will do."""
    tiles: bool = False
    """Whether pictures are decoded in overlapping tiles, by models that can: less memory, and maybe faint seams."""
    threads: int = Field(default=1, ge=0)
    """CPU threads of torch; they change bits, so the number is fixed. 0 lets torch choose."""
    offline: bool = False
    """Never ask the hub; also with HF_HUB_OFFLINE=1."""


@dataclass(frozen=True)
class Family:
    """What all models of one architecture share, as their makers recommend it."""

    name: Literal["svd", "ltx", "wan", "cogvideox"]
    """Short."""
    pipeline: str
    """The class in diffusers that runs them."""
    rate: int
    """Frames a second that they were trained on."""
    frames: int
    """How many they make at once."""
    step: int
    """They make one frame, and then any multiple of this."""
    side: int
    """Width and height are multiples of this."""
    steps: int
    """Calls of the network."""
    guidance: float
    """Classifier-free guidance."""
    half: Literal["float16", "auto"] = "auto"
    """The precision that suits them on a GPU."""
    rigid: bool = False
    """Whether `frames` can't be less."""
    size: tuple[int, int] | None = None
    """The only width and height, where there is only one."""


SVD = Family("svd", "StableVideoDiffusionPipeline", 7, 25, 1, 64, 25, 3.0, "float16", rigid=True)
LTX = Family("ltx", "LTXImageToVideoPipeline", 24, 97, 8, 32, 40, 3.0)
WAN = Family("wan", "WanImageToVideoPipeline", 16, 81, 4, 16, 40, 5.0)
COGVIDEOX = Family("cogvideox", "CogVideoXImageToVideoPipeline", 8, 49, 8, 16, 50, 6.0)

FAMILIES: Final[Mapping[str, Family]] = {
    "StableVideoDiffusionPipeline": SVD,
    "LTXPipeline": LTX,
    "LTXImageToVideoPipeline": LTX,
    "WanPipeline": WAN,
    "WanImageToVideoPipeline": WAN,
    "CogVideoXImageToVideoPipeline": COGVIDEOX,
}
"""The pipeline that a model names in its index, to its family. LTX-Video and Wan 2.2's small model name their
text-to-video pipeline, and do both."""


def check_motion(weights: MotionWeights) -> None:
    """Sees, without loading anything, whether the model can be run here; while online, a name on the hub is believed.

    Raises:
        MissingExtra: when a library is not installed.
        ModelError: when there is no such model, or of a family that does not set pictures in motion.
    """
    need("setting pictures in motion")
    online = not (weights.offline or hub_is_off())
    if online and not Path(weights.model).expanduser().exists() and weights.model.count("/") == 1:
        return
    family_of(_folder(weights), weights.variant)


def family_of(folder: Path, variant: str = "") -> Family:
    """The family that the index of a model in `folder` names.

    Raises:
        ModelError: when it names no image-to-video pipeline that is known here, or parts are missing or damaged.
    """
    index = check_model(folder, tuple(FAMILIES), "an image-to-video model", variant)
    if index["_class_name"] == "WanPipeline" and not index.get("expand_timesteps"):
        raise ModelError(f"{folder} is a text-to-video model", "Wan's image-to-video models begin with a picture.")
    return FAMILIES[index["_class_name"]]


def _folder(weights: MotionWeights) -> Path:
    try:
        return find(weights.model, weights.variant, weights.offline)
    except ModelError as error:
        raise ModelError(error.message, _HINT) from None


def load(weights: MotionWeights) -> tuple[Any, Family]:
    """The pipeline, on its device, and its family with what the model itself says of it.

    Raises:
        ModelError: when weights are missing, of another kind, or too large for the card.
        UsageError: for a device that is not there.
    """
    need("setting pictures in motion")
    folder = _folder(weights)
    family = family_of(folder, weights.variant)
    place = machine(weights.device, weights.dtype)
    if weights.dtype == "auto" and place.gpu:
        place = machine(weights.device, family.half)
    set_up(place, weights.threads)
    with quiet():
        pipeline = _read(folder, family, weights, place)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline, _as_configured(family, pipeline)


def _read(folder: Path, family: Family, weights: MotionWeights, place: Machine) -> Any:
    import diffusers

    index = json.loads((folder / "model_index.json").read_text("utf-8"))
    numbers = _numbers(family, place)
    options: dict[str, Any] = {"variant": weights.variant or None, "local_files_only": True}
    try:
        parts = transformers_of(folder, index, {}, numbers, use_safetensors=True, **options)
        pipeline = getattr(diffusers, family.pipeline).from_pretrained(
            folder, dtype=numbers, use_safetensors=True, **options, **parts
        )
        check_filled(folder, pipeline.components)
        if weights.offload and place.device.type != "cpu":
            pipeline.enable_model_cpu_offload(device=place.device)
        else:
            pipeline.to(place.device)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, ImportError) as error:
        if out_of_memory(error):
            hint = "With --set clip.offload=true parts of it wait outside the card."
            raise ModelError(f"{weights.model} is too large for {place.device}", hint) from error
        first = first_line(error)
        raise ModelError(f"{folder} could not be loaded as {family.pipeline}: {first}", _HINT) from error
    if weights.tiles and hasattr(pipeline.vae, "enable_tiling"):
        pipeline.vae.enable_tiling()
    return pipeline


def _numbers(family: Family, place: Machine) -> torch.dtype | dict[str, torch.dtype]:
    import torch

    if family.name != "wan":
        return place.dtype
    # its makers let what sees and what decodes compute in full precision
    return {"default": place.dtype, "vae": torch.float32, "image_encoder": torch.float32}


def _as_configured(family: Family, pipeline: Any) -> Family:
    """Models of one architecture that differ say so in their configuration."""
    if family.name == "svd":
        return replace(family, frames=pipeline.unet.config.num_frames)
    if family.name == "wan" and pipeline.config.expand_timesteps:
        return replace(family, rate=24, frames=121, side=32)  # Wan 2.2, 5B
    if family.name != "cogvideox":
        return family
    config = pipeline.transformer.config
    if config.patch_size_t is not None:
        return replace(family, rate=16, frames=81)  # CogVideoX 1.5
    if not config.use_learned_positional_embeddings:
        return family
    scale = pipeline.vae_scale_factor_spatial
    size = (config.sample_width * scale, config.sample_height * scale)
    return replace(family, frames=config.sample_frames, rigid=True, size=size)
