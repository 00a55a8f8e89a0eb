"""What a picture is asked to show, and what came of it: the words between whoever wants pictures and the studio.

Pictures are uint8, BGR (h, w, 3); masks are float32 (h, w), 0-1, at the size of the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from dreamgen.core.base import Record

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Reference:
    """A picture that a part of the new one shall resemble (IP-Adapter)."""

    image: Pixels
    """What to resemble: a portrait, or a picture in the style."""
    mask: Plane | None = None
    """Where; None for everywhere."""
    scale: float = 0.6
    """How strongly; 0 is not at all, to the bit."""
    lock: Literal["identity", "style"] = "identity"
    """Which adapter follows it."""


@dataclass(frozen=True)
class Region:
    """Words that hold for a part of the picture only."""

    words: str
    """What is there: at most 77 tokens."""
    mask: Plane
    """Where."""


@dataclass(frozen=True)
class LoraUse:
    """One LoRA in one picture."""

    file: Path
    """Safetensors."""
    weight: float = 1.0
    """How strongly; 0 is not at all, to the bit."""


@dataclass(frozen=True)
class WordUse:
    """A learned word that the prompt may use."""

    word: str
    """As it stands in the prompt."""
    file: Path
    """Its vectors for both text encoders."""


@dataclass(frozen=True)
class Order:
    """One picture to draw. Orders of one batch may differ in everything but their size and sampling."""

    prompt: str
    """What to show. More than 77 tokens are encoded in pieces; nothing is cut off in silence."""
    seed: int
    """Of its noise, which is the same in every batch, at every place and on every device."""
    negative: str = ""
    """What not to show."""
    regions: tuple[Region, ...] = ()
    """Words for parts of the picture."""
    references: tuple[Reference, ...] = ()
    """Pictures to resemble, as a whole or in parts."""
    control: Pixels | None = None
    """The layout, drawn as the control network was trained to see it."""
    control_scale: float = 0.6
    """How strongly the layout binds; 0 is not at all, to the bit."""
    start: Pixels | None = None
    """A picture to begin from instead of noise."""
    strength: float = 0.7
    """How much of `start` is drawn anew, 0-1. Orders of one batch share it, and all or none have a `start`."""
    loras: tuple[LoraUse, ...] = ()
    """Learned changes of the model, for this picture alone."""
    words: tuple[WordUse, ...] = ()
    """Learned words."""


class Sampling(Record):
    """How noise becomes a picture."""

    size: tuple[int, int] = (1024, 1024)
    """Width and height in pixels, multiples of 8."""
    steps: int = Field(default=30, ge=1, le=1000)
    """Calls of the network, or two calls with guidance. A distilled model has its own number."""
    guidance: float = Field(default=5.0, ge=0.0)
    """Classifier-free guidance; 1 and below is none, at half the cost."""
    guidance_stop: float = Field(default=1.0, ge=0.0, le=1.0)
    """Share of the steps after which guidance ends (Kynkaanniemi et al. 2024, guidance in a limited interval)."""
    scheduler: str = ""
    """By name, such as euler or dpm++2m-karras; empty for the model's own."""
    refine_from: float = Field(default=0.75, gt=0.0, le=1.0)
    """Share of the noise schedule after which the refiner takes over, where there is one."""
    cache: Literal["none", "deepcache", "tgate"] = "none"
    """Reuses deep features (Ma et al. 2024) or cross-attention (Zhang et al. 2024) between steps."""
    cache_every: int = Field(default=3, ge=1)
    """DeepCache: the whole network runs every so many steps. T-GATE: unused."""
    cache_from: float = Field(default=0.4, ge=0.0, le=1.0)
    """T-GATE: share of the steps after which cross-attention is reused. DeepCache: unused."""
    batch: int = Field(default=0, ge=0)
    """Pictures at once; 0 for as many as the card's memory allows, and one on a CPU, where bytes must not change."""


@dataclass(frozen=True)
class Drawing:
    """One picture that was drawn."""

    index: int
    """Of its order, in the order in which they came."""
    image: Pixels | None
    """None when the numbers were broken (NaN), also on a second try with the same noise in float32."""
    batch: int
    """How many were drawn at once."""
    strained: str = ""
    """What the machine could not do as asked: batch 8 halved to 4 (out of memory)."""


class Draws(Protocol):
    """Whoever draws: the studio, or a test's stand-in."""

    def draw(self, orders: Iterable[Order], sampling: Sampling) -> Iterator[Drawing]:
        """One drawing an order, in order, as soon as its batch is done.

        Raises:
            UsageError: for an order that the loaded model can't follow (a reference without an adapter, a size that
                is no multiple of 8).
            ModelError: when weights are missing, or one picture alone is too large for the machine.
        """
        ...


Look = Callable[[Pixels], NDArray[np.float32]]
"""A picture to its embedding, of length 1."""
