"""What a denoising network learns from: noise added to a picture's latents, and how far off its answer is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dreamgen.engines.diffusion.words import Speaks, Spelling

if TYPE_CHECKING:
    import torch

TIMESTEPS = 1000
"""Of SDXL's training."""
_FIRST, _LAST = 0.00085, 0.012
"""Betas of SDXL's training, between which their square roots go evenly (`scaled_linear`)."""
_TARGET = (1024, 1024)
"""The size that SDXL is told the picture shall have: the one that it draws best."""


class Network(Speaks, Protocol):
    """A loaded model, as far as learning needs it."""

    @property
    def unet(self) -> Any:
        """Denoises."""
        ...

    @property
    def vae(self) -> Any:
        """Makes latents of pictures."""
        ...

    @property
    def scheduler(self) -> Any:
        """Its settings say what the network predicts."""
        ...

    @property
    def device(self) -> Any:
        """Where everything is."""
        ...

    @property
    def dtype(self) -> Any:
        """Of the U-Net and the text encoders."""
        ...


@dataclass(frozen=True)
class Lesson:
    """A batch to learn from."""

    latents: torch.Tensor
    """(batch, 4, h, w), float32."""
    noise: torch.Tensor
    """Of the same shape."""
    timesteps: torch.Tensor
    """(batch,), from 0: how much noise."""
    prompts: tuple[str, ...]
    """One each."""


def loudness(network: Network) -> float:
    """What losses are multiplied with on their way back: in float16 small gradients would become nothing."""
    import torch

    return 1024.0 if network.dtype == torch.float16 else 1.0


def encoded(network: Network, spelling: Spelling, prompts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """What SDXL's text encoders make of prompts, as its pipelines do it; gradients flow.

    Returns:
        (batch, 77, channels of both), the last hidden layer but one; and (batch, channels), the second one's summary.
    """
    import torch

    spelt = [spelling.spelt(prompt) for prompt in prompts]
    hidden = []
    pooled = None
    for tokenizer, encoder in zip(spelling.tokenizers, network.text_encoders, strict=True):
        numbers = tokenizer(
            spelt, padding="max_length", max_length=tokenizer.model_max_length, truncation=True, return_tensors="pt"
        ).input_ids.to(network.device)
        said = encoder(numbers, output_hidden_states=True)
        hidden.append(said.hidden_states[-2])
        pooled = said[0]
    assert pooled is not None and pooled.ndim == 2, "SDXL's second text encoder sums a prompt up"
    return torch.cat(hidden, dim=-1), pooled


def loss_of(
    network: Network, lesson: Lesson, words: torch.Tensor, pooled: torch.Tensor, min_snr: float = 0.0
) -> torch.Tensor:
    """The mean squared error of what the network makes of a lesson, as one number in float32.

    Args:
        network: the model.
        lesson: what it learns from.
        words: the encoded prompts.
        pooled: their summaries.
        min_snr: gamma of min-SNR weighting (Hang et al. 2023, section 3.4); 0 weighs all timesteps alike.
    """
    import torch

    device, dtype = network.device, network.dtype
    kept = _kept(lesson.timesteps).to(device)
    signal, spread = kept.sqrt()[:, None, None, None], (1 - kept).sqrt()[:, None, None, None]
    latents, noise = lesson.latents.to(device), lesson.noise.to(device)
    velocity = _prediction(network) == "v_prediction"
    wanted = signal * noise - spread * latents if velocity else noise
    side = latents.shape[-1] * 8, latents.shape[-2] * 8
    sizes = torch.tensor([[*side[::-1], 0, 0, *_TARGET]], dtype=dtype, device=device).expand(len(latents), -1)
    answer = network.unet(
        (signal * latents + spread * noise).to(dtype),
        lesson.timesteps.to(device),
        encoder_hidden_states=words.to(dtype),
        added_cond_kwargs={"text_embeds": pooled.to(dtype), "time_ids": sizes},
    ).sample
    errors: torch.Tensor = (answer.float() - wanted).square().mean(dim=(1, 2, 3))
    if min_snr:
        ratio = kept / (1 - kept)
        errors = errors * ratio.clamp(max=min_snr) / (ratio + 1 if velocity else ratio)
    return errors.mean()


def _kept(timesteps: torch.Tensor) -> torch.Tensor:
    """How much of the picture's variance is left (alpha bar of Ho et al. 2020)."""
    import torch

    betas = torch.linspace(_FIRST**0.5, _LAST**0.5, TIMESTEPS, dtype=torch.float64).square()
    return torch.cumprod(1 - betas, dim=0)[timesteps.cpu()].float()


def _prediction(network: Network) -> str:
    return str(network.scheduler.config.get("prediction_type", "epsilon"))
