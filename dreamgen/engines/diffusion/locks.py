"""How style, identity and layout reach into the denoising loop: one lock each, all told the same three things.

The loop knows nothing of adapters. Before a batch it lets every lock dress; before each call of the network it asks
every lock for what to hand over; after the batch it undresses them, and the network is again what it was, to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dreamgen.engines.diffusion.orders import Order, Sampling

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Batch:
    """What is drawn at once. The network sees `rows` rows: with guidance, all negatives and then all positives."""

    orders: Sequence[Order]
    """One a picture; a short batch is filled up with its last order, so that shapes never change."""
    sampling: Sampling
    """Shared by all."""
    guided: bool
    """Whether there are negative rows too."""
    device: torch.device
    """Where the networks are."""
    dtype: torch.dtype
    """Of the networks."""
    calls: int = 0
    """How often networks are called for it, in all; 0 for once a step."""

    @property
    def rows(self) -> int:
        """Rows of the network's input."""
        return len(self.orders) * (2 if self.guided else 1)

    @property
    def latent_size(self) -> tuple[int, int]:
        """Width and height of the latents."""
        width, height = self.sampling.size
        return width // 8, height // 8


class Lock(Protocol):
    """One way of holding the picture to something."""

    def dress(self, batch: Batch) -> None:
        """Gets ready for a batch: fills the buffers that its attention processors or layers read."""
        ...

    def before_step(
        self, latents: torch.Tensor, step: int, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any]
    ) -> dict[str, Any]:
        """What the network is handed at this call, by the names of its arguments: residuals of a control network.

        Args:
            latents: (rows, 4, h, w), scaled for the network.
            step: from 0.
            timestep: as the network gets it.
            words: (rows, tokens, channels), the encoded prompts.
            pooled: the network's `added_cond_kwargs`.
        """
        ...

    def undress(self) -> None:
        """Takes everything off again."""
        ...
