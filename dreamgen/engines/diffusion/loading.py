"""Weights become networks on a device."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dreamgen.engines.device import Machine, need
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.compiling import wear_xformers
from dreamgen.engines.diffusion.memory import out_of_memory
from dreamgen.engines.diffusion.silence import quiet as quiet
from dreamgen.engines.diffusion.soundness import check_model, check_network, same_weights, variant_of, weight_files
from dreamgen.engines.diffusion.wholeness import check_filled, transformers_of
from dreamgen.engines.staying import loading
from dreamgen.errors import ModelError, first_line

if TYPE_CHECKING:
    import torch

_BASE = ("StableDiffusionXLPipeline",)
_REFINERS = ("StableDiffusionXLImg2ImgPipeline",)
_REFINER_HINT = "Take stabilityai/stable-diffusion-xl-refiner-1.0, or none: --set diffusion.refiner="
_VAES = ("AutoencoderKL", "AutoencoderTiny")
_VAE_HINT = "Take madebyollin/sdxl-vae-fp16-fix, or madebyollin/taesdxl for previews."


@dataclass(frozen=True)
class Refiner:
    """SDXL's second model: it draws the last steps, and has the second text encoder only."""

    unet: Any
    """Denoises."""
    text_encoder: Any
    """The base model's own, where both are the same."""
    tokenizer: Any
    """Likewise."""
    scheduler: Any
    """As it was published; every batch gets a fresh one of its settings."""
    zero_negative: bool
    """Whether an empty negative prompt is zeros."""

    @property
    def tokenizers(self) -> tuple[Any, ...]:
        """One."""
        return (self.tokenizer,)

    @property
    def text_encoders(self) -> tuple[Any, ...]:
        """One."""
        return (self.text_encoder,)


@dataclass(frozen=True)
class Loaded:
    """An SDXL model in memory."""

    unet: Any
    """Denoises."""
    vae: Any
    """Makes pictures of latents, and latents of pictures."""
    text_encoder: Any
    """CLIP ViT-L."""
    text_encoder_2: Any
    """OpenCLIP ViT-bigG, which also sums the prompt up."""
    tokenizer: Any
    """Of the first."""
    tokenizer_2: Any
    """Of the second."""
    scheduler: Any
    """As it was published; every batch gets a fresh one of its settings."""
    zero_negative: bool
    """Whether an empty negative prompt is zeros."""
    device: torch.device
    """Where it all is."""
    dtype: torch.dtype
    """Of the networks; the VAE may have float32."""
    refiner: Refiner | None = None
    """Where there is one."""

    @property
    def tokenizers(self) -> tuple[Any, ...]:
        """Both."""
        return self.tokenizer, self.tokenizer_2

    @property
    def text_encoders(self) -> tuple[Any, ...]:
        """Both."""
        return self.text_encoder, self.text_encoder_2


@loading("diffusion")
def load(checkpoint: Checkpoint, place: Machine, find: Callable[[str], Path]) -> Loaded:
    """Loads an SDXL model.

    Args:
        checkpoint: which weights.
        place: where to, and in which numbers.
        find: a name of weights to their folder.

    Raises:
        ModelError: for weights that are missing, damaged or of another model.
        MissingExtra: without the libraries.
    """
    need()
    with quiet():
        folder = find(checkpoint.model)
        check_model(folder, _BASE, "an SDXL model", checkpoint.variant)
        pipe = _pipeline(folder, _BASE[0], place, checkpoint.variant)
        _check_channels(folder, pipe.unet)
        vae = _vae(checkpoint, pipe.vae, find)
        refiner = _refiner(checkpoint, folder, pipe, place, find)
        for network in (pipe.unet, pipe.text_encoder, pipe.text_encoder_2):
            _settle(network, place)
        wear_xformers(checkpoint, pipe.unet)
        _settle(vae, place, _vae_dtype(vae, place))
    return Loaded(
        unet=pipe.unet,
        vae=vae,
        text_encoder=pipe.text_encoder,
        text_encoder_2=pipe.text_encoder_2,
        tokenizer=pipe.tokenizer,
        tokenizer_2=pipe.tokenizer_2,
        scheduler=pipe.scheduler,
        zero_negative=bool(pipe.config.force_zeros_for_empty_prompt),
        device=place.device,
        dtype=place.dtype,
        refiner=refiner,
    )


def _pipeline(folder: Path, kind: str, place: Machine, variant: str, **parts: Any) -> Any:
    """A pipeline, of which only the parts are wanted."""
    import diffusers

    index = json.loads((folder / "model_index.json").read_text("utf-8"))
    options: dict[str, Any] = {
        "variant": variant_of(folder, variant) or None,
        "use_safetensors": True,
        "local_files_only": True,
    }
    try:
        encoders = transformers_of(folder, index, parts, place.dtype, **options)
        pipeline = getattr(diffusers, kind).from_pretrained(
            folder, dtype=place.dtype, add_watermarker=False, **options, **parts, **encoders
        )
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        if out_of_memory(error):
            raise
        raise _unreadable(folder, kind, error) from None
    check_filled(folder, pipeline.components)
    return pipeline


def _check_channels(folder: Path, unet: Any) -> None:
    if unet.config.in_channels != 4 or unet.config.get("time_cond_proj_dim"):
        kind = "inpainting" if unet.config.in_channels != 4 else "a guidance that is told to the network"
        raise ModelError(f"{folder} was trained for {kind}", "Take a text-to-image model; few-step ones as a LoRA.")


def _vae(checkpoint: Checkpoint, own: Any, find: Callable[[str], Path]) -> Any:
    if not checkpoint.vae:
        return own
    import diffusers

    folder = find(checkpoint.vae)
    try:
        kind = json.loads((folder / "config.json").read_text("utf-8")).get("_class_name")
    except (OSError, ValueError):
        kind = None
    if kind not in _VAES:
        raise ModelError(f"{folder} is no VAE for SDXL: it holds {kind or 'nothing that says what it is'}", _VAE_HINT)
    files = weight_files(folder)
    variant = checkpoint.variant if files and all(f".{checkpoint.variant}." in file.name for file in files) else ""
    check_network(folder, variant)
    options = {"variant": variant or None, "use_safetensors": True, "local_files_only": True}
    try:
        vae = getattr(diffusers, kind).from_pretrained(folder, **options)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        raise _unreadable(folder, "VAE", error) from None
    check_filled(folder, {"": vae})
    if vae.config.latent_channels != own.config.latent_channels:
        raise ModelError(f"{folder} has {vae.config.latent_channels} channels, and the model 4", _VAE_HINT)
    return vae


def _vae_dtype(vae: Any, place: Machine) -> torch.dtype:
    """The published VAE overflows in float16, and says so; it decodes in float32 then, as diffusers has it."""
    import torch

    overflows = place.dtype == torch.float16 and vae.config.get("force_upcast", False)
    return torch.float32 if overflows else place.dtype


def _refiner(
    checkpoint: Checkpoint, base_folder: Path, base: Any, place: Machine, find: Callable[[str], Path]
) -> Refiner | None:
    if not checkpoint.refiner:
        return None
    folder = find(checkpoint.refiner)
    index = check_model(folder, _REFINERS, "SDXL's refiner", checkpoint.variant)
    parts: dict[str, Any] = {"vae": None}
    if same_weights(base_folder / "text_encoder_2", folder / "text_encoder_2", checkpoint.variant):
        parts |= {"text_encoder_2": base.text_encoder_2, "tokenizer_2": base.tokenizer_2}
    pipe = _pipeline(folder, _REFINERS[0], place, checkpoint.variant, **parts)
    if not index.get("requires_aesthetics_score", True):
        raise ModelError(f"{folder} is not SDXL's refiner: it is not told how pretty a picture is", _REFINER_HINT)
    _settle(pipe.unet, place)
    _settle(pipe.text_encoder_2, place)
    return Refiner(
        unet=pipe.unet,
        text_encoder=pipe.text_encoder_2,
        tokenizer=pipe.tokenizer_2,
        scheduler=pipe.scheduler,
        zero_negative=bool(pipe.config.force_zeros_for_empty_prompt),
    )


def _settle(network: Any, place: Machine, dtype: torch.dtype | None = None) -> None:
    import torch

    network.to(place.device, dtype or place.dtype).eval().requires_grad_(False)
    if place.gpu:
        network.to(memory_format=torch.channels_last)


def _unreadable(folder: Path, kind: str, error: Exception) -> ModelError:
    first = first_line(error)
    return ModelError(f"{folder} could not be loaded as {kind}: {first}")
