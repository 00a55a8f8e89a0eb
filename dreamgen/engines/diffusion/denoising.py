"""The loop: noise to latents, step by step. Equal to diffusers' SDXL pipelines where those can do the job.

It calls `network(latents, timestep, words, pooled, **extra)` and knows adapters only as locks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dreamgen.engines.device import sent
from dreamgen.engines.diffusion.locks import Batch, Lock
from dreamgen.engines.diffusion.prompts import Reader
from dreamgen.engines.diffusion.schedules import Timetable

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.adapters.distilled import Schedule
    from dreamgen.engines.diffusion.loading import Loaded
    from dreamgen.engines.diffusion.orders import Order, Sampling

Network = Callable[..., "torch.Tensor"]
"""(latents, timestep, words, pooled, **extra) to the predicted noise, of the latents' shape."""

_GOOD, _BAD = 6.0, 2.5
"""How pretty the refiner is told that the picture and its negative are, as in diffusers."""


@dataclass(frozen=True)
class Stretch:
    """Some steps in a row that one network makes."""

    network: Network
    """Removes noise."""
    reader: Reader
    """Encodes its prompts."""
    sizes: tuple[tuple[float, ...], tuple[float, ...]]
    """What it is told of the picture's size, for negatives and for positives."""
    timetable: Timetable
    """Its scheduler."""
    first: int
    """Its first call."""
    stop: int
    """One past its last call."""
    locks: Sequence[Lock]
    """Those that it wears."""


def network_of(unet: Any) -> Network:
    """A U-Net of diffusers as the loop calls it."""

    def call(
        latents: torch.Tensor, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any], **extra: Any
    ) -> torch.Tensor:
        noise: torch.Tensor = unet(
            latents, timestep, encoder_hidden_states=words, added_cond_kwargs=pooled, return_dict=False, **extra
        )[0]
        return noise

    return call


def stretches(
    loaded: Loaded,
    networks: Sequence[Network],
    readers: Sequence[Reader],
    sampling: Sampling,
    special: Schedule | None,
    locks: Sequence[Lock],
    strength: float | None,
) -> list[Stretch]:
    """Who makes which steps.

    Args:
        loaded: the model, with its refiner if there is one.
        networks: the model's, and its refiner's.
        readers: likewise.
        sampling: steps and scheduler.
        special: the schedule of a distilled model.
        locks: worn by the model; the refiner wears none, since no adapter was trained for it.
        strength: how much of a picture to begin from is drawn anew; None when there is none.
    """
    width, height = sampling.size
    size = (float(height), float(width), 0.0, 0.0)
    full = (*size, float(height), float(width))
    table = Timetable(loaded.scheduler, sampling.scheduler, sampling.steps, special)
    first = 0 if strength is None else table.late(sampling.steps, strength)
    refiner = loaded.refiner
    share = sampling.refine_from if refiner is not None else 1.0
    base = Stretch(networks[0], readers[0], (full, full), table, first, table.before(share), locks)
    if refiner is None or share >= 1.0:
        return [base] if base.first < base.stop else []
    late = Timetable(refiner.scheduler, sampling.scheduler, sampling.steps)
    begin = max(late.after(share), first)
    sizes = ((*size, _BAD), (*size, _GOOD))
    end = Stretch(networks[1], readers[1], sizes, late, begin, len(late.timesteps), ())
    return [stretch for stretch in (base, end) if stretch.first < stretch.stop]


def generators_of(orders: Sequence[Order]) -> list[torch.Generator]:
    """One for every picture, on the CPU: its noise is the same wherever it is drawn."""
    import torch

    return [torch.Generator().manual_seed(order.seed) for order in orders]


def noise_of(batch: Batch, generators: Sequence[torch.Generator]) -> torch.Tensor:
    """(pictures, 4, h, w), float32, on the device."""
    import torch

    width, height = batch.latent_size
    rows = [torch.randn(1, 4, height, width, generator=generator) for generator in generators]
    return sent(torch.cat(rows), batch.device)


def denoise(
    batch: Batch, parts: Sequence[Stretch], latents: torch.Tensor, generators: Sequence[torch.Generator]
) -> torch.Tensor:
    """Removes the noise.

    Args:
        batch: the pictures.
        parts: the steps; see `stretches`.
        latents: (pictures, 4, h, w), float32: as noisy as the first step expects.
        generators: one a picture, for schedulers that add noise again.

    Returns:
        Latents of the finished pictures, float32.
    """
    import torch

    batch = replace(batch, calls=sum(part.stop - part.first for part in parts))
    with torch.no_grad():
        for part in parts:
            dressed: list[Lock] = []
            try:
                for lock in part.locks:
                    dressed.append(lock)
                    lock.dress(batch)
                latents = _run(batch, part, latents, generators)
            finally:
                for lock in reversed(dressed):
                    lock.undress()
    return latents


def _run(batch: Batch, part: Stretch, latents: torch.Tensor, generators: Sequence[torch.Generator]) -> torch.Tensor:
    import torch

    table, guidance = part.timetable, batch.sampling.guidance
    words, pooled = _conditions(batch, part)
    table.begin(part.first)
    timesteps = table.timesteps
    on_device = sent(timesteps, batch.device)
    guided_calls = round(len(timesteps) * batch.sampling.guidance_stop) if batch.guided else 0
    pictures = len(batch.orders)
    for step, call in enumerate(range(part.first, part.stop)):
        guided = call < guided_calls
        if batch.guided and not guided and len(words) > pictures:
            words, pooled = words[pictures:], {name: value[pictures:] for name, value in pooled.items()}
        seen = table.scheduler.scale_model_input(torch.cat([latents, latents]) if guided else latents, timesteps[call])
        seen = seen.to(batch.dtype)
        extra: dict[str, Any] = {}
        for lock in part.locks:
            extra |= lock.before_step(seen, step, on_device[call], words, pooled)
        noise = part.network(seen, on_device[call], words, pooled, **extra).float()
        if guided:
            without, with_words = noise.chunk(2)
            noise = without + guidance * (with_words - without)
        latents = table.step(noise, timesteps[call], latents, generators)
    return latents


def _conditions(batch: Batch, part: Stretch) -> tuple[torch.Tensor, dict[str, Any]]:
    """Encoded prompts and the network's `added_cond_kwargs`, for all rows."""
    import torch

    orders = batch.orders
    said = [part.reader.read(order.prompt, order) for order in orders]
    sizes = [part.sizes[1]] * len(orders)
    if batch.guided:
        said = [part.reader.read(order.negative, order, negative=True) for order in orders] + said
        sizes = [part.sizes[0]] * len(orders) + sizes
    words, summaries = part.reader.together(said)
    time_ids = sent(torch.tensor(sizes, dtype=batch.dtype), batch.device)
    return words.to(batch.dtype), {"text_embeds": summaries.to(batch.dtype), "time_ids": time_ids}
