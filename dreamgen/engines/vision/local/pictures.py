"""Frames become the numbers that a vision tower was trained on, with Pillow and numpy alone.

transformers' own processors want torchvision, or give other numbers without it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dreamgen.errors import ModelError

CLIP = ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
"""Mean and spread of OpenAI's CLIP, which Qwen's and LLaVA's towers kept."""
HALF = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
"""Mean and spread of SigLIP."""
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
"""Mean and spread of ImageNet."""
BICUBIC, LANCZOS = int(Image.Resampling.BICUBIC), int(Image.Resampling.LANCZOS)

_FILES = (("preprocessor_config.json", ""), ("processor_config.json", "image_processor"))
"""Where a folder says how pictures are made ready, and under which key; newer ones have it in the second."""


@dataclass(frozen=True)
class Looks:
    """How a network was shown pictures when it was trained."""

    mean: tuple[float, ...]
    """Of red, green and blue, 0-1."""
    spread: tuple[float, ...]
    """Of red, green and blue."""
    filter: int
    """Pillow's number of the resampling filter."""
    said: Mapping[str, Any]
    """All that the folder says."""

    def planes(self, pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.float32]:
        """RGB frames (n, h, w, 3) as float32 (n, 3, height, width); where the shape differs, they are bent.

        Args:
            pixels: the frames.
            size: height and width.
        """
        high, wide = size
        shrunk = [
            np.asarray(Image.fromarray(one).resize((wide, high), Image.Resampling(self.filter))) for one in pixels
        ]
        levels = (np.stack(shrunk).astype(np.float64) / 255).astype(np.float32)
        planes = (levels - np.array(self.mean, np.float32)) / np.array(self.spread, np.float32)
        return np.ascontiguousarray(planes.transpose(0, 3, 1, 2))


def read_looks(
    folder: Path, otherwise: tuple[tuple[float, ...], tuple[float, ...]], resampling: int = BICUBIC
) -> Looks:
    """What a model's folder says of its pictures.

    Args:
        folder: of the model.
        otherwise: mean and spread where it says nothing.
        resampling: the filter where it says nothing.

    Raises:
        ModelError: when a file can't be read.
    """
    said: dict[str, Any] = {}
    for name, key in _FILES:
        path = folder / name
        if said or not path.is_file():
            continue
        try:
            found = json.loads(path.read_text("utf-8"))
            said = dict((found.get(key) or {}) if key else found)
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ModelError(
                f"{path} can't be understood: {error}", "Take the file that came with the weights."
            ) from None
    try:
        mean, spread = (
            tuple(float(part) for part in said.get(name) or default)
            for name, default in zip(("image_mean", "image_std"), otherwise, strict=True)
        )
        return Looks(mean, spread, int(said.get("resample", resampling)), said)
    except (ValueError, TypeError):
        hint = "Take the file that came with the weights."
        raise ModelError(
            f"what {folder} says of pictures (image_mean, image_std, resample) is no number", hint
        ) from None
