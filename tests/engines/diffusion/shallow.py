"""The shallowest networks that have all that a picture can be held to: torch takes seconds to trace a deeper one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import pytest

from dreamgen.engines.diffusion import blank, blank_networks
from dreamgen.engines.diffusion.blank_networks import Scale


@contextmanager
def shallow(stepped: bool = False) -> Iterator[None]:
    """While this is open, tiny models, and the adapters made for them, have two levels instead of SDXL's three.

    Args:
        stepped: whether both levels read the text, as two of SDXL's do, the lower one in two layers: on the way down
            alone, since what comes up again is traced as long and is no other code.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in (blank, blank_networks):
            patch.setattr(module, "blank_unet", partial(_shallow_unet, _STEPPED if stepped else _PLAIN))
        yield


def _shallow_unet(levels: Mapping[str, tuple[Any, ...]], scale: Scale) -> Any:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel.from_config({**_DEEP(scale).config, **levels})


_DEEP = blank_networks.blank_unet
_PLAIN: Final[Mapping[str, tuple[Any, ...]]] = {
    "block_out_channels": (32, 64),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    "transformer_layers_per_block": (1, 1),
    "attention_head_dim": (2, 4),
}
_STEPPED: Final[Mapping[str, tuple[Any, ...]]] = {
    "block_out_channels": (32, 32),
    "down_block_types": ("CrossAttnDownBlock2D",) * 2,
    "up_block_types": ("UpBlock2D",) * 2,
    "transformer_layers_per_block": (1, 2),
    "attention_head_dim": (2, 2),
}
