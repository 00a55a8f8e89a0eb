from __future__ import annotations

import pytest

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.cost import Work, work_of
from dreamgen.engines.diffusion.loading import quiet
from dreamgen.engines.diffusion.orders import Sampling
from dreamgen.engines.diffusion.schedules import SCHEDULERS, Timetable

SDXL = Checkpoint(model="sdxl")


def work(sampling: Sampling, checkpoint: Checkpoint = SDXL, controlled: bool = False) -> Work:
    found = work_of(checkpoint, sampling, controlled)
    assert found is not None
    return found


def test_guidance_doubles_the_calls() -> None:
    assert work(Sampling(steps=30, guidance=5.0)).calls == 60
    assert work(Sampling(steps=30, guidance=1.0)).calls == 30
    assert work(Sampling(steps=30, guidance=5.0, guidance_stop=0.5)).calls == 45


@pytest.mark.parametrize("scheduler", sorted(SCHEDULERS))
def test_schedulers_whose_steps_take_two_calls_are_known(scheduler: str) -> None:
    pytest.importorskip("torch")
    diffusers = pytest.importorskip("diffusers")
    own = diffusers.EulerDiscreteScheduler(timestep_spacing="leading", steps_offset=1)
    with quiet():
        table = Timetable(own, scheduler, 30)
    sampling = Sampling(steps=30, scheduler=scheduler, guidance=1.0)
    assert work(sampling).calls == len(table.timesteps)
    guided = sampling.model_copy(update={"guidance": 5.0, "guidance_stop": 0.5})
    assert work(guided).calls == len(table.timesteps) + round(len(table.timesteps) / 2)


def test_a_refiner_begins_with_a_whole_step() -> None:
    both = SDXL.model_copy(update={"refiner": "refiner"})
    sampling = Sampling(steps=30, scheduler="heun", guidance=1.0, refine_from=0.75)
    # 43 calls of the model and 17 of the refiner
    assert work(sampling, both).calls == 60
    assert work(sampling.model_copy(update={"guidance": 5.0}), both).calls == 120
    assert work(sampling.model_copy(update={"refine_from": 1.0}), both).calls == 59


def test_a_distilled_model_costs_little_more_than_its_decoding() -> None:
    few, many = work(Sampling(steps=4, guidance=1.0)), work(Sampling(steps=30, guidance=5.0))
    assert few.calls == 4
    assert many.tflop > 10 * few.tflop


def test_a_refiner_takes_over_the_last_steps_and_not_more_of_them() -> None:
    both = SDXL.model_copy(update={"refiner": "refiner"})
    sampling = Sampling(steps=40, guidance=5.0, refine_from=0.75)
    assert work(sampling, both).calls == work(sampling).calls == 80
    # the refiner is the larger network
    assert work(sampling, both).tflop > work(sampling).tflop
    assert work(sampling.model_copy(update={"refine_from": 1.0}), both) == work(sampling)


def test_the_layout_lock_costs_less_than_half_a_network() -> None:
    sampling = Sampling(steps=30, guidance=5.0)
    assert 1.3 < work(sampling, controlled=True).tflop / work(sampling).tflop < 1.5


def test_larger_pictures_cost_more_than_their_pixels() -> None:
    small, large = (work(Sampling(size=(side, side), steps=30)).tflop for side in (512, 1024))
    assert large > 4 * small


def test_of_other_networks_nobody_knows() -> None:
    assert work_of(Checkpoint(family="other"), Sampling()) is None


@pytest.mark.slow
def test_the_curves_are_what_torch_counts() -> None:
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    from dreamgen.engines.diffusion.blank import blank_unet
    from dreamgen.engines.diffusion.cost import UNET

    torch.set_num_threads(1)
    with torch.device("meta"), FlopCounterMode(display=False) as counter, torch.no_grad():
        unet = blank_unet("full")
        pooled = {"text_embeds": torch.zeros(1, 1280), "time_ids": torch.zeros(1, 6)}
        latents, words = torch.zeros(1, 4, 64, 64), torch.zeros(1, 77, 2048)
        unet(latents, torch.tensor(1.0), words, added_cond_kwargs=pooled)
    assert UNET.at((512, 512)) == pytest.approx(counter.get_total_flops() / 1e12, rel=1e-4)
