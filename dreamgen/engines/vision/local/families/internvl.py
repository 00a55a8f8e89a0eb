"""InternVL in transformers' layout (its repositories end in -hf): every frame one tile, numbered, with its time."""

from __future__ import annotations

from dataclasses import dataclass

from dreamgen.engines.vision.local.pictures import BICUBIC, IMAGENET
from dreamgen.engines.vision.local.showing import About, Shown, seconds, square
from dreamgen.engines.vision.seeing import Frames


@dataclass(frozen=True)
class InternVL:
    """See the module."""

    kinds: tuple[str, ...] = ("internvl",)
    entry: str = "video"
    rendered: tuple[str, ...] = ("<video>\n", "<video>", "<IMG_CONTEXT>\n", "<IMG_CONTEXT>")
    looks: tuple[tuple[tuple[float, ...], tuple[float, ...]], int] = (IMAGENET, BICUBIC)

    def show(self, frames: Frames, about: About) -> Shown:
        """Frames, made ready, in the words of the family's own processor."""
        import torch

        eye = about.config.vision_config
        side = square(eye.image_size, 448)
        planes = about.looks.planes(frames.pixels, (side, side))
        tokens = int((side // square(eye.patch_size, 14) * float(about.config.downsample_ratio)) ** 2)
        return Shown(
            text="".join(
                f"Frame{number} at {seconds(time)}: <img><IMG_CONTEXT></img>\n"
                for number, time in enumerate(frames.times, 1)
            ),
            mark=int(about.config.image_token_id),
            runs=(tokens,) * len(planes),
            inputs={"pixel_values": torch.from_numpy(planes)},
        )
