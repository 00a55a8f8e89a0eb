"""Words for parts of a picture: each character is described where it stands, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from dreamgen.engines.diffusion.adapters.attention import Wiring
from dreamgen.engines.diffusion.adapters.shares import refill
from dreamgen.engines.diffusion.orders import Order, Plane

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.locks import Batch

Encode = Callable[[str, Order], "torch.Tensor"]
"""Words of a region and its order (for the order's learned words and LoRAs) to (1, 77, channels)."""

_TOKENS = 77
"""Of a text that CLIP reads at once."""


class RegionLock:
    """Follows `Order.regions`: in a region its own words hold, in the rest of the picture the order's prompt.

    Regions overlap fairly: where masks add up to more than one, each gets its part. The row of the negative prompt
    keeps its one negative prompt everywhere.

    Args:
        wiring: the cross-attentions of the network.
        encode: the text encoders.
    """

    def __init__(self, wiring: Wiring, encode: Encode) -> None:
        self._wiring = wiring
        self._encode = encode

    def dress(self, batch: Batch) -> None:
        """Encodes the regions' words and fills the slots of every row; nothing is put on that no row needs."""
        import torch

        self._wiring.regions = self._wiring.always or any(order.regions for order in batch.orders)
        if not self._wiring.regions:
            return
        masks: list[list[tuple[Plane | None, float]]] = [
            [(mask, 1.0) for mask in fair([region.mask for region in order.regions])] for order in batch.orders
        ]
        if batch.guided:
            masks = [[] for _ in masks] + masks
        slots = self._wiring.region_shares.fill(batch, masks)
        encoded = [[self._encode(region.words, order) for region in order.regions] for order in batch.orders]
        empty = torch.zeros(1, _TOKENS, self._wiring.channels, device=batch.device, dtype=batch.dtype)
        rows = torch.stack(
            [torch.cat([words.to(empty) for words in row] + [empty] * (slots - len(row))) for row in encoded]
        )
        if batch.guided:
            rows = torch.cat([torch.zeros_like(rows), rows])
        self._wiring.region_words = refill(self._wiring.region_words, rows)

    def before_step(
        self, latents: torch.Tensor, step: int, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any]
    ) -> dict[str, Any]:
        """Nothing: the cross-attentions have it."""
        return {}

    def undress(self) -> None:
        """The cross-attentions are plain again."""
        self._wiring.regions = False


def fair(masks: list[Plane]) -> list[Plane]:
    """Masks that nowhere add up to more than one."""
    if not masks:
        return []
    total = np.maximum(np.sum([np.clip(mask, 0.0, 1.0) for mask in masks], axis=0), 1.0)
    return [np.asarray(np.clip(mask, 0.0, 1.0) / total, dtype=np.float32) for mask in masks]
