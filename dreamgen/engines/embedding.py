"""Pictures as vectors of length 1 whose cosine says how alike they are: by CLIP, by DINOv2, or by their colours alone.

CLIP (Radford et al. 2021) compares what pictures show, DINOv2 (Oquab et al. 2023) how it looks, down to its texture.
The histograms of `ColourEyes` need no weights; they are neither, and their numbers compare with nobody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.exactness import exactly
from dreamgen.engines.readying import Readying, read_readying
from dreamgen.errors import ModelError, first_line

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.device import Machine

Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]

_BATCH = 8
"""Pictures at once on a GPU. On a CPU it is one, so that a picture's bytes don't depend on its company."""


class Eyes(Protocol):
    """Whoever turns pictures into vectors."""

    @property
    def by(self) -> str:
        """The kind of measure: clip, dino, colours."""
        ...

    @property
    def model(self) -> str:
        """The weights, as they were asked for; empty where there are none."""
        ...

    def look(self, pictures: Sequence[Pixels]) -> Vectors:
        """One vector of length 1 a picture: float32 (pictures, channels).

        Args:
            pictures: uint8 (h, w, 3), BGR, of any sizes.
        """
        ...


class NetworkEyes:
    """CLIP or DINOv2, loaded; see `open_eyes`. A picture that was seen before is not looked at again."""

    def __init__(
        self, by: str, model: str, network: Any, read: Callable[[Any], torch.Tensor], ready: Readying, place: Machine
    ) -> None:
        self.by = by
        """clip or dino."""
        self.model = model
        """As it was asked for."""
        self.looks = 0
        """How many pictures the network has seen."""
        self._network, self._read, self._ready, self._place = network, read, ready, place
        self._seen: dict[str, Vectors] = {}

    def look(self, pictures: Sequence[Pixels]) -> Vectors:
        """See `Eyes.look`."""
        names = [_name(picture) for picture in pictures]
        new = list({name: n for n, name in enumerate(names) if name not in self._seen}.items())
        size = 1 if self._network.device.type == "cpu" else _BATCH
        for first in range(0, len(new), size):
            some = new[first : first + size]
            for (name, _), vector in zip(some, self._run([pictures[n] for _, n in some]), strict=True):
                self._seen[name] = vector
        return np.stack([self._seen[name] for name in names]) if names else np.zeros((0, 0), np.float32)

    def _run(self, pictures: Sequence[Pixels]) -> Vectors:
        import torch

        planes = torch.from_numpy(np.stack([self._ready(picture) for picture in pictures]))
        with exactly(self._place):
            seen = self._read(self._network(planes.to(self._network.device, self._network.dtype))).float()
            found: Vectors = (seen / seen.norm(dim=-1, keepdim=True).clamp_min(1e-12)).cpu().numpy()
        self.looks += len(pictures)
        if not np.isfinite(found).all():
            raise ModelError(f"{self.model} gave broken numbers (NaN)", "Check the weights.")
        return found


def open_eyes(by: Literal["clip", "dino"], model: str, device: str = "auto", offline: bool = False) -> NetworkEyes:
    """CLIP's image encoder, or DINOv2, in full float32.

    Args:
        by: which.
        model: a folder in transformers' layout, or a name on the hub: openai/clip-vit-large-patch14,
            facebook/dinov2-base. Only safetensors are read.
        device: auto takes the first GPU, else the CPU.
        offline: whether the hub is not asked.

    Raises:
        MissingExtra: without torch or transformers.
        ModelError: when there are no such weights, or they are not of this kind.
    """
    from dreamgen.engines.device import machine, need

    need(f"measuring with {by.upper()}")
    from dreamgen.engines.diffusion.loading import quiet
    from dreamgen.engines.diffusion.weights import find

    folder, place = find(model, offline=offline), machine(device, "float32")
    with quiet():
        network, read = (_clip if by == "clip" else _dino)(folder, model)
    network.to(place.device).eval().requires_grad_(False)
    return NetworkEyes(by, model, network, read, read_readying(folder, int(network.config.image_size)), place)


def _clip(folder: Path, name: str) -> tuple[Any, Callable[[Any], torch.Tensor]]:
    """The image half, from a whole CLIP or from an image encoder alone."""
    from transformers import CLIPVisionModelWithProjection

    return _loaded(CLIPVisionModelWithProjection, folder, name, "CLIP"), lambda out: out.image_embeds


def _dino(folder: Path, name: str) -> tuple[Any, Callable[[Any], torch.Tensor]]:
    """The class token after the last norm."""
    from transformers import Dinov2Model

    return _loaded(Dinov2Model, folder, name, "DINOv2"), lambda out: out.pooler_output


def _loaded(kind: Any, folder: Path, name: str, what: str) -> Any:
    import torch
    from transformers import AutoConfig

    # parts of one CLIP: the whole, and its image half alone
    fitting = {"CLIP": ("clip", "clip_vision_model"), "DINOv2": ("dinov2",)}[what]
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        if config.model_type not in fitting:
            raise ModelError(f"{name} is no {what}, but {config.model_type}", "Name weights of the right kind.")
        found, told = kind.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32, output_loading_info=True
        )
    except (OSError, ValueError, RuntimeError) as error:
        first = first_line(error)
        raise ModelError(f"{name} holds no {what} that can be loaded: {first}", "Only safetensors are read.") from None
    if told["missing_keys"]:
        raise ModelError(f"{name} lacks the weights {min(told['missing_keys'])}", "The file is of another network.")
    return found


def _name(picture: Pixels) -> str:
    return sha256(str(picture.shape).encode() + np.ascontiguousarray(picture).tobytes()).hexdigest()
