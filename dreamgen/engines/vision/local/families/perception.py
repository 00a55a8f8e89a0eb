"""PerceptionLM: the frames in one piece, as its videos are. Its own vision tower needs the library timm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dreamgen.engines.vision.local.pictures import BICUBIC, HALF
from dreamgen.engines.vision.local.showing import About, Shown, listed, square
from dreamgen.engines.vision.seeing import Frames
from dreamgen.errors import ModelError


@dataclass(frozen=True)
class Perception:
    """See the module."""

    kinds: tuple[str, ...] = ("perception_lm",)
    entry: str = "video"
    rendered: tuple[str, ...] = ("<|video|>",)
    looks: tuple[tuple[tuple[float, ...], tuple[float, ...]], int] = (HALF, BICUBIC)

    def show(self, frames: Frames, about: About) -> Shown:
        """Frames, made ready; when they were taken stands before them, since nothing can stand between."""
        import torch

        side, patch = _geometry(about)
        planes = about.looks.planes(frames.pixels, (side, side))
        across = side // patch // int(about.config.projector_pooling_ratio)
        return Shown(
            text=f"{listed(frames)}<|video|>",
            mark=int(about.config.video_token_id),
            runs=(len(planes) * across**2,),
            inputs={"pixel_values_videos": torch.from_numpy(np.ascontiguousarray(planes[None]))},
        )


def _geometry(about: About) -> tuple[int, int]:
    """Pixels of a tile's side, and of a patch's."""
    eye = about.config.vision_config
    inner: Any = getattr(eye, "model_args", None) or {}
    side = about.looks.said.get("tile_size") or getattr(eye, "image_size", None) or inner.get("img_size")
    patch = getattr(eye, "patch_size", None) or inner.get("patch_size") or about.looks.said.get("patch_size") or 14
    if not side:
        hint = "Take the preprocessor_config.json that came with the weights."
        raise ModelError("the model does not say how large its pictures are (tile_size)", hint)
    return square(side, 448), square(patch, 14)
