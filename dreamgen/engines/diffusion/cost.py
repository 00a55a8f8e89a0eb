"""What one picture costs in work, before anything is loaded: calls of the networks, and TFLOP."""

from __future__ import annotations

from dataclasses import dataclass

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import Sampling


@dataclass(frozen=True)
class Curve:
    """TFLOP of one call over the number of latent pixels; a multiplication and an addition are two operations."""

    linear: float
    """Convolutions, linear layers and attention to words: per latent pixel."""
    square: float
    """Attention of the pixels to each other: per latent pixel, squared."""

    def at(self, size: tuple[int, int]) -> float:
        """For a picture of this width and height."""
        pixels = (size[0] // 8) * (size[1] // 8)
        return self.linear * pixels + self.square * pixels * pixels


UNET = Curve(3.72498e-4, 2.4521e-9)
REFINER = Curve(3.76157e-4, 4.1837e-9)
CONTROLNET = Curve(1.66840e-4, 1.06867e-9)
DECODER = Curve(6.05508e-4, 2.0480e-9)
"""SDXL's networks with one row. Torch's FlopCounterMode counted them at 1024x1024 and 1024x576 on the published
configurations; `python benchmarks/diffusion.py --count` counts again."""

WORDS = 0.111
"""TFLOP of both text encoders for one prompt of at most 77 tokens."""


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
    refined = sampling.steps - int(sampling.steps * sampling.refine_from) if checkpoint.refiner else 0
    guided = _guided_steps(sampling)
    rows = sampling.steps + guided
    late = refined + max(0, guided - (sampling.steps - refined))
    step = UNET.at(sampling.size) + (CONTROLNET.at(sampling.size) if controlled else 0.0)
    tflop = (rows - late) * step + late * REFINER.at(sampling.size) + DECODER.at(sampling.size)
    return Work(calls=rows, tflop=round(tflop + (2 if guided else 1) * WORDS, 1))


def _guided_steps(sampling: Sampling) -> int:
    if sampling.guidance <= 1.0:
        return 0
    return min(sampling.steps, round(sampling.steps * sampling.guidance_stop))
