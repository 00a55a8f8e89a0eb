"""LLaVA-OneVision: the frames in one piece, as its videos are, with a quarter of the tokens that a picture has."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dreamgen.engines.vision.local.pictures import BICUBIC, CLIP
from dreamgen.engines.vision.local.showing import About, Shown, listed, square
from dreamgen.engines.vision.seeing import Frames


@dataclass(frozen=True)
class OneVision:
    """See the module."""

    kinds: tuple[str, ...] = ("llava_onevision",)
    entry: str = "video"
    rendered: tuple[str, ...] = ("<video>",)
    looks: tuple[tuple[tuple[float, ...], tuple[float, ...]], int] = (CLIP, BICUBIC)

    def show(self, frames: Frames, about: About) -> Shown:
        """Frames, made ready; when they were taken stands before them, since nothing can stand between."""
        import torch

        eye = about.config.vision_config
        side = square(eye.image_size, 384)
        planes = about.looks.planes(frames.pixels, (side, side))
        pooled = math.ceil(side // int(eye.patch_size) / 2)
        # one more at the end is the line break
        tokens = len(planes) * pooled**2 + 1
        return Shown(
            text=f"{listed(frames)}<video>",
            mark=int(about.config.video_token_id),
            runs=(tokens,),
            inputs={"pixel_values_videos": torch.from_numpy(np.ascontiguousarray(planes[None]))},
        )
