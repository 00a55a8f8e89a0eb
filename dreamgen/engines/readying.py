"""Pictures are made ready for a network by the numbers of its preprocessor_config.json, with Pillow.

transformers' own processors want torchvision, or give other numbers without it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dreamgen.errors import ModelError

_CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
_CLIP_SPREAD = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True)
class Readying:
    """How a network was shown pictures when it was trained."""

    shortest: int
    """Pixels of the shorter side after resizing; 0 resizes to `crop` and bends the picture."""
    crop: tuple[int, int]
    """Height and width of the middle that is kept."""
    mean: tuple[float, ...] = _CLIP_MEAN
    """Of red, green and blue, 0-1."""
    spread: tuple[float, ...] = _CLIP_SPREAD
    """Of red, green and blue."""
    filter: int = 3
    """Pillow's number of the resampling filter; 3 is bicubic."""

    def __call__(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """A BGR picture (h, w, 3) as float32 (3, height, width), red first."""
        image = Image.fromarray(np.ascontiguousarray(picture[..., ::-1]))
        image = self._cropped(image.resize(self._size(image.width, image.height), Image.Resampling(self.filter)))
        levels = (np.asarray(image).astype(np.float64) / 255).astype(np.float32)
        planes = (levels - np.array(self.mean, np.float32)) / np.array(self.spread, np.float32)
        return np.ascontiguousarray(planes.transpose(2, 0, 1))

    def _size(self, width: int, height: int) -> tuple[int, int]:
        if not self.shortest:
            return self.crop[1], self.crop[0]
        longest = int(self.shortest * max(width, height) / min(width, height))
        return (self.shortest, longest) if width <= height else (longest, self.shortest)

    def _cropped(self, image: Image.Image) -> Image.Image:
        high, wide = self.crop
        left, top = (image.width - wide) // 2, (image.height - high) // 2
        # Pillow fills what lies outside with black, as the processors do
        return image.crop((left, top, left + wide, top + high))


def read_readying(folder: Path, side: int, file: str = "preprocessor_config.json") -> Readying:
    """What preprocessor_config.json in a network's folder says; without the file, CLIP's numbers.

    Args:
        folder: of the network.
        side: pixels that the network's pictures have in each direction.
        file: its name, where it is another one.

    Raises:
        ModelError: when the file can't be read.
    """
    path = folder / file
    if not path.is_file():
        return Readying(side, (side, side))
    try:
        said = json.loads(path.read_text("utf-8"))
        crop = _sides(said.get("crop_size") or side) if said.get("do_center_crop", True) else (0, 0)
        size = said.get("size") or side
        shortest = size.get("shortest_edge", 0) if isinstance(size, dict) else int(size)
        plain = {"image_mean": (0.0,) * 3, "image_std": (1.0,) * 3} if said.get("do_normalize", True) is False else {}
        said = {**said, **plain}
        return Readying(
            shortest=shortest if crop != (0, 0) else 0,
            crop=crop if shortest and crop != (0, 0) else _sides(size),
            mean=tuple(said.get("image_mean", _CLIP_MEAN)),
            spread=tuple(said.get("image_std", _CLIP_SPREAD)),
            filter=int(said.get("resample", 3)),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} can't be understood: {error}", "Take the file that came with the weights.") from None


def _sides(said: Any) -> tuple[int, int]:
    if isinstance(said, dict):
        square = said.get("shortest_edge")
        return (int(square), int(square)) if square else (int(said["height"]), int(said["width"]))
    return int(said), int(said)
