"""Who computes attention in the network: what torch takes of what it is offered, which it does not tell by itself."""

from __future__ import annotations

from typing import Any

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.compiling import attend

WORDS = 77


def kernels(checkpoint: Checkpoint, unet: Any, size: tuple[int, int], rows: int) -> str:
    """The kernels that torch takes in this network: FLASH_ATTENTION; or two, where attention to words takes another.

    Args:
        checkpoint: which kernel is asked for first.
        unet: the network, on its device.
        size: of the pictures.
        rows: in one call of the network.
    """
    import torch
    from torch.nn.attention import SDPBackend

    # attention begins at the second level, whose places are 16 pixels apart
    places, heads = size[0] // 16 * (size[1] // 16), _heads(unet.config)
    query, words = (
        torch.empty(rows, heads[1], length, heads[0], device=unet.device, dtype=unet.dtype)
        for length in (places, WORDS)
    )
    with attend(checkpoint), torch.no_grad():
        # the question that scaled_dot_product_attention asks itself
        taken = [SDPBackend(torch._fused_sdp_choice(query, key, key)).name for key in (query, words)]
    return " and ".join(dict.fromkeys(taken))


def _heads(config: Any) -> tuple[int, int]:
    """Channels of a head and number of heads at the second level."""
    # diffusers' configurations call the number of heads the width of one
    said = config.attention_head_dim
    count = said[1] if isinstance(said, (list, tuple)) else said
    return config.block_out_channels[1] // count, count
