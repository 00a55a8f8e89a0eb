from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from dreamgen.engines.diffusion.adapters.distilled import Schedule
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.loading import quiet
from dreamgen.engines.diffusion.orders import Order, Pixels, Sampling
from dreamgen.engines.diffusion.schedules import SCHEDULERS, Timetable
from dreamgen.engines.diffusion.studio import Studio, open_studio
from dreamgen.errors import UsageError

SIZE = (64, 64)
DOG, FOREST = Order("a red dog", seed=3), Order("a forest at night", seed=4, negative="blue")


@pytest.fixture(scope="module")
def studio(weights: Path) -> Studio:
    return open_studio(Checkpoint(model=str(weights / "sdxl")))


@pytest.fixture(scope="module")
def pipe(weights: Path) -> Any:
    import diffusers

    with quiet():
        pipe = diffusers.StableDiffusionXLPipeline.from_pretrained(weights / "sdxl", add_watermarker=False)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def draw(studio: Studio, *orders: Order, name: str, batch: int = 1) -> list[Pixels]:
    sampling = Sampling(size=SIZE, steps=4, scheduler=name, batch=batch)
    images = [drawing.image for drawing in studio.draw(orders, sampling)]
    return [image for image in images if image is not None]


@pytest.mark.parametrize("name", SCHEDULERS)
def test_every_scheduler_draws_what_diffusers_draws(studio: Studio, pipe: Any, name: str) -> None:
    import diffusers
    import torch

    (image,) = draw(studio, FOREST, name=name)
    kind, options = SCHEDULERS[name]
    with quiet():
        pipe.scheduler = getattr(diffusers, kind).from_config(studio.loaded.scheduler.config, **options)
        same = pipe(
            FOREST.prompt,
            negative_prompt=FOREST.negative,
            generator=torch.Generator().manual_seed(FOREST.seed),
            width=SIZE[0],
            height=SIZE[1],
            num_inference_steps=4,
            guidance_scale=5.0,
            output_type="np",
        ).images[0]
    assert np.abs((same * 255).round()[..., ::-1] - image).max() <= 1


@pytest.mark.parametrize("name", ["euler-a", "dpm2-a", "dpm++2m-sde", "ddpm", "lcm", "tcd"])
def test_fresh_noise_is_each_picture_s_own(studio: Studio, name: str) -> None:
    alone = [*draw(studio, DOG, name=name), *draw(studio, FOREST, name=name)]
    together = draw(studio, DOG, FOREST, name=name, batch=2)
    for one, other in zip(alone, together, strict=True):
        assert np.abs(one.astype(int) - other).max() <= 1


def test_an_unknown_scheduler_lists_the_choices(studio: Studio) -> None:
    with pytest.raises(UsageError) as caught:
        draw(studio, DOG, name="eular")
    assert "Did you mean 'euler'?" in caught.value.hint
    assert "dpm++2m-karras" in caught.value.hint


def test_a_distilled_model_has_its_own_timesteps(studio: Studio) -> None:
    with quiet():
        special = Schedule(scheduler="LCMScheduler", timesteps=(999, 749, 499, 249))
        table = Timetable(studio.loaded.scheduler, "", 30, special)
    assert table.timesteps.tolist() == [999, 749, 499, 249]


@pytest.mark.parametrize("name", ["euler", "heun", "dpm++2m", "ddim"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.75])
def test_two_networks_share_all_steps(studio: Studio, name: str, share: float) -> None:
    with quiet():
        table = Timetable(studio.loaded.scheduler, name, 20)
    calls = len(table.timesteps)
    assert table.before(share) + (calls - table.after(share)) in (calls, calls + 1)
    assert 0 < table.before(share) < calls


def test_a_second_order_scheduler_is_refined_as_diffusers_does(studio: Studio, weights: Path) -> None:
    checkpoint = Checkpoint(model=str(weights / "sdxl"), refiner=str(weights / "refiner"))
    sampling = Sampling(size=SIZE, steps=5, scheduler="heun", refine_from=0.6)
    (drawing,) = open_studio(checkpoint).draw([DOG], sampling)
    assert drawing.image is not None


def test_a_whole_part_of_the_noise_is_gone_through_from_a_picture(studio: Studio) -> None:
    with quiet():
        euler = Timetable(studio.loaded.scheduler, "euler", 10)
        heun = Timetable(studio.loaded.scheduler, "heun", 10)
    assert [euler.late(10, strength) for strength in (0.0, 0.01, 0.35, 1.0)] == [10, 9, 7, 0]
    assert heun.late(10, 0.3) == 14
