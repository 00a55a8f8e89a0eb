"""Masks at the sizes in which the network thinks: how much of every slot each place of each row gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from dreamgen.engines.device import sent

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.locks import Batch
    from dreamgen.engines.diffusion.orders import Plane

Mode = Literal["bicubic", "area"]


class Shares:
    """Buffers of shape (rows, slots, places), one for every level of the network, filled in place.

    diffusers resizes every mask again in each of 70 layers at each step; here it is done once a batch.

    Args:
        levels: how often the network halves its feature maps, plus one.
        least: slots of a row, when no row needs more.
        mode: `bicubic` gives the numbers of diffusers' `IPAdapterMaskProcessor.downsample`, which overshoot a little
            at edges; `area` keeps masks that add up to one adding up to one.
    """

    def __init__(self, levels: int, least: int, mode: Mode = "bicubic") -> None:
        self.levels = levels
        self.least = least
        self.mode: Mode = mode
        self.at: dict[int, torch.Tensor] = {}
        """By the number of places (pixels of the feature map)."""

    def fill(self, batch: Batch, rows: Sequence[Sequence[tuple[Plane | None, float]]]) -> int:
        """Takes mask and scale of every used slot of every row; slots without one get zero.

        Returns:
            How many slots every row has: a power of two, so that crowds differ in few shapes.
        """
        import torch

        needed = max(self.least, *(len(row) for row in rows))
        count = 1 << (needed - 1).bit_length()
        for height, width in level_sizes(batch.latent_size, self.levels):
            shape = (len(rows), count, height * width)
            share = torch.zeros(shape, dtype=torch.float32)
            for row, slots in enumerate(rows):
                for slot, (mask, scale) in enumerate(slots):
                    share[row, slot] = resized(mask, height, width, self.mode) * scale
            self.at[height * width] = refill(self.at.get(height * width), sent(share.to(batch.dtype), batch.device))
        return count


def level_sizes(latent_size: tuple[int, int], levels: int) -> list[tuple[int, int]]:
    """Height and width of the feature maps, the largest first; a convolution of stride 2 rounds up."""
    width, height = latent_size
    sizes = []
    for _ in range(levels):
        sizes.append((height, width))
        height, width = (height + 1) // 2, (width + 1) // 2
    return sizes


def resized(mask: Plane | None, height: int, width: int, mode: Mode = "bicubic") -> torch.Tensor:
    """A mask as one row of numbers, `height * width` long; None is ones."""
    import torch

    if mask is None:
        return torch.ones(height * width)
    plane = torch.from_numpy(mask)[None, None].float()
    return torch.nn.functional.interpolate(plane, size=(height, width), mode=mode).flatten()


def refill(buffer: torch.Tensor | None, values: torch.Tensor) -> torch.Tensor:
    """`values` in the memory of `buffer` where the shape is the same, so that a compiled network finds them there."""
    if buffer is None or buffer.shape != values.shape or buffer.dtype != values.dtype:
        return values.clone()
    return buffer.copy_(values)
