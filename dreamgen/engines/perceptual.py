"""LPIPS: how different two pictures look, learned from people's judgements (Zhang et al. 2018, section 3).

Both pictures go through a network trained on ImageNet (AlexNet or VGG-16); after each of its five stages the features
are made unit vectors at every place, and their squared differences are weighted, averaged and added up. The networks
are written out here, because torchvision's would come with torchvision.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.embedding import Eyes
from dreamgen.engines.exactness import exactly
from dreamgen.errors import ModelError, UsageError

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.device import Machine

Pixels = NDArray[np.uint8]

_SHIFT, _SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
"""Of the inputs, which run from -1 to 1."""
_EPSILON = 1e-10
_LEAST = 32
"""Pixels that a picture's sides have at least, so that something is left after the last pooling."""


@dataclass(frozen=True)
class _Layer:
    """One convolution and the rectifier after it."""

    number: int
    """In torchvision's network, by which its weights are named."""
    stride: int = 1
    padding: int = 1


@dataclass(frozen=True)
class _Trunk:
    """A network for features, stage by stage."""

    stages: tuple[tuple[_Layer, ...], ...]
    pooled: tuple[bool, ...]
    """Which stages begin with pooling."""
    window: int
    """Side of the square that pooling takes the maximum of; it moves by 2."""


_TRUNKS = {
    "alex": _Trunk(
        stages=((_Layer(0, 4, 2),), (_Layer(3, 1, 2),), (_Layer(6),), (_Layer(8),), (_Layer(10),)),
        pooled=(False, True, True, False, False),
        window=3,
    ),
    "vgg": _Trunk(
        stages=tuple(tuple(map(_Layer, stage)) for stage in ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (24, 26, 28))),
        pooled=(False, True, True, True, True),
        window=2,
    ),
}


class Distance(Protocol):
    """Whoever says how different pictures look."""

    @property
    def by(self) -> str:
        """The kind of measure: lpips, or that of the eyes whose cosine it goes by."""
        ...

    @property
    def model(self) -> str:
        """The weights; empty where there are none."""
        ...

    def between(self, one: Pixels, other: Pixels) -> float:
        """0 for the same picture; more for more different ones. Both are uint8 (h, w, 3), BGR, of one size."""
        ...


class Lpips:
    """LPIPS 0.1, loaded; see `open_lpips`."""

    by = "lpips"

    def __init__(self, model: str, trunk: str, weights: dict[str, torch.Tensor], place: Machine) -> None:
        self.model = model
        """As it was asked for."""
        self.trunk = trunk
        """alex or vgg."""
        self._weights = {name: weight.to(place.device) for name, weight in weights.items()}
        self._place, self._device = place, place.device

    def between(self, one: Pixels, other: Pixels) -> float:
        """The distance of two pictures at the size that they have.

        Raises:
            UsageError: for pictures of two sizes, or smaller than 32 pixels.
        """
        if one.shape != other.shape or min(one.shape[:2]) < _LEAST:
            sizes = [f"{picture.shape[1]}x{picture.shape[0]}" for picture in (one, other)]
            raise UsageError(
                f"LPIPS can't compare {sizes[0]} and {sizes[1]}",
                f"Pictures need one size, with sides of at least {_LEAST} pixels.",
            )
        total = 0.0
        with exactly(self._place):
            for stage, (here, there) in enumerate(zip(self._features(one), self._features(other), strict=True)):
                apart = (here - there).square()
                total += float((apart * self._weights[f"lin{stage}"]).sum(dim=1).mean())
        return total

    def _features(self, picture: Pixels) -> list[torch.Tensor]:
        """The unit features after every stage: (1, channels, h, w)."""
        import torch
        from torch.nn import functional

        trunk = _TRUNKS[self.trunk]
        planes = torch.from_numpy(np.ascontiguousarray(picture[..., ::-1])).to(self._device).permute(2, 0, 1)[None]
        shift, scale = (torch.tensor(numbers, device=self._device).view(1, 3, 1, 1) for numbers in (_SHIFT, _SCALE))
        seen = (planes.float() / 127.5 - 1 - shift) / scale
        found = []
        for layers, pool in zip(trunk.stages, trunk.pooled, strict=True):
            if pool:
                seen = functional.max_pool2d(seen, trunk.window, 2)
            for layer in layers:
                weight, bias = (self._weights[f"{layer.number}.{part}"] for part in ("weight", "bias"))
                seen = functional.conv2d(seen, weight, bias, layer.stride, layer.padding).relu()
            found.append(seen / (seen.square().sum(dim=1, keepdim=True).sqrt() + _EPSILON))
        return found


def open_lpips(model: str, device: str = "auto", offline: bool = False) -> Lpips:
    """LPIPS with the weights of a file.

    Args:
        model: a safetensors file with the state of the package lpips: net.slice1.0.weight ... lin4.model.1.weight.
            The network, AlexNet or VGG-16, shows from the weights.
        device: auto takes the first GPU, else the CPU.
        offline: whether the hub is not asked.

    Raises:
        MissingExtra: without torch or safetensors.
        ModelError: when there is no such file, or it holds something else.
    """
    from dreamgen.engines.device import machine, need

    need("measuring with LPIPS")
    from dreamgen.engines.diffusion.weights import find

    path, place = find(model, offline=offline), machine(device, "float32")
    trunk, weights = _read(path, model)
    return Lpips(model, trunk, weights, place)


def _read(path: Path, name: str) -> tuple[str, dict[str, torch.Tensor]]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    hint = "Save net.* and lin0.* to lin4.* of the package lpips (net='alex' or 'vgg'); docs/watching.md shows how."
    try:
        state = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{name} can't be read as safetensors: {error}", hint) from None
    weights = {}
    for key, weight in state.items():
        slice_, head = (re.match(rule, key) for rule in (r"net\.slice\d\.(\d+\.\w+)$", r"lin(\d)\.model\.\d\.weight$"))
        if slice_:
            weights[slice_[1]] = weight.float()
        elif head:
            weights[f"lin{head[1]}"] = weight.float()
    trunk = _trunk_of(weights)
    if trunk is None:
        raise ModelError(f"{name} holds no LPIPS with AlexNet or VGG-16", hint)
    return trunk, weights


def _trunk_of(weights: dict[str, torch.Tensor]) -> str | None:
    """The network all of whose weights are there, and no other's."""
    for name, trunk in _TRUNKS.items():
        numbers = [layer.number for stage in trunk.stages for layer in stage]
        wanted = {f"{number}.{part}" for number in numbers for part in ("weight", "bias")}
        if wanted | {f"lin{stage}" for stage in range(5)} == set(weights):
            return name
    return None


class EyesDistance:
    """One minus the cosine of what some eyes see: a stand-in where there are no weights of LPIPS."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self.by, self.model = eyes.by, eyes.model

    def between(self, one: Pixels, other: Pixels) -> float:
        """0 for pictures that look the same to the eyes, up to 2."""
        first, second = self._eyes.look([one, other]).astype(np.float64)
        return float(max(0.0, 1.0 - first @ second))
