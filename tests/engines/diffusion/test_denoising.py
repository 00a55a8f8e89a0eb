from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

import torch

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.denoising import Stretch, denoise, generators_of, network_of, noise_of, stretches
from dreamgen.engines.diffusion.loading import Loaded, quiet
from dreamgen.engines.diffusion.locks import Batch, Lock
from dreamgen.engines.diffusion.orders import Order, Sampling
from dreamgen.engines.diffusion.prompts import Reader
from dreamgen.engines.diffusion.studio import open_studio

LONG = " ".join(["a dog in the day, red photo of the night,"] * 12)
ORDERS = [
    Order("a red dog", seed=1, negative="blue"),
    Order(LONG, seed=2),
    Order("a night", seed=3, negative=LONG),
    Order("a photo of a dog", seed=4),
]
SMALL = Sampling(size=(64, 64), steps=4)


@pytest.fixture(scope="module")
def loaded(weights: Path) -> Loaded:
    return open_studio(Checkpoint(model=str(weights / "sdxl"))).loaded


class Noting:
    """A lock that notes when it is asked what, and hands one thing to the network."""

    def __init__(self, notes: list[str], name: str, breaks: str = "") -> None:
        self.notes, self.name, self.breaks = notes, name, breaks

    def _note(self, what: str) -> None:
        self.notes.append(f"{self.name} {what}")
        if what.startswith(self.breaks or "never"):
            raise ValueError(what)

    def dress(self, batch: Batch) -> None:
        self._note(f"dress {len(batch.orders)} of {batch.rows}")

    def before_step(
        self, latents: torch.Tensor, step: int, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any]
    ) -> dict[str, Any]:
        assert len(latents) == len(words) == len(pooled["text_embeds"]) == len(pooled["time_ids"])
        assert pooled["time_ids"][0].tolist() == [64, 64, 0, 0, 64, 64]
        self._note(f"step {step} of {len(latents)}")
        return {self.name: step}

    def undress(self) -> None:
        self._note("undress")


def run(
    loaded: Loaded,
    orders: Sequence[Order],
    sampling: Sampling = SMALL,
    locks: Sequence[Lock] = (),
    network: Any = None,
) -> torch.Tensor:
    batch = Batch(orders, sampling, sampling.guidance > 1, loaded.device, loaded.dtype)
    call = network or network_of(loaded.unet)
    generators = generators_of(orders)
    with quiet():
        parts = stretches(loaded, [call], [Reader(loaded, loaded)], sampling, None, locks, None)
        return denoise(batch, parts, noise_of(batch, generators) * parts[0].timetable.noisiest, generators)


@pytest.mark.parametrize("scheduler", ["", "euler-a", "heun", "dpm++2m"])
def test_a_row_is_the_same_at_any_place_of_any_batch(loaded: Loaded, scheduler: str) -> None:
    sampling = SMALL.model_copy(update={"scheduler": scheduler, "guidance_stop": 0.75})
    alone = torch.cat([run(loaded, [order], sampling) for order in ORDERS])
    torch.testing.assert_close(run(loaded, ORDERS, sampling), alone, atol=1e-5, rtol=1e-5)
    turned = run(loaded, ORDERS[::-1], sampling).flip(0)
    torch.testing.assert_close(turned, alone, atol=1e-5, rtol=1e-5)


def test_the_same_order_twice_is_the_same_picture_twice(loaded: Loaded) -> None:
    first, second = run(loaded, [ORDERS[0], ORDERS[0]])
    torch.testing.assert_close(first, second)


def test_noise_is_the_seed_s_alone(loaded: Loaded) -> None:
    batch = Batch(ORDERS[:2], SMALL, True, loaded.device, loaded.dtype)
    noise = noise_of(batch, generators_of(ORDERS[:2]))
    torch.rand(3)
    again = noise_of(replace(batch, orders=ORDERS[1:2]), generators_of(ORDERS[1:2]))
    assert torch.equal(noise[1:], again)


def test_locks_are_told_of_every_batch_and_step(loaded: Loaded) -> None:
    notes: list[str] = []
    plain = network_of(loaded.unet)

    def network(*given: Any, **extra: Any) -> torch.Tensor:
        notes.append(f"network {sorted(extra)}")
        return plain(*given)

    locks = [Noting(notes, "a"), Noting(notes, "b")]
    run(loaded, ORDERS[:2], SMALL.model_copy(update={"steps": 2, "guidance_stop": 0.5}), locks, network)
    assert notes == [
        "a dress 2 of 4", "b dress 2 of 4",
        "a step 0 of 4", "b step 0 of 4", "network ['a', 'b']",
        "a step 1 of 2", "b step 1 of 2", "network ['a', 'b']",
        "b undress", "a undress",
    ]  # fmt: skip


@pytest.mark.parametrize("breaks", ["dress", "step 1"])
def test_locks_are_taken_off_whatever_happens(loaded: Loaded, breaks: str) -> None:
    notes: list[str] = []
    locks = [Noting(notes, "a"), Noting(notes, "b", breaks)]
    with pytest.raises(ValueError, match=breaks):
        run(loaded, ORDERS[:1], SMALL, locks, lambda latents, *given, **extra: latents)
    assert notes[-2:] == ["b undress", "a undress"]


def test_the_refiner_s_steps_are_its_own(weights: Path) -> None:
    refined = open_studio(Checkpoint(model=str(weights / "sdxl"), refiner=str(weights / "refiner"))).loaded
    notes: list[str] = []
    locks = [Noting(notes, "a")]
    sampling = SMALL.model_copy(update={"steps": 8, "refine_from": 0.75})

    def parts(strength: float | None) -> list[Stretch]:
        assert refined.refiner is not None
        networks = [network_of(refined.unet), network_of(refined.refiner.unet)]
        readers = [Reader(refined, refined), Reader(refined.refiner, None)]
        with quiet():
            return stretches(refined, networks, readers, sampling, None, locks, strength)

    base, end = parts(None)
    assert (base.first, base.stop, end.first, end.stop) == (0, 6, 6, 8)
    assert base.locks and not end.locks
    # of the negative and of the picture: how pretty it shall be
    assert end.sizes == ((64, 64, 0, 0, 2.5), (64, 64, 0, 0, 6.0))
    # from a picture, the refiner may have all steps that are left
    (only,) = parts(0.125)
    assert (only.first, only.stop, only.locks) == (7, 8, ())
