"""The shallowest networks that have all that a picture can be held to: torch takes seconds to trace a deeper one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, Literal

import pytest

from dreamgen.engines.diffusion import blank, blank_networks
from dreamgen.engines.diffusion.blank_networks import Scale


@contextmanager
def shallow(form: Literal["middle", "steps", "lower"] = "middle") -> Iterator[None]:
    """While this is open, tiny models, and the adapters made for them, have one or two levels instead of SDXL's three.

    Args:
        form: of one level, whose middle alone reads the text: what reads it on the way down and up is traced as long,
            and is no other code. In steps, of two levels that both read it on the way down, as two of SDXL's do, the
            lower one in two layers. Or of two levels of which the lower one and the middle read it.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in (blank, blank_networks):
            patch.setattr(module, "blank_unet", partial(_shallow_unet, _FORMS[form]))
            if form != "lower":
                patch.setattr(module, "blank_vae", _shallow_vae)
        yield


def _shallow_unet(levels: Mapping[str, Any], scale: Scale) -> Any:
    from diffusers import UNet2DConditionModel

    # its list of what was left out would win over what is said here
    return UNet2DConditionModel.from_config({**_DEEP(scale).config, **levels, "_use_default_values": []})


def _shallow_vae(scale: Scale) -> Any:
    from diffusers import AutoencoderKL

    thin = {"block_out_channels": (16,) * 4, "layers_per_block": 0}
    return AutoencoderKL.from_config({**_DEEP_VAE(scale).config, **thin})


_DEEP, _DEEP_VAE = blank_networks.blank_unet, blank_networks.blank_vae
_FORMS: Final[Mapping[str, Mapping[str, Any]]] = {
    "middle": {
        "block_out_channels": (32,),
        "down_block_types": ("DownBlock2D",),
        "up_block_types": ("UpBlock2D",),
        "transformer_layers_per_block": (1,),
        "attention_head_dim": (2,),
    },
    "steps": {
        "block_out_channels": (32, 32),
        "down_block_types": ("CrossAttnDownBlock2D",) * 2,
        "mid_block_type": "UNetMidBlock2D",
        "up_block_types": ("UpBlock2D",) * 2,
        "transformer_layers_per_block": (1, 2),
        "attention_head_dim": (2, 2),
    },
    "lower": {
        "block_out_channels": (32, 64),
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
        "transformer_layers_per_block": (1, 1),
        "attention_head_dim": (2, 4),
    },
}
