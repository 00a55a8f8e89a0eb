"""Qwen2-VL, Qwen2.5-VL and Qwen3-VL: every frame a picture of its own shape, after the second it was taken at."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.vision.local.pictures import BICUBIC, CLIP
from dreamgen.engines.vision.local.showing import About, Shown, seconds
from dreamgen.engines.vision.seeing import Frames

_LEAST, _MOST = 56 * 56, 28 * 28 * 1280
"""Pixels of a picture, where the folder does not say."""


@dataclass(frozen=True)
class Qwen:
    """See the module."""

    kinds: tuple[str, ...] = ("qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe")
    entry: str = "image"
    rendered: tuple[str, ...] = ("<|vision_start|><|image_pad|><|vision_end|>", "<|image_pad|>")
    looks: tuple[tuple[tuple[float, ...], tuple[float, ...]], int] = (CLIP, BICUBIC)

    def show(self, frames: Frames, about: About) -> Shown:
        """Frames, made ready.

        The processor of these models shows a picture twice, since its patches are two frames thick.
        """
        import torch

        eye = about.config.vision_config
        patch, merge, thick = int(eye.patch_size), int(eye.spatial_merge_size), int(eye.temporal_patch_size)
        high, wide = _size(frames.pixels.shape[1:3], patch * merge, *_limits(about))
        planes = about.looks.planes(frames.pixels, (high, wide))
        rows = [_patches(plane, patch, merge, thick) for plane in planes]
        grid = (1, high // patch, wide // patch)
        return Shown(
            text="".join(f"<{seconds(time)}><|vision_start|><|image_pad|><|vision_end|>" for time in frames.times),
            mark=int(about.config.image_token_id),
            runs=(grid[1] * grid[2] // merge**2,) * len(planes),
            inputs={
                "pixel_values": torch.from_numpy(np.concatenate(rows)),
                "image_grid_thw": torch.tensor([grid] * len(planes)),
            },
            typed=True,
        )


def _limits(about: About) -> tuple[int, int]:
    """Fewest and most pixels of a picture."""
    said = about.looks.said
    size = said.get("size") or {}
    least = said.get("min_pixels") or size.get("shortest_edge") or _LEAST
    most = said.get("max_pixels") or size.get("longest_edge") or _MOST
    return int(least), int(most)


def _size(shape: tuple[int, ...], unit: int, least: int, most: int) -> tuple[int, int]:
    """Height and width in whole units, nearest to a frame's, as the family's processor rounds them."""
    high, wide = max(int(shape[0]), unit), max(int(shape[1]), unit)
    tall, broad = round(high / unit) * unit, round(wide / unit) * unit
    if tall * broad > most:
        shrink = math.sqrt(high * wide / most)
        return max(unit, math.floor(high / shrink / unit) * unit), max(unit, math.floor(wide / shrink / unit) * unit)
    if tall * broad < least:
        grow = math.sqrt(least / (high * wide))
        return math.ceil(high * grow / unit) * unit, math.ceil(wide * grow / unit) * unit
    return tall, broad


def _patches(plane: NDArray[np.float32], patch: int, merge: int, thick: int) -> NDArray[np.float32]:
    """A picture (3, h, w) as its patches, in the order in which they are merged: (patches, numbers of one)."""
    _, high, wide = plane.shape
    down, across = high // patch, wide // patch
    blocks = plane.reshape(3, down // merge, merge, patch, across // merge, merge, patch)
    rows = blocks.transpose(1, 4, 2, 5, 0, 3, 6).reshape(down * across, 3, 1, patch * patch)
    return np.repeat(rows, thick, axis=2).reshape(down * across, -1)
