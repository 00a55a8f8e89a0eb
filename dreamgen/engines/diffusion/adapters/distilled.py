"""Few-step models: a LoRA that was distilled so that a handful of steps are enough, and how each must be sampled.

All are used without guidance unless the table says otherwise: guidance was distilled into them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dreamgen.core.base import Record
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import Sampling
from dreamgen.errors import UsageError, unknown_name


@dataclass(frozen=True)
class Distillation:
    """One way of distilling, as published."""

    lora: str
    """The weights that are taken unless others are named."""
    steps: tuple[int, ...]
    """Numbers of steps that its published LoRAs are for, the one of `lora` first."""
    any_between: bool
    """Whether one LoRA serves every number of steps between the smallest and the largest."""
    scheduler: str
    """By diffusers' class."""
    options: tuple[tuple[str, Any], ...]
    """What the scheduler's configuration must say."""
    timesteps: tuple[int, ...]
    """The only ones that it was trained at; empty for those that the scheduler gives."""
    guidance: float
    """The most that it stands; 1 is none."""
    licence: str
    """Of the weights."""
    source: str
    """Paper and model card."""


_LIKE_SDXL = (("clip_sample", False), ("set_alpha_to_one", False))
"""What SDXL's own configuration says, and one with the settings of another scheduler does not: DDIM would then cut what
it thinks the picture is to -1..1."""

TABLE: dict[str, Distillation] = {
    "lcm": Distillation(
        lora="latent-consistency/lcm-lora-sdxl/pytorch_lora_weights.safetensors",
        steps=(4, 2, 8),
        any_between=True,
        scheduler="LCMScheduler",
        options=(),
        timesteps=(),
        guidance=2.0,
        licence="openrail++",
        source="Luo et al. 2023, LCM-LoRA, arXiv 2311.05556; huggingface.co/latent-consistency/lcm-lora-sdxl",
    ),
    "lightning": Distillation(
        lora="ByteDance/SDXL-Lightning/sdxl_lightning_4step_lora.safetensors",
        steps=(4, 2, 8),
        any_between=False,
        scheduler="EulerDiscreteScheduler",
        options=(("timestep_spacing", "trailing"),),
        timesteps=(),
        guidance=1.0,
        licence="openrail++",
        source="Lin et al. 2024, SDXL-Lightning, arXiv 2402.13929; huggingface.co/ByteDance/SDXL-Lightning",
    ),
    "hyper": Distillation(
        lora="ByteDance/Hyper-SD/Hyper-SDXL-8steps-lora.safetensors",
        steps=(8, 2, 4),
        any_between=False,
        scheduler="DDIMScheduler",
        options=(("timestep_spacing", "trailing"), *_LIKE_SDXL),
        timesteps=(),
        guidance=1.0,
        licence="openrail++ when they came out; the card names none today, so ask before selling",
        source="Ren et al. 2024, Hyper-SD, arXiv 2404.13686; huggingface.co/ByteDance/Hyper-SD",
    ),
    "dmd2": Distillation(
        lora="tianweiy/DMD2/dmd2_sdxl_4step_lora_fp16.safetensors",
        steps=(4,),
        any_between=False,
        scheduler="LCMScheduler",
        options=(),
        timesteps=(999, 749, 499, 249),
        guidance=1.0,
        licence="cc-by-nc-4.0: not for commercial use",
        source="Yin et al. 2024, DMD2, arXiv 2405.14867; huggingface.co/tianweiy/DMD2",
    ),
}

_HYPER_UNIFIED = Distillation(
    lora="ByteDance/Hyper-SD/Hyper-SDXL-1step-lora.safetensors",
    steps=(4, 1, 8),
    any_between=True,
    scheduler="TCDScheduler",
    options=(),
    timesteps=(),
    guidance=1.0,
    licence=TABLE["hyper"].licence,
    source=TABLE["hyper"].source,
)
"""Hyper-SD's one-step LoRA serves more steps, too, with TCD's scheduler (Zheng et al. 2024) and its eta."""

_HYPER_CFG = (5.0, 8.0)
"""The guidance that Hyper-SD's LoRAs with CFG in their name were made for, by their card."""


class Schedule(Record):
    """How a distilled model's noise schedule must be built."""

    scheduler: str
    """By diffusers' class."""
    options: tuple[tuple[str, Any], ...] = ()
    """What its configuration must say, over the model's own."""
    timesteps: tuple[int, ...] = ()
    """To be set one by one; empty for the scheduler's own."""
    eta: float | None = None
    """Of the scheduler's step: how much fresh noise it adds, 0-1; None for the scheduler's own way."""


def distillation_of(checkpoint: Checkpoint) -> Distillation | None:
    """How the checkpoint was distilled; None when it was not.

    Raises:
        UsageError: for a few-step LoRA without the word how it was distilled.
    """
    if not checkpoint.distilled:
        if checkpoint.distilled_lora:
            raise UsageError(
                "a few-step LoRA is given, and not how it was distilled",
                f"--set diffusion.distilled=... Choices: {', '.join(TABLE)}",
            )
        return None
    if checkpoint.distilled not in TABLE:
        raise unknown_name("distillation", checkpoint.distilled, TABLE)
    if checkpoint.distilled == "hyper" and _steps_in(checkpoint.distilled_lora) == 1:
        return _HYPER_UNIFIED
    return TABLE[checkpoint.distilled]


def lora_of(checkpoint: Checkpoint) -> str:
    """The few-step LoRA to load; empty for none."""
    found = distillation_of(checkpoint)
    return (checkpoint.distilled_lora or found.lora) if found else ""


def sampling_for(checkpoint: Checkpoint, sampling: Sampling) -> Sampling:
    """What the model can be sampled with: a distilled one gets its own steps, guidance and scheduler put in.

    A number of steps that it was distilled for is kept. Caches between steps are switched off: its steps are too few
    and too far apart for them.
    """
    found = distillation_of(checkpoint)
    if found is None:
        return sampling
    return sampling.model_copy(
        update={
            "steps": _steps(checkpoint, found, sampling.steps),
            "guidance": _guidance(checkpoint, found, sampling.guidance),
            "scheduler": "",
            "cache": "none",
        }
    )


def schedule_of(checkpoint: Checkpoint) -> Schedule | None:
    """How the noise schedule of a distilled model is built; None leaves it to the sampling."""
    found = distillation_of(checkpoint)
    if found is None:
        return None
    eta = 1.0 if found is _HYPER_UNIFIED else None
    return Schedule(scheduler=found.scheduler, options=found.options, timesteps=found.timesteps, eta=eta)


def _steps(checkpoint: Checkpoint, found: Distillation, asked: int) -> int:
    """The asked number where the weights are good for it, else theirs."""
    own = _steps_in(checkpoint.distilled_lora)
    if found.any_between:
        return asked if min(found.steps) <= asked <= max(found.steps) else found.steps[0]
    return own or found.steps[0]


def _guidance(checkpoint: Checkpoint, found: Distillation, asked: float) -> float:
    """The asked guidance where the model stands it, else none; LoRAs that kept guidance get what is nearest."""
    if asked <= 1.0:
        return 1.0
    if "-CFG-" in checkpoint.distilled_lora:
        least, most = _HYPER_CFG
        return min(max(asked, least), most)
    return asked if asked <= found.guidance else 1.0


def _steps_in(name: str) -> int:
    """The number of steps in a file's name, as all publishers write it; 0 for none."""
    found = re.search(r"(\d+)[-_]?steps?", name.rsplit("/", 1)[-1], re.IGNORECASE)
    return int(found[1]) if found else 0
