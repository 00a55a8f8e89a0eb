"""The networks of the `sight` verifier, as they are learned; `sight_export.py` writes them down as ONNX.

Plain residual networks (He et al. 2016). People are found as peaks of a map (Zhou et al. 2019, Objects as Points), and
recognised by how near the vector of their picture is to that of a portrait.
"""

from __future__ import annotations

import torch
from sight_labels import HEADS, PLACES, TIMES, WEATHERS
from torch import Tensor, nn

VECTOR = 64
"""Length of the vectors by which somebody is recognised."""


def block(inner: int, outer: int, stride: int = 1, size: int = 3) -> nn.Sequential:
    """Convolution, normalisation, rectification."""
    conv = nn.Conv2d(inner, outer, size, stride, size // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outer), nn.ReLU(inplace=True))


class Residual(nn.Module):
    """Two convolutions whose result is added to what came in."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = block(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        """The same shape as `x`."""
        return torch.relu(x + self.second(self.first(x)))


class FrameNetwork(nn.Module):
    """A whole frame: place, light, weather, and where people and animals are."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.PixelUnshuffle(2), block(16, 32, 2), block(32, 32))
        self.middle = nn.Sequential(block(32, 64, 2), Residual(64))
        self.deep = nn.Sequential(block(64, 96, 2), Residual(96), Residual(96))
        self.setting = nn.Sequential(nn.Linear(192, 128), nn.ReLU(inplace=True), nn.Dropout(0.2))
        self.place, self.time, self.weather = (nn.Linear(128, len(v)) for v in (PLACES, TIMES, WEATHERS))
        self.down = nn.Conv2d(96, 64, 1)
        self.neck = nn.Sequential(block(64, 64), block(64, 64))
        self.found = nn.Conv2d(64, 2, 1)
        self.shape = nn.Conv2d(64, 14, 1)
        nn.init.constant_(self.found.bias, -4.0)  # nearly everywhere is nobody

    def forward(self, frame: Tensor) -> dict[str, Tensor]:
        """From (n, 4, h, w) bytes: logits of the setting, and maps of an eighth of the size.

        `found` has a channel for people and one for animals; `shape` has seven for each: the middle's place in its
        cell (x, y), the logarithm of the radius, and how far the box reaches left, up, right and down, in frames.
        `features` are what the setting is told from.
        """
        x = self.middle(self.stem(frame.float() / 255 - 0.5))
        deep = self.deep(x)
        features = torch.cat([deep.mean((2, 3)), deep.amax((2, 3))], 1)
        setting = self.setting(features)
        up = nn.functional.interpolate(self.down(deep), scale_factor=2, mode="nearest")
        neck = self.neck(x + up)
        return {
            "place": self.place(setting),
            "time": self.time(setting),
            "weather": self.weather(setting),
            "found": self.found(neck),
            "shape": self.shape(neck),
            "features": features,
        }


class Strange(nn.Module):
    """The frame network, with how far a frame's features lie from those that it learned from instead of them.

    Mahalanobis' distance (Lee et al. 2018), squared and divided by the number of directions: about 1 for what is known.
    """

    def __init__(self, network: FrameNetwork, features: Tensor) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("middle", features.mean(0))
        spread = torch.cov(features.T.double()) + 1e-3 * torch.eye(features.shape[1]).double() * features.var(0).mean()
        self.register_buffer("ways", torch.linalg.cholesky(torch.linalg.inv(spread)).float())

    def forward(self, frame: Tensor) -> dict[str, Tensor]:
        """As `FrameNetwork`, but `strange` (n,) instead of `features`."""
        made: dict[str, Tensor] = self.network(frame)
        away = (made.pop("features") - self.middle) @ self.ways
        return {**made, "strange": (away * away).mean(1)}


class BodyNetwork(nn.Module):
    """Somebody's squares: who it is, what they do, how they look."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.PixelUnshuffle(2), block(16, 32, 2), Residual(32), block(32, 64, 2), Residual(64), block(64, 96, 2),
            Residual(96), block(96, 32, size=1), nn.Flatten(), nn.Linear(32 * 36, 112), nn.ReLU(inplace=True),
        )  # fmt: skip
        self.head = nn.Sequential(
            nn.PixelUnshuffle(2), block(16, 32), block(32, 64, 2), Residual(64), block(64, 96, 2), Residual(96),
            block(96, 24, size=1), nn.Flatten(), nn.Linear(24 * 64, 112), nn.ReLU(inplace=True),
        )  # fmt: skip
        self.both = nn.Sequential(nn.Linear(232, 256), nn.ReLU(inplace=True), nn.Dropout(0.2))
        self.vector = nn.Linear(232, VECTOR)
        self.told = nn.ModuleDict({name: nn.Linear(256, len(values)) for name, values in HEADS.items()})

    def forward(self, body: Tensor, head: Tensor, measures: Tensor) -> dict[str, Tensor]:
        """From bytes (n, 4, side, side) twice and (n, 8) numbers: a vector of length 1, and logits of every head."""
        squares = [self.body(body.float() / 255 - 0.5), self.head(head.float() / 255 - 0.5)]
        seen = torch.cat([*squares, measures], 1)
        both = self.both(seen)
        vector = nn.functional.normalize(self.vector(seen), dim=1)
        return {"vector": vector, **{name: head(both) for name, head in self.told.items()}}


class PortraitNetwork(nn.Module):
    """A portrait: the vector near which its owner's pictures lie."""

    def __init__(self) -> None:
        super().__init__()
        self.look = nn.Sequential(
            nn.PixelUnshuffle(2), block(12, 32, 2), Residual(32), block(32, 64, 2), Residual(64), block(64, 96, 2),
            Residual(96), block(96, 24, size=1), nn.Flatten(), nn.Linear(24 * 48, 112), nn.ReLU(inplace=True),
        )  # fmt: skip
        self.vector = nn.Linear(112, VECTOR)

    def forward(self, portrait: Tensor) -> dict[str, Tensor]:
        """From bytes (n, 3, 128, 96)."""
        return {"vector": nn.functional.normalize(self.vector(self.look(portrait.float() / 255 - 0.5)), dim=1)}
