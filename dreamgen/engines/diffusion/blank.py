"""Models with random weights, in the very formats of the published ones: for tests, for benchmarks, for a dry run.

`tiny` has the same parts as SDXL with a few channels each and draws noise in a tenth of a second. `full` has the
published configuration, weight by weight, so that speed and memory are those of the real one: neither depends on
the values. Nothing is downloaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from dreamgen.engines.device import Machine
from dreamgen.engines.diffusion.blank_networks import (
    WORDS,
    Random,
    Scale,
    blank_controlnet,
    blank_image_encoder,
    blank_image_processor,
    blank_ip_adapter,
    blank_lora,
    blank_refiner_unet,
    blank_text_encoder,
    blank_tokenizer,
    blank_unet,
    blank_vae,
)
from dreamgen.engines.diffusion.loading import Loaded, Refiner

__all__ = [
    "WORDS", "Scale", "blank_loaded", "blank_refiner", "blank_sdxl", "blank_unet", "write_controlnet",
    "write_image_encoder", "write_ip_adapter", "write_lora", "write_refiner", "write_sdxl", "write_t2i_adapter",
    "write_tiny_vae",
]  # fmt: skip


def write_sdxl(folder: Path, scale: Scale = "tiny", seed: int = 0) -> Path:
    """An SDXL base model in diffusers' layout; returns `folder`."""
    _seed(seed)
    blank_sdxl(scale).save_pretrained(folder, safe_serialization=True)
    return folder


def blank_sdxl(scale: Scale) -> Any:
    """An SDXL base model as diffusers' pipeline."""
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline

    first, second = blank_tokenizer("<|endoftext|>"), blank_tokenizer("!")
    return StableDiffusionXLPipeline(
        vae=blank_vae(scale),
        text_encoder=blank_text_encoder(len(first), scale, pooled=False),
        text_encoder_2=blank_text_encoder(len(second), scale, pooled=True),
        tokenizer=first,
        tokenizer_2=second,
        unet=blank_unet(scale),
        scheduler=EulerDiscreteScheduler(**SCHEDULE),
        add_watermarker=False,
    )


def write_refiner(folder: Path, scale: Scale = "tiny", seed: int = 1) -> Path:
    """An SDXL refiner in diffusers' layout: the second text encoder alone, and its own U-Net; returns `folder`."""
    _seed(seed)
    blank_refiner(scale).save_pretrained(folder, safe_serialization=True)
    return folder


def blank_refiner(scale: Scale, **parts: Any) -> Any:
    """An SDXL refiner as diffusers' pipeline.

    Args:
        scale: of its networks.
        parts: those of another pipeline that it shares: vae, text_encoder_2.
    """
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLImg2ImgPipeline

    second = blank_tokenizer("!")
    unet = blank_refiner_unet(scale)
    return StableDiffusionXLImg2ImgPipeline(
        vae=parts.get("vae") or blank_vae(scale),
        text_encoder_2=parts.get("text_encoder_2") or blank_text_encoder(len(second), scale, pooled=True),
        text_encoder=None,
        tokenizer=None,
        tokenizer_2=second,
        unet=unet,
        scheduler=EulerDiscreteScheduler(**SCHEDULE),
        requires_aesthetics_score=True,
        force_zeros_for_empty_prompt=False,
        add_watermarker=False,
    )


def blank_loaded(scale: Scale, place: Machine, refined: bool = False) -> Loaded:
    """An SDXL model as the studio holds it, built where it will run: neither the disk nor the CPU's memory sees it.

    Args:
        scale: of its networks.
        place: where to, and in which numbers.
        refined: whether there is a refiner, too.
    """
    import torch

    with torch.device(place.device):
        base = blank_sdxl(scale).to(dtype=place.dtype)
        # the published ones, too, have one and the same second text encoder
        shared = {"vae": base.vae, "text_encoder_2": base.text_encoder_2}
        refiner = blank_refiner(scale, **shared).to(dtype=place.dtype) if refined else None
    networks = [base.unet, base.vae, base.text_encoder, base.text_encoder_2]
    for network in (*networks, *([refiner.unet] if refiner else [])):
        network.to(place.device).eval().requires_grad_(False)
        if place.gpu:
            network.to(memory_format=torch.channels_last)
    return Loaded(
        unet=base.unet,
        vae=base.vae,
        text_encoder=base.text_encoder,
        text_encoder_2=base.text_encoder_2,
        tokenizer=base.tokenizer,
        tokenizer_2=base.tokenizer_2,
        scheduler=base.scheduler,
        zero_negative=bool(base.config.force_zeros_for_empty_prompt),
        device=place.device,
        dtype=place.dtype,
        refiner=refiner and _refiner(refiner),
    )


def _refiner(pipeline: Any) -> Refiner:
    return Refiner(
        unet=pipeline.unet,
        text_encoder=pipeline.text_encoder_2,
        tokenizer=pipeline.tokenizer_2,
        scheduler=pipeline.scheduler,
        zero_negative=bool(pipeline.config.force_zeros_for_empty_prompt),
    )


def write_image_encoder(folder: Path, scale: Scale = "tiny", seed: int = 2) -> Path:
    """A CLIP image encoder (full: ViT-H/14, which the adapters named vit-h were trained with); returns `folder`."""
    _seed(seed)
    blank_image_encoder(scale).save_pretrained(folder, safe_serialization=True)
    blank_image_processor(scale).save_pretrained(folder)
    return folder


def write_ip_adapter(
    path: Path, scale: Scale = "tiny", kind: Literal["base", "plus"] = "base", seed: int = 3, spread: float = 0.0
) -> Path:
    """An IP-Adapter for `write_sdxl` and `write_image_encoder` of the same scale; returns `path`.

    Args:
        path: a safetensors file.
        scale: of the model that it is for.
        kind: `base` projects the pooled embedding to 4 tokens, `plus` resamples the patches to 16.
        seed: of the weights.
        spread: standard deviation of the weights; 0 for 0.3 when tiny, so that something can be seen, else 0.02.
    """
    std = spread or (0.3 if scale == "tiny" else 0.02)
    return _save(blank_ip_adapter(scale, kind, _noise(seed, std)), path)


def write_controlnet(folder: Path, scale: Scale = "tiny", seed: int = 4, spread: float = 0.05) -> Path:
    """A ControlNet for `write_sdxl` of the same scale, whose zero convolutions are random; returns `folder`."""
    _seed(seed)
    blank_controlnet(scale, spread).save_pretrained(folder, safe_serialization=True)
    return folder


def write_t2i_adapter(folder: Path, scale: Scale = "tiny", seed: int = 5) -> Path:
    """A T2I-Adapter for `write_sdxl` of the same scale; returns `folder`."""
    from diffusers import T2IAdapter

    _seed(seed)
    channels = [320, 640, 1280, 1280] if scale == "full" else [32, 64, 64, 64]
    adapter = T2IAdapter(
        in_channels=3,
        channels=channels,
        num_res_blocks=2 if scale == "full" else 1,
        downscale_factor=16,
        adapter_type="full_adapter_xl",
    )
    adapter.save_pretrained(folder, safe_serialization=True)
    return folder


def write_tiny_vae(folder: Path, seed: int = 6) -> Path:
    """A TAESD, which decodes latents for previews; returns `folder`."""
    from diffusers import AutoencoderTiny

    _seed(seed)
    channels = (16, 16, 16, 16)
    vae = AutoencoderTiny(
        encoder_block_out_channels=channels,
        decoder_block_out_channels=channels,
        num_encoder_blocks=(1, 1, 1, 1),
        num_decoder_blocks=(1, 1, 1, 1),
    )
    vae.save_pretrained(folder, safe_serialization=True)
    return folder


def write_lora(path: Path, scale: Scale = "tiny", seed: int = 7, rank: int = 4, spread: float = 0.0) -> Path:
    """A LoRA of the U-Net's attention in diffusers' form; returns `path`.

    Args:
        path: a safetensors file.
        scale: of the model that it is for.
        seed: of the weights.
        rank: of the change.
        spread: standard deviation of both factors; 0 for 0.2 when tiny, so that something can be seen, else 0.01.
    """
    std = spread or (0.2 if scale == "tiny" else 0.01)
    return _save(blank_lora(scale, rank, _noise(seed, std)), path)


SCHEDULE: dict[str, Any] = {
    "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1,
    "timestep_spacing": "leading", "interpolation_type": "linear", "prediction_type": "epsilon",
}  # fmt: skip
"""SDXL's published scheduler_config.json."""


def _seed(seed: int) -> None:
    """The layers of torch take their first weights from its global generator; there is no other way in."""
    import torch

    torch.manual_seed(seed)


def _noise(seed: int, spread: float) -> Random:
    import torch

    generator = torch.Generator().manual_seed(seed)

    def random(*shape: int) -> Any:
        return torch.randn(*shape, generator=generator) * spread

    return random


def _save(weights: dict[str, Any], path: Path) -> Path:
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(weights, path)
    return path
