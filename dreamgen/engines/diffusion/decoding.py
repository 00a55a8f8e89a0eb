"""Between latents and pictures: the VAE."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dreamgen.engines.device import sent
from dreamgen.engines.diffusion.orders import Pixels

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Decoded:
    """Pictures that may still be on their way from the GPU."""

    pixels: torch.Tensor
    """(pictures, h, w, 3), uint8, BGR, on the CPU."""
    whole: torch.Tensor
    """(pictures,), bool, on the CPU: whether the numbers were finite."""
    ready: Any = None
    """An event of the GPU; None when they are here."""

    def images(self) -> list[Pixels | None]:
        """The pictures; None for broken numbers."""
        if self.ready is not None:
            self.ready.synchronize()
        pixels = self.pixels.numpy()
        return [pixels[number].copy() if whole else None for number, whole in enumerate(self.whole.tolist())]


def decode(vae: Any, latents: torch.Tensor, at_once: int = 1, decoder: Callable[..., Any] | None = None) -> Decoded:
    """Latents to pictures.

    Args:
        vae: AutoencoderKL or AutoencoderTiny.
        latents: (pictures, 4, h, w), float32.
        at_once: pictures in one call: the largest maps of the VAE are far larger than those of the U-Net.
        decoder: the VAE's own `decode`, or that compiled.
    """
    import torch

    with torch.no_grad():
        parts = [_seen(vae, part, decoder or vae.decode) for part in torch.split(latents, at_once)]
        pixels = torch.cat([part[0] for part in parts])
        whole = torch.cat([part[1] for part in parts])
        if not latents.is_cuda:
            return Decoded(pixels.cpu(), whole.cpu())
        # the copy goes on while the next batch is begun
        kept = torch.empty(pixels.shape, dtype=pixels.dtype, pin_memory=True).copy_(pixels, non_blocking=True)
        flags = torch.empty(whole.shape, dtype=whole.dtype, pin_memory=True).copy_(whole, non_blocking=True)
        ready: Any = torch.cuda.Event()  # type: ignore[no-untyped-call]
        ready.record()
        return Decoded(kept, flags, ready)


def encode(vae: Any, images: Sequence[Pixels], generators: Sequence[torch.Generator], device: Any) -> torch.Tensor:
    """Pictures to latents (pictures, 4, h, w), float32; each is drawn by its own generator from what is possible."""
    import torch

    rows = []
    with torch.no_grad():
        for image, generator in zip(images, generators, strict=True):
            rgb = torch.from_numpy(np.ascontiguousarray(image[..., ::-1])).permute(2, 0, 1)[None]
            plane = sent((rgb.float() / 255.0 * 2.0 - 1.0).to(vae.dtype), device)
            found = vae.encode(plane)
            if hasattr(found, "latents"):
                row = found.latents
            else:
                likely = found.latent_dist
                chance = sent(torch.randn(likely.mean.shape, generator=generator).to(likely.mean.dtype), device)
                row = likely.mean + likely.std * chance
            rows.append(row.float())
    mean, spread = _moments(vae, rows[0])
    latents: torch.Tensor = (torch.cat(rows) - mean) * vae.config.scaling_factor / spread
    return latents


def _seen(vae: Any, latents: torch.Tensor, decoder: Callable[..., Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """Pixels and whether they are whole."""
    import torch

    mean, spread = _moments(vae, latents)
    scaled = latents * spread / vae.config.scaling_factor + mean
    image = decoder(scaled.to(vae.dtype), return_dict=False)[0].float()
    whole = torch.isfinite(image).flatten(1).all(1)
    bytes_ = ((image / 2 + 0.5).clamp(0, 1) * 255).nan_to_num().round().to(torch.uint8)
    return bytes_.flip(1).permute(0, 2, 3, 1).contiguous(), whole


def _moments(vae: Any, latents: torch.Tensor) -> tuple[Any, Any]:
    """Mean and spread of a VAE's latents, where it names them; (1, 4, 1, 1)."""
    import torch

    mean, spread = vae.config.get("latents_mean"), vae.config.get("latents_std")
    if mean is None or spread is None:
        return 0.0, 1.0
    return tuple(torch.tensor(each).view(1, -1, 1, 1).to(latents) for each in (mean, spread))  # type: ignore[return-value]
