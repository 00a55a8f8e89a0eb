"""How DreamFrame draws: diffusers' stock pipelines as its published script calls them, one picture after the other.

Read in StyleImmobilization/generate.py of Deaddawn/DreamFrame-code (commit f59f6d1, 4 June 2025): base and refiner in
float16, 40 steps, the last quarter by the refiner, default guidance, the same long negative prompt for every picture,
the global random generator seeded with 20, 21, 22 …, PNGs written in the loop, nothing kept from picture to picture.
It asks for xformers' attention, which is used here too where it can be imported. What torch is told for our way (fast
kernels looked for once) holds for this one too. Learned words cost nothing there and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dreamgen.engines.diffusion import blank
from dreamgen.engines.diffusion.orders import Order

STEPS = 40
SPLIT = 0.75
FIRST_SEED = 20

_FLAWS = ", ".join(f"{colour} {thing}" for colour in ("red", "blue", "a") for thing in ("dog", "image", "day") * 2)
NEGATIVE = _FLAWS + ", story {}"
"""As long as what is read of the one there: its pipelines cut it off at 77 tokens, ours would read all of it. In words
that the random model's tokenizer knows, since it spells others letter by letter."""


def stock_pipelines(scale: blank.Scale, device: str) -> tuple[Any, Any]:
    """Both pipelines as the script sets them up: halves, on the device, one VAE and one second text encoder.

    Attention is torch's until `wear_xformers`.
    """
    import torch

    half = torch.float16 if device.startswith("cuda") else torch.float32
    with torch.device(device):
        base = blank.blank_sdxl(scale).to(dtype=half)
        refiner = blank.blank_refiner(scale, vae=base.vae, text_encoder_2=base.text_encoder_2).to(dtype=half)
    for pipeline in (base, refiner):
        pipeline.to(device)
        pipeline.set_progress_bar_config(disable=True)
    return base, refiner


def wear_xformers(base: Any, refiner: Any) -> str:
    """The script's attention, where it can be had; says whose it is then. torch does not count its operations."""
    if base.device.type != "cuda" or not find_spec("xformers"):
        return "SDPA, for want of xformers"
    for pipeline in (base, refiner):
        pipeline.enable_xformers_memory_efficient_attention()
    return "xformers"


def draw(base: Any, refiner: Any, orders: Sequence[Order], size: tuple[int, int], steps: int, into: Path) -> int:
    """The loop of the script; of the orders it takes the words. A short run draws fewer steps; the split stays."""
    import torch

    for number, order in enumerate(orders):
        with torch.no_grad():
            torch.manual_seed(FIRST_SEED + number)
            latents = base(
                prompt=order.prompt, negative_prompt=order.negative, num_inference_steps=steps, denoising_end=SPLIT,
                output_type="latent", width=size[0], height=size[1],
            ).images  # fmt: skip
            image = refiner(
                prompt=order.prompt, negative_prompt=order.negative, num_inference_steps=steps, denoising_start=SPLIT,
                image=latents,
            ).images[0]  # fmt: skip
            image.save(into / f"{number + 1}.png")
    return len(orders)
