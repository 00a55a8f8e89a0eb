"""A style as a LoRA (Hu et al. 2022): a low-rank change of the U-Net's attention, learned from pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from dreamgen.core.base import derive_seed
from dreamgen.engines.diffusion.training.images import Fit
from dreamgen.engines.diffusion.training.loop import Training
from dreamgen.engines.diffusion.training.noising import Lesson, Network, encoded, loss_of, loudness
from dreamgen.engines.diffusion.words import taught
from dreamgen.engines.files import whole

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.words import Spelling

TARGETS = ("to_q", "to_k", "to_v", "to_out.0")
"""The layers of every attention that are changed."""
_ADAPTER = "style"


class LoraTraining(Training):
    """How a LoRA is learned. DreamFrame names one and learns none, so the values are ours."""

    steps: int = Field(default=800, ge=1)
    """Steps of the optimiser."""
    accumulate: int = Field(default=1, ge=1)
    """Batches whose gradients are added up for one step."""
    min_snr: float = Field(default=5.0, ge=0.0)
    """Gamma of min-SNR weighting (Hang et al. 2023), which balances amounts of noise; 0 is none."""
    fit: Fit = "crop"
    """Whether pictures that are not square are stretched, or their middle is cropped."""
    autocontrast: bool = False
    """Whether pictures are spread over the whole range of brightness first; a style's own range is part of it."""
    keep: int = Field(default=3, ge=0)
    """How many intermediate results are kept, evenly spread."""
    rank: int = Field(default=16, ge=1, le=256)
    """How much can be changed."""
    alpha: float = Field(default=16.0, gt=0.0)
    """How strongly; the change is multiplied by alpha over rank."""
    peak: float = Field(default=1e-4, gt=0.0)
    """The highest learning rate."""
    warmup: int = Field(default=20, ge=0)
    """Steps in which the rate rises to it; then it falls along a cosine to a tenth."""

    def rate(self, step: int) -> float:
        """The learning rate of a step, from 0."""
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        share = (step - self.warmup) / max(1, self.steps - self.warmup)
        return self.peak * (0.55 + 0.45 * math.cos(math.pi * share))


class LoraLearner:
    """A LoRA on its way.

    Args:
        network: whose U-Net is changed.
        spelling: how prompts are spelt.
        weights: the factors, by their names in diffusers' form.
        options: how it is learned.
        name: of its files.
    """

    def __init__(
        self,
        network: Network,
        spelling: Spelling,
        weights: Mapping[str, torch.Tensor],
        options: LoraTraining,
        name: str,
    ) -> None:
        self._network = network
        self._spelling = spelling
        self._weights = weights
        self._options = options
        self._name = name
        self._said: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}

    @property
    def groups(self) -> Sequence[Mapping[str, torch.Tensor]]:
        """All factors."""
        return (self._weights,)

    @property
    def loudness(self) -> float:
        """What losses are multiplied with on their way back."""
        return loudness(self._network)

    def loss(self, lesson: Lesson) -> torch.Tensor:
        """How far off the changed network is."""
        import torch

        said = [self._encoded(prompt) for prompt in lesson.prompts]
        words, pooled = (torch.cat(parts) for parts in zip(*said, strict=True))
        return loss_of(self._network, lesson, words, pooled, self._options.min_snr)

    def write(self, folder: Path, suffix: str = "") -> tuple[Path, ...]:
        """The factors, as precise as the network that they are for."""
        from safetensors.torch import save

        # the scale goes into the second factor: not every tool reads it from elsewhere
        scale = self._options.alpha / self._options.rank
        kept = {
            key: (weight * scale if key.endswith("lora_B.weight") else weight).detach().to("cpu", self._network.dtype)
            for key, weight in self._weights.items()
        }
        path = folder / f"{self._name}{suffix}.safetensors"
        with whole(path) as unfinished:
            unfinished.write_bytes(save({key: weight.contiguous() for key, weight in kept.items()}))
        return (path,)

    def _encoded(self, prompt: str) -> tuple[torch.Tensor, torch.Tensor]:
        import torch

        if prompt not in self._said:
            with torch.no_grad():
                self._said[prompt] = encoded(self._network, self._spelling, [prompt])
        return self._said[prompt]


@contextmanager
def lora_learner(network: Network, options: LoraTraining, name: str) -> Iterator[LoraLearner]:
    """A LoRA that changes nothing yet, in the network while it is learned."""
    import torch
    from diffusers.utils.peft_utils import recurse_remove_peft_layers
    from peft import LoraConfig

    unet: Any = network.unet
    # PEFT fills the factors from the global generator; they are drawn anew below
    with torch.random.fork_rng(devices=[]):
        unet.add_adapter(
            LoraConfig(r=options.rank, lora_alpha=options.alpha, target_modules=list(TARGETS)), adapter_name=_ADAPTER
        )
    try:
        weights = {}
        for key, weight in unet.named_parameters():
            if ".lora_A." in key or ".lora_B." in key:
                name_in_file = f"unet.{key.replace(f'.{_ADAPTER}.', '.')}"
                weight.data = _first(weight, name_in_file, options)
                weights[name_in_file] = weight.requires_grad_()
        with taught(network, {}) as spelling:
            yield LoraLearner(network, spelling, weights, options, name)
    finally:
        recurse_remove_peft_layers(unet)
        del unet.peft_config
        unet._hf_peft_config_loaded = False


def _first(weight: torch.Tensor, name: str, options: LoraTraining) -> torch.Tensor:
    """Noise in the first factor and nothing in the second: together they change nothing."""
    import torch

    if ".lora_B." in name:
        return torch.zeros(weight.shape, device=weight.device)
    generator = torch.Generator().manual_seed(derive_seed(options.seed, "first", name))
    return (torch.randn(weight.shape, generator=generator) / options.rank).to(weight.device)
