"""Idefics3 and SmolVLM: every frame a square, whole and unsplit, after the time it was taken at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dreamgen.engines.vision.local.pictures import HALF, LANCZOS
from dreamgen.engines.vision.local.showing import About, Shown, square
from dreamgen.engines.vision.seeing import Frames


@dataclass(frozen=True)
class Idefics:
    """See the module."""

    kinds: tuple[str, ...] = ("idefics3", "smolvlm")
    entry: str = "image"
    rendered: tuple[str, ...] = ("<image>",)
    looks: tuple[tuple[tuple[float, ...], tuple[float, ...]], int] = (HALF, LANCZOS)

    def show(self, frames: Frames, about: About) -> Shown:
        """Frames, made ready, in the words that SmolVLM2 was trained with; parts of seconds are told as well."""
        import torch

        eye = about.config.vision_config
        side = square(eye.image_size, 364)
        planes = about.looks.planes(frames.pixels, (side, side))
        tokens = (side // int(eye.patch_size)) ** 2 // int(about.config.scale_factor) ** 2
        around, whole = ("<fake_token_around_image>", "<global-img>")
        picture = "".join(
            word for word in (around, whole, "<image>", around) if word == "<image>" or word in about.words
        )
        many = f"series of {len(planes)} frames" if len(planes) != 1 else "frame"
        intro = f"You are provided the following {many} from a {_clock(frames.seconds)} [M:SS] video.\n"
        return Shown(
            text=intro + "".join(f"\nFrame from {_clock(time)}:{picture}" for time in frames.times) + "\n\n",
            mark=int(about.config.image_token_id),
            runs=(tokens,) * len(planes),
            inputs={
                "pixel_values": torch.from_numpy(planes[None]),
                "pixel_attention_mask": torch.from_numpy(np.ones((1, len(planes), side, side), np.int64)),
            },
        )


def _clock(time: float) -> str:
    """Minutes and seconds: 00:01.5."""
    tenths = round(time * 10)
    return f"{tenths // 600:02d}:{tenths % 600 // 10:02d}.{tenths % 10}"
