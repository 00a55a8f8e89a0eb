"""What the diffusion benchmark draws with and what it is asked to draw: random weights, pictures and words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.device import Machine, set_up
from dreamgen.engines.diffusion import blank
from dreamgen.engines.diffusion.blank_networks import (
    blank_controlnet,
    blank_image_encoder,
    blank_image_processor,
    blank_ip_adapter,
    blank_lora,
)
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.compiling import wear_xformers
from dreamgen.engines.diffusion.loading import quiet
from dreamgen.engines.diffusion.orders import LoraUse, Order, Reference, Region
from dreamgen.engines.diffusion.studio import Studio

PROMPT = "a photo of a woman in a red coat standing in a forest at night, a dog walking on the street, {} of story {}"
NEGATIVE = "a blue image, story {}"
CAST = 3
"""Characters with portraits in a story: what a story has of its own is encoded once for it, as in real use."""
LORA_RANK = 32


def write_adapters(folder: Path, scale: blank.Scale, place: Machine) -> Checkpoint:
    """Puts all that is not a base model on the disk and names it; two LoRAs, so that a batch can mix them."""
    import torch
    from safetensors.torch import save_file

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, device=place.device, dtype=place.dtype) * 0.02

    torch.manual_seed(0)
    with quiet(), torch.device(place.device):
        blank_image_encoder(scale).to(place.dtype).save_pretrained(folder / "image_encoder")
        blank_controlnet(scale).to(place.dtype).save_pretrained(folder / "controlnet")
    blank_image_processor(scale).save_pretrained(folder / "image_encoder")
    save_file(blank_ip_adapter(scale, "plus", random), folder / "adapter.safetensors")
    for number in (0, 1):
        save_file(blank_lora(scale, LORA_RANK if scale == "full" else 4, random), lora_file(folder, number))
    return Checkpoint(
        model="random",
        refiner="random",
        identity=str(folder / "adapter.safetensors"),
        image_encoder=str(folder / "image_encoder"),
        control=str(folder / "controlnet"),
        device=str(place.device),
        dtype=str(place.dtype).removeprefix("torch."),
    )


def blank_studio(checkpoint: Checkpoint, scale: blank.Scale) -> Studio:
    """A studio whose model is random and built where it runs; its adapters are loaded as ever.

    Args:
        checkpoint: what to draw with; `model` and `refiner` say only whether there is one.
        scale: of the networks.
    """
    studio = Studio(checkpoint)
    set_up(studio.painter.place, checkpoint.threads)
    loaded = blank.blank_loaded(scale, studio.painter.place, bool(checkpoint.refiner))
    wear_xformers(checkpoint, loaded.unet)
    studio.painter.loaded = loaded
    return studio


def lora_file(folder: Path, number: int) -> Path:
    """One of the two LoRAs."""
    return folder / f"lora-{number}.safetensors"


def without_locks(checkpoint: Checkpoint, **changes: Any) -> Checkpoint:
    """The model alone."""
    bare = {"refiner": "", "identity": "", "image_encoder": "", "control": ""}
    return checkpoint.model_copy(update={**bare, **changes})


def plain(count: int, story: int, negative: str = NEGATIVE) -> list[Order]:
    """Pictures of words alone: each has its own prompt and seed, and all of a story the same negative prompt."""
    without = negative.format(story)
    return [
        Order(prompt=PROMPT.format(number, story), negative=without, seed=1000 * story + number)
        for number in range(count)
    ]


def with_loras(orders: list[Order], folder: Path, mixed: bool = False) -> list[Order]:
    """All with one LoRA, or every other one with another. They are the style's: the same in every story."""
    return [
        replace(order, loras=(LoraUse(lora_file(folder, number % 2 if mixed else 0), 0.8),))
        for number, order in enumerate(orders)
    ]


def with_references(orders: list[Order], size: tuple[int, int], story: int, mixed: bool = False) -> list[Order]:
    """All with the same portrait of the story on the left half, or with all portraits in turn, on both halves."""
    cast, halves = [picture((512, 512), story, number) for number in range(CAST)], (half(size, 0), half(size, 1))
    numbers = range(len(orders)) if mixed else [0] * len(orders)
    return [
        replace(order, references=(Reference(cast[number % CAST], halves[number % 2]),))
        for order, number in zip(orders, numbers, strict=True)
    ]


def with_control(orders: list[Order], size: tuple[int, int], story: int) -> list[Order]:
    """Each with a layout of its own."""
    return [replace(order, control=picture(size, story, CAST + number)) for number, order in enumerate(orders)]


def with_regions(orders: list[Order], size: tuple[int, int], story: int) -> list[Order]:
    """Each with words for both halves: those of the story's characters."""
    regions = tuple(
        Region(f"{who} of story {story}", half(size, side)) for side, who in enumerate(("a woman in red", "a dog"))
    )
    return [replace(order, regions=regions) for order in orders]


def picture(size: tuple[int, int], story: int, number: int) -> NDArray[np.uint8]:
    """Coloured blocks, other ones for every number of every story."""
    blocks = np.random.default_rng((story, number)).integers(0, 256, (8, 8, 3), np.uint8)
    rows, columns = np.arange(size[1]) * 8 // size[1], np.arange(size[0]) * 8 // size[0]
    return np.ascontiguousarray(blocks[rows][:, columns])


def half(size: tuple[int, int], side: int) -> NDArray[np.float32]:
    """The left or the right half of a picture."""
    mask = np.zeros((size[1], size[0]), np.float32)
    middle = size[0] // 2
    mask[:, slice(0, middle) if side == 0 else slice(middle, None)] = 1.0
    return mask
