"""The shallowest network that has all that a picture can be held to: torch takes seconds to trace a deeper one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dreamgen.engines.diffusion import blank, blank_networks
from dreamgen.engines.diffusion.blank_networks import Scale


@contextmanager
def shallow() -> Iterator[None]:
    """While this is open, tiny models, and the adapters made for them, have two levels instead of SDXL's three."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (blank, blank_networks):
            patch.setattr(module, "blank_unet", _shallow_unet)
        yield


def _shallow_unet(scale: Scale) -> Any:
    from diffusers import UNet2DConditionModel

    two = {name: tuple(_DEEP(scale).config[name])[:2] for name in _BY_LEVEL}
    types = {"up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D")}
    return UNet2DConditionModel.from_config({**_DEEP(scale).config, **two, **types})


_DEEP = blank_networks.blank_unet
_BY_LEVEL = ("block_out_channels", "down_block_types", "transformer_layers_per_block", "attention_head_dim")
