"""A look at what a training has come to: the same pictures, drawn with every intermediate result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dreamgen.core.base import derive_seed
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import LoraUse, Order, Sampling, WordUse
from dreamgen.engines.diffusion.studio import open_studio
from dreamgen.engines.diffusion.training.loop import Look
from dreamgen.engines.pictures import write_png
from dreamgen.errors import ModelError


def looking(
    checkpoint: Checkpoint,
    lora: bool,
    word: str,
    prompts: Sequence[str],
    side: int,
    seed: int,
    steps: int = 30,
) -> Look:
    """Draws one picture a prompt beside every intermediate result, through the loop that draws keyframes.

    The model that draws is loaded beside the one that learns, which needs its memory once more.

    Args:
        checkpoint: the model.
        lora: whether the files hold a LoRA, or else a word's vectors.
        word: stands for the style in prompts.
        prompts: with `{word}` for the word.
        side: width and height of the pictures in pixels.
        seed: of their noise.
        steps: calls of the network.
    """

    def look(step: int, files: tuple[Path, ...]) -> None:
        studio = open_studio(checkpoint)
        orders = [
            Order(
                prompt=prompt.format(word=word),
                seed=derive_seed(seed, "look", number),
                loras=(LoraUse(files[0]),) if lora else (),
                words=(WordUse(word, files[0]),) if not lora else (),
            )
            for number, prompt in enumerate(prompts, start=1)
        ]
        for drawing in studio.draw(orders, studio.sampling_for(Sampling(size=(side, side), steps=steps))):
            if drawing.image is None:
                raise ModelError(
                    f"with what was learned by step {step}, the model draws broken numbers",
                    "Learn with a lower learning rate, or --set diffusion.dtype=float32.",
                )
            write_png(drawing.image, files[0].with_name(f"step-{step:05d}-{drawing.index + 1}.png"))

    return look
