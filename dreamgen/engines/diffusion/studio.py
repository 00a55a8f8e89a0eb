"""Whoever wants pictures of a diffusion model asks a studio: orders in, drawings out, in order."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import fingerprint
from dreamgen.engines.device import Machine, machine, set_up
from dreamgen.engines.diffusion import weights
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.decoding import decode, encode
from dreamgen.engines.diffusion.denoising import denoise, generators_of, noise_of, stretches
from dreamgen.engines.diffusion.distilled import sampling_for, schedule_of
from dreamgen.engines.diffusion.fitting import Fitted, fit_locks
from dreamgen.engines.diffusion.loading import Loaded, load, quiet
from dreamgen.engines.diffusion.locks import Batch
from dreamgen.engines.diffusion.orders import Drawing, Order, Pixels, Sampling
from dreamgen.engines.diffusion.prompts import Reader
from dreamgen.engines.diffusion.schedules import Timetable, check_scheduler
from dreamgen.engines.diffusion.signature import signature
from dreamgen.errors import UsageError

if TYPE_CHECKING:
    import torch

_OPEN: OrderedDict[str, Studio] = OrderedDict()
_AT_ONCE = 2
"""Studios that a process keeps open: one to learn a style with and one to draw with."""


def open_studio(checkpoint: Checkpoint) -> Studio:
    """The studio for a checkpoint; equal ones share one in a process. Nothing is loaded yet."""
    key = fingerprint([checkpoint, signature(checkpoint)])
    studio = _OPEN.pop(key, None) or Studio(checkpoint)
    _OPEN[key] = studio
    while len(_OPEN) > _AT_ONCE:
        _OPEN.popitem(last=False)
    return studio


class Studio:
    """Draws orders in batches. It loads on the first picture.

    Args:
        checkpoint: what to draw with.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint

    def draw(self, orders: Iterable[Order], sampling: Sampling) -> Iterator[Drawing]:
        """One drawing an order, in order, as soon as its batch is done; see `Draws`."""
        check_scheduler(sampling.scheduler)
        _check_size(sampling.size)
        sampling = self.sampling_for(sampling)
        first = 0
        for batch in _batches(orders, sampling.batch or 1):
            for number, image in enumerate(self._drawn(batch, sampling)):
                yield Drawing(first + number, image, len(batch))
            first += len(batch)

    def look(self, image: Pixels) -> NDArray[np.float32]:
        """A picture's embedding by the identity adapter's image encoder, of length 1.

        Raises:
            UsageError: when the checkpoint has no image encoder.
        """
        eyes = self.locks.eyes
        if eyes is None:
            raise UsageError(
                "no image encoder is loaded that could compare pictures",
                "--set diffusion.image_encoder=h94/IP-Adapter/models/image_encoder",
            )
        return eyes.look(image)

    def sampling_for(self, sampling: Sampling) -> Sampling:
        """What can be had: a distilled model has steps, guidance and scheduler of its own."""
        return sampling_for(self.checkpoint, sampling)

    @cached_property
    def place(self) -> Machine:
        """Where it draws, and in which numbers."""
        return machine(self.checkpoint.device, self.checkpoint.dtype)

    @cached_property
    def loaded(self) -> Loaded:
        """The networks."""
        set_up(self.place, self.checkpoint.threads)
        return load(self.checkpoint, self.place, self._find)

    @cached_property
    def readers(self) -> tuple[Reader, ...]:
        """Of the model, and of its refiner."""
        base = (Reader(self.loaded, self.loaded),)
        return base if self.loaded.refiner is None else (*base, Reader(self.loaded.refiner, None))

    @cached_property
    def locks(self) -> Fitted:
        """What holds pictures to something."""
        with quiet():
            return fit_locks(self.loaded, self.checkpoint, self.readers[0].region, self._find)

    def _find(self, name: str) -> Path:
        return weights.find(name, self.checkpoint.variant, self.checkpoint.offline)

    def _drawn(self, orders: Sequence[Order], sampling: Sampling) -> list[Pixels | None]:
        set_up(self.place, self.checkpoint.threads)
        loaded, locks = self.loaded, self.locks
        for order in orders:
            locks.check(order)
        batch = Batch(orders, sampling, sampling.guidance > 1.0, loaded.device, loaded.dtype)
        strength = orders[0].strength if orders[0].start is not None else None
        parts = stretches(loaded, self.readers, sampling, schedule_of(self.checkpoint), list(locks), strength)
        generators = generators_of(orders)
        latents = self._begun(batch, parts[0].timetable, parts[0].first, generators)
        latents = denoise(batch, parts, latents, generators)
        return decode(loaded.vae, latents).images()

    def _begun(self, batch: Batch, table: Timetable, first: int, generators: Sequence[torch.Generator]) -> torch.Tensor:
        """Latents before the first step: noise alone, or noise over pictures to begin from."""
        starts = [order.start for order in batch.orders if order.start is not None]
        if not starts:
            return noise_of(batch, generators) * table.scheduler.init_noise_sigma
        latents = encode(self.loaded.vae, starts, generators, batch.device)
        noise = noise_of(batch, generators)
        at = table.timesteps[first : first + 1].repeat(len(latents))
        begun: torch.Tensor = table.scheduler.add_noise(latents, noise, at)
        return begun


def _batches(orders: Iterable[Order], size: int) -> Iterator[list[Order]]:
    """Orders of one kind that follow each other, some at a time."""
    waiting: list[Order] = []
    for order in orders:
        if waiting and (len(waiting) == size or _kind(order) != _kind(waiting[0])):
            yield waiting
            waiting = []
        waiting.append(order)
    if waiting:
        yield waiting


def _kind(order: Order) -> float | None:
    """Pictures that begin from noise, or from a picture of which equally much is kept."""
    return order.strength if order.start is not None else None


def _check_size(size: tuple[int, int]) -> None:
    if min(size) < 64 or any(side % 8 for side in size):
        raise UsageError(f"a picture can't be {size[0]}x{size[1]}", "Take sides of at least 64, in multiples of 8.")
