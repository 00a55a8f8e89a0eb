"""One batch from orders to pictures, with all that is loaded for it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dreamgen.engines.device import Machine, free_memory, machine, need, on, set_up, tidy
from dreamgen.engines.diffusion.adapters.distilled import schedule_of
from dreamgen.engines.diffusion.adapters.fitting import Fitted, fit_locks
from dreamgen.engines.diffusion.adapters.vision import ImageEncoder
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.compiling import attend, check_attention, compiled
from dreamgen.engines.diffusion.decoding import Decoded, decode, encode
from dreamgen.engines.diffusion.denoising import (
    Network,
    Stretch,
    denoise,
    generators_of,
    network_of,
    noise_of,
    stretches,
)
from dreamgen.engines.diffusion.loading import Loaded, load, quiet
from dreamgen.engines.diffusion.locks import Batch
from dreamgen.engines.diffusion.memory import decoded_at_once, largest_batch, out_of_memory
from dreamgen.engines.diffusion.orders import Order, Pixels, Sampling
from dreamgen.engines.diffusion.prompts import Reader
from dreamgen.errors import ModelError, UsageError

if TYPE_CHECKING:
    import torch

Find = Callable[[str], Path]
Painted = tuple[Pixels | None, str]
"""A picture, None where the numbers were broken, and what had to be done again for it."""
Painting = Callable[[], list[Painted]]
"""Pictures that were begun: a call waits for them."""


class Painter:
    """An SDXL model with its locks. Everything is loaded when it is first needed.

    Args:
        checkpoint: which weights, and where.
        find: a name of weights to the local file or folder.
    """

    def __init__(self, checkpoint: Checkpoint, find: Find) -> None:
        need()
        if checkpoint.refiner and checkpoint.distilled:
            raise UsageError(
                f"diffusion.refiner can't go on with what diffusion.distilled={checkpoint.distilled} has begun: the"
                " refiner was not distilled, and has no step at that noise",
                "--set diffusion.refiner= leaves it out, --set diffusion.distilled= takes the steps of the model.",
            )
        self.checkpoint = checkpoint
        self._find = find

    @cached_property
    def place(self) -> Machine:
        """Where it draws, and in which numbers."""
        place = machine(self.checkpoint.device, self.checkpoint.dtype)
        check_attention(self.checkpoint, place)
        return place

    @cached_property
    def loaded(self) -> Loaded:
        """The networks."""
        set_up(self.place, self.checkpoint.threads)
        with _room():
            loaded = load(self.checkpoint, self.place, self._find)
        for tokenizer in loaded.tokenizers:  # its first call changes settings, which two threads must not do at once
            tokenizer("", add_special_tokens=False, verbose=False)
        return loaded

    @cached_property
    def readers(self) -> tuple[Reader, ...]:
        """Of the model, and of its refiner."""
        steady = self.checkpoint.compile
        base = (Reader(self.loaded, self.loaded, steady),)
        return base if self.loaded.refiner is None else (*base, Reader(self.loaded.refiner, None, steady))

    @cached_property
    def locks(self) -> Fitted:
        """What holds pictures to something."""
        with quiet(), _room():
            return fit_locks(self.loaded, self.checkpoint, self.readers[0].region, self._find)

    @cached_property
    def networks(self) -> tuple[Network, ...]:
        """The model's, and its refiner's, as they are called."""
        unets = [self.loaded.unet] + ([self.loaded.refiner.unet] if self.loaded.refiner else [])
        _ = self.locks  # a compiled network does not see what is put on later
        return tuple(network_of(compiled(self.checkpoint, self.place, unet)) for unet in unets)

    @cached_property
    def decoder(self) -> Callable[..., Any]:
        """The VAE's."""
        return compiled(self.checkpoint, self.place, self.loaded.vae.decode)

    @property
    def eyes(self) -> ImageEncoder | None:
        """The image encoder, where one is named."""
        return self.locks.eyes

    def wake(self) -> None:
        """Loads what it draws with, unless it is there."""
        set_up(self.place, self.checkpoint.threads)
        _ = self.networks, self.decoder

    def dropped(self, sampling: Sampling) -> str:
        """Nothing: it does all that a sampling may say."""
        return ""

    def batch_size(self, sampling: Sampling) -> int:
        """Pictures at once: what is asked for, or what fits; one on a CPU."""
        if sampling.batch or not self.place.gpu:
            return sampling.batch or 1
        _ = self.locks
        loaded, memory = self.loaded, self.place.memory
        return largest_batch(
            free_memory(self.place),
            sampling,
            loaded.dtype.itemsize,
            bool(self.checkpoint.control),
            loaded.vae.dtype.itemsize,
            decoded_at_once(memory),
        )

    def paint(self, orders: Sequence[Order], sampling: Sampling, rows: int) -> list[Pixels | None]:
        """A picture an order; None where the numbers were broken. See `begin`."""
        return [image for image, _ in self.begin(orders, sampling, rows)()]

    @quiet()
    def begin(self, orders: Sequence[Order], sampling: Sampling, rows: int) -> Painting:
        """Starts on a picture an order; a GPU is still at it when this returns.

        Args:
            orders: all or none have a picture to begin from.
            sampling: with a distilled model's own put in.
            rows: to which a compiled network's short batch is filled up, so that its shapes never change.
        """
        set_up(self.place, self.checkpoint.threads)
        self._check(orders, sampling)
        loaded = self.loaded
        fill = max(rows - len(orders), 0) if self.checkpoint.compile else 0
        batch = Batch([*orders, *[orders[-1]] * fill], sampling, sampling.guidance > 1.0, loaded.device, loaded.dtype)
        generators = generators_of(batch.orders)
        with on(self.place):
            parts = self._parts(batch)
            latents = self._begun(batch, parts, generators)
            with attend(self.checkpoint):
                latents = denoise(batch, parts, latents, generators)
            decoded = decode(loaded.vae, latents, decoded_at_once(self.place.memory), self.decoder)
        return partial(self._finished, decoded, latents, len(orders))

    def _finished(self, decoded: Decoded, latents: torch.Tensor, count: int) -> list[Painted]:
        images = decoded.images()[:count]
        with on(self.place):
            return [
                (image, "") if image is not None else self._decoded_exactly(latents[number])
                for number, image in enumerate(images)
            ]

    def _parts(self, batch: Batch) -> list[Stretch]:
        strength = batch.orders[0].strength if batch.orders[0].start is not None else None
        special = schedule_of(self.checkpoint)
        return stretches(self.loaded, self.networks, self.readers, batch.sampling, special, list(self.locks), strength)

    def _begun(self, batch: Batch, parts: Sequence[Stretch], generators: Sequence[torch.Generator]) -> torch.Tensor:
        """Latents before the first step: noise alone, or noise over pictures to begin from."""
        starts = [order.start for order in batch.orders if order.start is not None]
        if not starts:
            return noise_of(batch, generators) * parts[0].timetable.noisiest
        latents = encode(self.loaded.vae, starts, generators, batch.device)
        if not parts:  # nothing of them shall be drawn anew
            return latents
        return parts[0].timetable.noised(latents, noise_of(batch, generators), parts[0].first)

    def _decoded_exactly(self, latents: torch.Tensor) -> Painted:
        """One picture by the VAE in float32; None when that can't help."""
        import torch

        vae = self.loaded.vae
        if vae.dtype == torch.float32 or not bool(torch.isfinite(latents).all()):
            return None, ""
        try:
            image = decode(copy.deepcopy(vae).float(), latents[None]).images()[0]
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
            image = None
        if image is None:
            tidy(self.place)
        return image, "decoded again in float32 (not a number)" if image is not None else ""

    def _check(self, orders: Sequence[Order], sampling: Sampling) -> None:
        for order in orders:
            self.locks.check(order)
            if not 0.0 <= order.strength <= 1.0:
                raise UsageError(f"a share of {order.strength} of a picture can't be drawn anew", "Take 0 to 1.")
            if order.start is not None and order.start.shape[:2] != sampling.size[::-1]:
                height, width = order.start.shape[:2]
                raise UsageError(
                    f"a picture to begin from has {width}x{height} pixels, and the new one"
                    f" {sampling.size[0]}x{sampling.size[1]}"
                )


@contextmanager
def _room() -> Iterator[None]:
    """Says so when the weights alone are too large."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        raise ModelError(
            "the weights alone are too large for the memory of this machine",
            "--set diffusion.dtype=float16, or leave out the refiner: --set diffusion.refiner=",
        ) from None
