"""Which image-to-video model is in a folder, and how it is loaded."""

from __future__ import annotations

import importlib.util
import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.engines.diffusion.checkpoint import Device
from dreamgen.engines.diffusion.inventory import hub_is_off
from dreamgen.errors import MissingExtra, ModelError, UsageError

if TYPE_CHECKING:
    import torch

INDEX = "model_index.json"


class MotionWeights(Record):
    """One image-to-video model on one device. Equal ones share one loaded pipeline in a process."""

    model: str
    """A local folder in diffusers' layout, or a name on the hub: owner/model. Only safetensors are read."""
    variant: str = ""
    """Which of several published precisions: fp16."""
    device: Device = "auto"
    """auto takes the first GPU, else the CPU."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """auto is the one that the model was published in on a GPU, and float32 on a CPU."""
    offload: bool = False
    """Whether parts that are not at work wait in the computer's own memory: slower, and a smaller card will do."""
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
    half: Literal["float16", "bfloat16"] = "bfloat16"
    """The precision that they were published in."""
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
    """Sees, without loading anything, whether the model can be run here; a name on the hub is believed.

    Raises:
        MissingExtra: when a library is not installed.
        ModelError: when there is no such model, or of a family that does not set pictures in motion.
    """
    for library in ("torch", "diffusers", "transformers", "accelerate"):
        if importlib.util.find_spec(library) is None:
            raise MissingExtra(library, "diffusion", "setting pictures in motion")
    folder = Path(weights.model).expanduser()
    if folder.is_dir():
        family_of(weights)
    elif weights.model.count("/") != 1 or weights.model.startswith((".", "/", "~")):
        raise ModelError(f"there is no image-to-video model in {weights.model}", "Name a folder, or owner/model.")


def family_of(weights: MotionWeights) -> Family:
    """The family that a model's index names.

    Raises:
        ModelError: when it can't be read, or names no image-to-video pipeline that is known here.
    """
    index = _index(weights)
    found = FAMILIES.get(str(index.get("_class_name")))
    text_only = index.get("_class_name") == "WanPipeline" and not index.get("expand_timesteps")
    if found is None or text_only:
        raise ModelError(
            f"{weights.model} is a {index.get('_class_name')}, which does not set pictures in motion here",
            f"Models that do name one of: {', '.join(FAMILIES)}.",
        )
    return found


def _index(weights: MotionWeights) -> dict[str, Any]:
    path = Path(weights.model).expanduser() / INDEX
    if not path.parent.is_dir():
        path = _downloaded(weights)
    try:
        index: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} can't be read: {error}", "Name a model in diffusers' layout.") from None
    return index


def _downloaded(weights: MotionWeights) -> Path:
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(weights.model, INDEX, local_files_only=_offline(weights)))
    except (OSError, ValueError) as error:
        raise _unloadable(weights, error) from error


def load(weights: MotionWeights) -> tuple[Any, Family]:
    """The pipeline, on its device, and its family with what the model itself says of it.

    Raises:
        ModelError: when weights are missing, of another kind, or too large for the card.
        UsageError: for a device that is not there.
    """
    import diffusers
    import torch

    family, device = family_of(weights), _device(weights.device)
    dtype = _dtype(weights, family, device)
    # the makers of Wan run what sees and what decodes in full precision
    types: Any = {"default": dtype, "vae": torch.float32, "image_encoder": torch.float32} if family is WAN else dtype
    with silenced():
        try:
            pipeline = getattr(diffusers, family.pipeline).from_pretrained(
                weights.model,
                torch_dtype=types,
                variant=weights.variant or None,
                use_safetensors=True,
                local_files_only=_offline(weights),
            )
            _place(pipeline, device, weights.offload)
        except torch.OutOfMemoryError as error:
            hint = "Set clip.offload=true, so that parts of it wait outside the card."
            raise ModelError(f"{weights.model} is too large for {device}", hint) from error
        except (OSError, ValueError, TypeError) as error:
            raise _unloadable(weights, error) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline, _as_configured(family, pipeline)


def _place(pipeline: Any, device: torch.device, offload: bool) -> None:
    if offload and device.type != "cpu":
        pipeline.enable_model_cpu_offload(device=device)
    else:
        pipeline.to(device)


def _as_configured(family: Family, pipeline: Any) -> Family:
    """Models of one architecture that differ say so in their configuration."""
    if family is SVD:
        return replace(family, frames=pipeline.unet.config.num_frames)
    if family is WAN and pipeline.config.expand_timesteps:
        return replace(family, rate=24, frames=121, side=32)  # Wan 2.2, 5B
    if family is not COGVIDEOX:
        return family
    config = pipeline.transformer.config
    if config.patch_size_t is not None:
        return replace(family, rate=16, frames=81)  # CogVideoX 1.5
    if not config.use_learned_positional_embeddings:
        return family
    scale = pipeline.vae_scale_factor_spatial
    size = (config.sample_width * scale, config.sample_height * scale)
    return replace(family, frames=config.sample_frames, rigid=True, size=size)


def _unloadable(weights: MotionWeights, error: Exception) -> ModelError:
    why = str(error).strip().partition("\n")[0]
    offline = " Nothing is downloaded while offline." if _offline(weights) else ""
    return ModelError(
        f"the image-to-video model {weights.model} can't be loaded: {why}",
        f"Name a folder in diffusers' layout with safetensors, or owner/model on the hub.{offline}",
    )


def _offline(weights: MotionWeights) -> bool:
    return weights.offline or hub_is_off()


def _device(name: str) -> torch.device:
    import torch

    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError) as error:
        why = str(error).partition("\n")[0]
        raise UsageError(f"there is no device {name!r} here: {why}", "Set device to auto, cpu, cuda or mps.") from None


def _dtype(weights: MotionWeights, family: Family, device: torch.device) -> torch.dtype:
    import torch

    name = weights.dtype
    if name == "auto":
        name = "float32" if device.type == "cpu" else family.half
    dtype: torch.dtype = getattr(torch, name)
    return dtype


@contextmanager
def silenced() -> Iterator[None]:
    """Keeps the libraries' chatter from the terminal, and leaves their settings as they were."""
    from diffusers.utils import logging as diffusers_log
    from transformers.utils import logging as transformers_log

    logs: tuple[Any, ...] = (diffusers_log, transformers_log)
    before = [(log, log.get_verbosity(), log.is_progress_bar_enabled()) for log in logs]
    try:
        for log in logs:
            log.set_verbosity_error()
            log.disable_progress_bar()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for log, verbosity, bars in before:
            log.set_verbosity(verbosity)
            if bars:
                log.enable_progress_bar()
