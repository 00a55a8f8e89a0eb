"""What one picture costs in work, before anything is loaded: calls of the networks, and TFLOP."""

from __future__ import annotations

from dataclasses import dataclass

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import Sampling
from dreamgen.engines.diffusion.schedules import SCHEDULERS


@dataclass(frozen=True)
class Curve:
    """TFLOP of one call over the number of latent pixels; a multiplication and an addition are two operations."""

    fixed: float
    """What is done with the words alone."""
    linear: float
    """Convolutions, linear layers and attention to words: per latent pixel."""
    square: float
    """Attention of the pixels to each other: per latent pixel, squared."""

    def at(self, size: tuple[int, int]) -> float:
        """For a picture of this width and height."""
        pixels = (size[0] // 8) * (size[1] // 8)
        return self.fixed + self.linear * pixels + self.square * pixels * pixels


UNET = Curve(5.25310e-2, 3.635917e-4, 2.8e-9)
REFINER = Curve(2.06816e-2, 3.725633e-4, 4.326e-9)
CONTROLNET = Curve(2.58695e-2, 1.624544e-4, 1.24e-9)
DECODER = Curve(0.0, 6.055076e-4, 2.048e-9)
"""SDXL's networks with one row, through what torch's FlopCounterMode counts at three sizes on the published
configurations; `python benchmarks/diffusion.py --scale full --count` counts again."""

WORDS = 0.111
"""TFLOP of both text encoders for one prompt of at most 77 tokens."""

_TWICE = ("HeunDiscreteScheduler", "KDPM2DiscreteScheduler", "KDPM2AncestralDiscreteScheduler")
"""All their steps but the last take two calls."""


@dataclass(frozen=True)
class Work:
    """What one picture takes."""

    calls: int
    """Calls of the networks that remove noise, where a picture and its negative count as two."""
    tflop: float
    """All in all: words, steps and decoding."""


def work_of(checkpoint: Checkpoint, sampling: Sampling, controlled: bool = False) -> Work | None:
    """The work of one picture, without step caches; None where the networks are not SDXL's.

    Args:
        checkpoint: which networks there are.
        sampling: size, steps and guidance, with a distilled model's own already put in.
        controlled: whether a ControlNet runs beside the U-Net.
    """
    if checkpoint.family != "sdxl":
        return None
    total, early, late = _calls(checkpoint, sampling)
    guided = round(total * sampling.guidance_stop) if sampling.guidance > 1.0 else 0
    # guidance counts the calls from the schedule's beginning, wherever the refiner takes over
    early += min(guided, early)
    late += max(0, guided - (total - late))
    step = UNET.at(sampling.size) + (CONTROLNET.at(sampling.size) if controlled else 0.0)
    tflop = early * step + late * REFINER.at(sampling.size) + DECODER.at(sampling.size)
    return Work(calls=early + late, tflop=round(tflop + (2 if guided else 1) * WORDS, 1))


def _calls(checkpoint: Checkpoint, sampling: Sampling) -> tuple[int, int, int]:
    """Calls without guidance: of the whole schedule, and those that the model and its refiner make of it."""
    refined = sampling.steps - int(sampling.steps * sampling.refine_from) if checkpoint.refiner else 0
    kind, _ = SCHEDULERS.get(sampling.scheduler, ("", {}))
    if kind not in _TWICE:
        return sampling.steps, sampling.steps - refined, refined
    total = 2 * sampling.steps - 1
    # no step is cut in its middle, so that the refiner makes the last call of the model once more
    return (total, total - 2 * refined, 2 * refined + 1) if refined else (total, total, 0)
