"""The work of one call of every network, counted without running it: what engines/diffusion/cost.py rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from diffusion_measures import counted

from dreamgen.engines.diffusion.blank import Scale, blank_unet
from dreamgen.engines.diffusion.blank_networks import blank_controlnet, blank_refiner_unet, blank_vae
from dreamgen.engines.diffusion.memory import largest_batch, weight_bytes
from dreamgen.engines.diffusion.orders import Sampling
from dreamgen.run.recipe import read_recipe


def count_networks(scale: Scale, size: tuple[int, int]) -> Iterator[tuple[str, float]]:
    """Network and TFLOP of one call with one row, for a picture of this size."""
    import torch

    with torch.device("meta"):
        latents = torch.empty(1, 4, size[1] // 8, size[0] // 8)
        unet, vae = blank_unet(scale), blank_vae(scale)
        control = torch.empty(1, 3, size[1], size[0])
        calls: dict[str, Callable[[], Any]] = {
            "U-Net": caller(unet, latents, 6),
            "refiner's U-Net": caller(blank_refiner_unet(scale), latents, 5),
            "ControlNet": caller(blank_controlnet(scale), latents, 6, controlnet_cond=control),
            "decoder": lambda: vae.decode(latents),
        }
        for name, call in calls.items():
            yield name, counted(call)


def caller(network: Any, latents: Any, times: int, **more: Any) -> Callable[[], Any]:
    """One call of a U-Net, whose second text encoder's width and number of sizes tell it apart from the other."""
    import torch

    config = network.config
    words = torch.empty(1, 77, config.cross_attention_dim)
    width = config.projection_class_embeddings_input_dim - times * config.addition_time_embed_dim
    pooled = {"text_embeds": torch.empty(1, width), "time_ids": torch.empty(1, times)}
    return lambda: network(latents, torch.tensor(1.0), words, added_cond_kwargs=pooled, **more)


CARDS = (24, 40, 80, 141)
"""GB of common GPUs."""


def memory_rows() -> Iterator[str]:
    """How many pictures the studio draws at once on common GPUs with 1024x1024, in Markdown: computed, not measured."""
    yield "| card | sdxl | sdxl-lightning | sdxl-refiner |"
    yield "| ---: | ---: | ---: | ---: |"
    for gigabytes in CARDS:
        cells = []
        for name in ("sdxl", "sdxl-lightning", "sdxl-refiner"):
            recipe = read_recipe(name)
            renderer = recipe.build("render")
            room = gigabytes * 10**9 - weight_bytes(recipe.diffusion)
            sampling = Sampling(size=(1024, 1024), guidance=renderer.guidance)
            cells.append(largest_batch(room, sampling, controlled=bool(recipe.diffusion.control)))
        yield f"| {gigabytes} GB | " + " | ".join(map(str, cells)) + " |"
