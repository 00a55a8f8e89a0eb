"""Puts all locks on a loaded model, once: before a network is compiled, since what comes later it would not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dreamgen.engines.diffusion.adapters.attention import Wiring
from dreamgen.engines.diffusion.adapters.bank import LoraBank
from dreamgen.engines.diffusion.adapters.controls import ControlLock, load_control
from dreamgen.engines.diffusion.adapters.distilled import lora_of
from dreamgen.engines.diffusion.adapters.identity import FIELDS, ReferenceLock
from dreamgen.engines.diffusion.adapters.ip_adapter import IpAdapter, load_ip_adapter
from dreamgen.engines.diffusion.adapters.regions import Encode, RegionLock
from dreamgen.engines.diffusion.adapters.stepcache import StepCache
from dreamgen.engines.diffusion.adapters.vision import ImageEncoder
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.locks import Lock
from dreamgen.errors import UsageError

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.orders import Order

Find = Callable[[str], Path]
"""A name of weights, as a checkpoint gives it, to the local file or folder."""


class Fittable(Protocol):
    """A loaded model."""

    @property
    def unet(self) -> Any:
        """The base network; the refiner wears no locks, since no adapter was trained for it."""
        ...

    @property
    def device(self) -> torch.device:
        """Where it is."""
        ...

    @property
    def dtype(self) -> torch.dtype:
        """Of its numbers."""
        ...


@dataclass(frozen=True)
class Fitted:
    """The locks of one model, in the order in which they dress."""

    loras: LoraBank
    regions: RegionLock
    references: ReferenceLock
    cache: StepCache
    control: ControlLock | None
    eyes: ImageEncoder | None
    """The image encoder of the adapters."""

    def __iter__(self) -> Iterator[Lock]:
        locks: tuple[Lock | None, ...] = (self.loras, self.regions, self.references, self.cache, self.control)
        return (lock for lock in locks if lock is not None)

    def check(self, order: Order) -> None:
        """Refuses an order that asks for a lock which was not loaded.

        Raises:
            UsageError: with the option that loads it.
        """
        self.references.check(order)
        if order.control is not None and order.control_scale and self.control is None:
            raise UsageError(
                "a picture has a layout to follow, and no control network is loaded",
                "Give one: --set diffusion.control=owner/model",
            )


def fit_locks(loaded: Fittable, checkpoint: Checkpoint, encode: Encode, find: Find) -> Fitted:
    """Loads what the checkpoint names and puts it on; a few-step LoRA is added to the weights for good.

    Raises:
        ModelError: for weights that are missing or of another model.
        UsageError: for an adapter without its image encoder.
    """
    exact = loaded.dtype.itemsize >= 4
    loras = LoraBank(loaded.unet, fuse=exact and not checkpoint.compile, always=checkpoint.compile)
    few_steps = lora_of(checkpoint)
    if few_steps:
        loras.fuse_for_good(find(few_steps))
    wiring = Wiring(loaded.unet, always=checkpoint.compile)
    references = ReferenceLock(wiring)
    eyes = _eyes(loaded, checkpoint, find)
    adapters: dict[Path, IpAdapter] = {}
    for kind, field in FIELDS.items():
        name = getattr(checkpoint, field)
        if name and eyes is not None:
            file = find(name)
            # one file for both kinds is held once
            adapters[file] = adapters.get(file) or load_ip_adapter(file, loaded.unet)
            references.add(kind, adapters[file], eyes)
    control = load_control(find(checkpoint.control), loaded.unet) if checkpoint.control else None
    return Fitted(loras, RegionLock(wiring, encode), references, StepCache(loaded.unet, wiring), control, eyes)


def _eyes(loaded: Fittable, checkpoint: Checkpoint, find: Find) -> ImageEncoder | None:
    """The image encoder, when an adapter is asked for or it is itself."""
    if checkpoint.image_encoder:
        return ImageEncoder(find(checkpoint.image_encoder), loaded.device, loaded.dtype)
    if checkpoint.identity or checkpoint.style_adapter:
        raise UsageError(
            "an IP-Adapter is given, and not the image encoder that it was trained with",
            "For those named vit-h: --set diffusion.image_encoder=h94/IP-Adapter/models/image_encoder",
        )
    return None
