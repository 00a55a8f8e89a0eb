"""What the CLIP image encoder sees in a picture, looked at once."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.diffusion.orders import Pixels
from dreamgen.engines.diffusion.wholeness import transformer
from dreamgen.errors import ModelError, first_line

if TYPE_CHECKING:
    import torch

_REMEMBERED = 256
"""Pictures; a story has some ten portraits and references."""


class ImageEncoder:
    """The image encoder that IP-Adapters were trained with, and what it saw lately.

    Args:
        folder: in transformers' layout; the folders of h94/IP-Adapter have no preprocessor_config.json, then the
            encoder's own image size is taken, as diffusers does.
        device: where it runs.
        dtype: of its numbers.
    """

    def __init__(self, folder: Path, device: torch.device, dtype: torch.dtype) -> None:
        self._model, self._prepare = _load(folder)
        self._model.to(device, dtype)
        self._seen: OrderedDict[tuple[str, bool], torch.Tensor] = OrderedDict()
        self._one_at_a_time = Lock()
        self.looks = 0
        """How often the network ran."""

    @property
    def pooled_width(self) -> int:
        """Numbers in the embedding of a picture."""
        return int(self._model.config.projection_dim)

    @property
    def patch_width(self) -> int:
        """Numbers for every patch."""
        return int(self._model.config.hidden_size)

    def see(self, image: Pixels | None, pooled: bool) -> torch.Tensor:
        """A picture as one embedding (1, channels), or as its patches in the last layer but one (1, patches, channels).

        None is no picture: the embedding is zeros, the patches are those of a black input, as diffusers has it.
        """
        # the next batch is dressed while somebody looks at the last one
        with self._one_at_a_time:
            return self._see(image, pooled)

    def _see(self, image: Pixels | None, pooled: bool) -> torch.Tensor:
        import torch

        key = ("" if image is None else sha256(str(image.shape).encode() + image.tobytes()).hexdigest(), pooled)
        if key in self._seen:
            self._seen.move_to_end(key)
            return self._seen[key]
        if image is None and pooled:
            seen = torch.zeros(1, self.pooled_width, device=self._model.device, dtype=self._model.dtype)
        else:
            seen = self._run(image, pooled)
        self._seen[key] = seen
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return seen

    def look(self, image: Pixels) -> NDArray[np.float32]:
        """A picture's embedding of length 1, to compare pictures with."""
        seen = self.see(image, pooled=True)[0].float()
        unit: NDArray[np.float32] = (seen / seen.norm().clamp_min(1e-12)).cpu().numpy()
        return unit

    def _run(self, image: Pixels | None, pooled: bool) -> torch.Tensor:
        import torch
        from PIL import Image

        side = self._model.config.image_size
        rgb = np.zeros((side, side, 3), np.uint8) if image is None else np.ascontiguousarray(image[..., ::-1])
        pixels = self._prepare(Image.fromarray(rgb), return_tensors="pt").pixel_values
        if image is None:
            pixels = torch.zeros_like(pixels)
        pixels = pixels.to(self._model.device, self._model.dtype)
        self.looks += 1
        with torch.no_grad():
            if pooled:
                embedding: torch.Tensor = self._model(pixels).image_embeds
                return embedding
            patches: torch.Tensor = self._model(pixels, output_hidden_states=True).hidden_states[-2]
            return patches


def _load(folder: Path) -> tuple[Any, Any]:
    """The network and what gets pictures ready for it, by Pillow: torchvision would give slightly other numbers."""
    import transformers

    if not (folder / "config.json").is_file():
        raise ModelError(f"there is no image encoder in {folder}", "IP-Adapters for SDXL named vit-h need ViT-H/14.")
    try:
        model = transformer("CLIPVisionModelWithProjection", folder, local_files_only=True, use_safetensors=True)
    except (OSError, ValueError, RuntimeError) as error:
        first = first_line(error)
        raise ModelError(f"{folder} holds no CLIP image encoder: {first}") from None
    by_pillow = getattr(transformers, "CLIPImageProcessorPil", None) or transformers.CLIPImageProcessor
    if (folder / "preprocessor_config.json").is_file():
        prepare = by_pillow.from_pretrained(folder, local_files_only=True)
    else:
        prepare = by_pillow(size=model.config.image_size, crop_size=model.config.image_size)
    return model.eval().requires_grad_(False), prepare
