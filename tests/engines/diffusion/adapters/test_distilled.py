from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from dreamgen.engines.diffusion.adapters.distilled import TABLE, lora_of, sampling_for, schedule_of
from dreamgen.engines.diffusion.blank import write_lora
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import Order, Sampling
from dreamgen.engines.diffusion.schedules import Timetable
from dreamgen.engines.diffusion.studio import Studio
from dreamgen.errors import UsageError


def test_an_undistilled_model_is_sampled_as_asked() -> None:
    asked = Sampling(steps=30, guidance=7.0, scheduler="euler", cache="deepcache")
    assert sampling_for(Checkpoint(), asked) is asked
    assert schedule_of(Checkpoint()) is None and lora_of(Checkpoint()) == ""


@pytest.mark.parametrize(
    ("way", "steps", "scheduler"),
    [
        ("lcm", 4, "LCMScheduler"),
        ("lightning", 4, "EulerDiscreteScheduler"),
        ("hyper", 8, "DDIMScheduler"),
        ("dmd2", 4, "LCMScheduler"),
    ],
)
def test_each_way_has_its_steps_and_scheduler_and_no_guidance(way: str, steps: int, scheduler: str) -> None:
    checkpoint = Checkpoint.model_validate({"distilled": way})
    given = sampling_for(checkpoint, Sampling())
    schedule = schedule_of(checkpoint)
    assert given.steps == steps and given.cache == "none" and given.scheduler == ""
    assert given.guidance == 1.0
    assert schedule is not None and schedule.scheduler == scheduler
    assert lora_of(checkpoint) == TABLE[way].lora


@pytest.mark.filterwarnings("ignore:__array__ implementation")
@pytest.mark.parametrize("way", ["lightning", "dmd2"])
def test_timesteps_are_those_of_the_model_cards(way: str) -> None:
    schedule = schedule_of(Checkpoint.model_validate({"distilled": way}))
    assert schedule is not None
    base = {"num_train_timesteps": 1000, "steps_offset": 1, "timestep_spacing": "leading"}
    scheduler = diffusers(schedule.scheduler).from_config(base, **dict(schedule.options))
    if schedule.timesteps:
        scheduler.set_timesteps(timesteps=list(schedule.timesteps))
    else:
        scheduler.set_timesteps(4)
    assert [round(float(timestep)) for timestep in scheduler.timesteps] == [999, 749, 499, 249]


@pytest.mark.filterwarnings("ignore:__array__ implementation")
def test_hypers_scheduler_is_the_same_from_a_configuration_of_another_one() -> None:
    import diffusers as library

    bare = library.DPMSolverMultistepScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
    scheduler = Timetable(bare, "", 8, schedule_of(Checkpoint(distilled="hyper"))).scheduler
    large = torch.full((1, 4, 8, 8), 5.0)
    found = scheduler.step(torch.zeros_like(large), scheduler.timesteps[-1], large).pred_original_sample
    assert found.min() > 5.0, "what the picture seems to be is not cut to -1..1"
    assert scheduler.final_alpha_cumprod == scheduler.alphas_cumprod[0]


def test_a_lora_named_for_another_number_of_steps_gets_that_number() -> None:
    eight = Checkpoint(
        distilled="lightning", distilled_lora="ByteDance/SDXL-Lightning/sdxl_lightning_8step_lora.safetensors"
    )
    assert sampling_for(eight, Sampling()).steps == 8
    two = Checkpoint(distilled="hyper", distilled_lora="/weights/Hyper-SDXL-2steps-lora.safetensors")
    assert sampling_for(two, Sampling(steps=30)).steps == 2


def test_lcm_serves_any_number_between_two_and_eight() -> None:
    lcm = Checkpoint(distilled="lcm")
    assert [sampling_for(lcm, Sampling(steps=steps)).steps for steps in (1, 2, 6, 8, 9)] == [4, 2, 6, 8, 4]


def test_lcm_stands_a_little_guidance() -> None:
    lcm = Checkpoint(distilled="lcm")
    assert [sampling_for(lcm, Sampling(guidance=asked)).guidance for asked in (0.0, 1.5, 2.0, 5.0)] == [1, 1.5, 2, 1]


def test_hypers_unified_lora_adds_fresh_noise_and_its_cfg_lora_keeps_guidance() -> None:
    unified = Checkpoint(distilled="hyper", distilled_lora="ByteDance/Hyper-SD/Hyper-SDXL-1step-lora.safetensors")
    schedule = schedule_of(unified)
    assert schedule is not None and (schedule.scheduler, schedule.eta) == ("TCDScheduler", 1.0)
    assert sampling_for(unified, Sampling(steps=6)).steps == 6

    guided = Checkpoint(distilled="hyper", distilled_lora="ByteDance/Hyper-SD/Hyper-SDXL-12steps-CFG-lora.safetensors")
    assert sampling_for(guided, Sampling(guidance=12.0)).guidance == 8.0
    assert sampling_for(guided, Sampling()).steps == 12


def test_weights_without_the_way_are_refused() -> None:
    with pytest.raises(UsageError, match="not how it was distilled"):
        sampling_for(Checkpoint(distilled_lora="some.safetensors"), Sampling())


def test_weights_that_may_not_be_sold_say_so() -> None:
    assert "not for commercial use" in TABLE["dmd2"].licence


@pytest.mark.filterwarnings("ignore:__array__ implementation")
@pytest.mark.parametrize("way", ["lcm", "lightning", "hyper", "dmd2"])
def test_a_studio_draws_as_the_model_card_says(way: str, weights: Path, tmp_path: Path) -> None:
    file = write_lora(tmp_path / "it_4step_lora.safetensors", spread=0.1)
    checkpoint = Checkpoint.model_validate(
        {"model": str(weights / "sdxl"), "distilled": way, "distilled_lora": str(file), "device": "cpu"}
    )
    (drawing,) = Studio(checkpoint).draw([Order("a dog in the street", 5)], Sampling(size=(64, 64), guidance=1.0))
    assert drawing.image is not None

    pipeline = stock(weights, file)
    asked: dict[str, Any] = {"num_inference_steps": 4}
    if way in ("lcm", "dmd2"):
        pipeline.scheduler = diffusers("LCMScheduler").from_config(pipeline.scheduler.config)
        asked = {"timesteps": [999, 749, 499, 249]} if way == "dmd2" else asked
    else:
        kind = diffusers("EulerDiscreteScheduler" if way == "lightning" else "DDIMScheduler")
        # in SDXL's own configuration, and not in that of the tests' weights
        like_sdxl = {"clip_sample": False, "set_alpha_to_one": False} if way == "hyper" else {}
        pipeline.scheduler = kind.from_config(pipeline.scheduler.config, timestep_spacing="trailing", **like_sdxl)
    theirs = pipeline(
        "a dog in the street",
        guidance_scale=0.0,
        width=64,
        height=64,
        generator=torch.Generator().manual_seed(5),
        output_type="np",
        **asked,
    ).images[0]
    assert np.abs(drawing.image[..., ::-1] / 255.0 - theirs).max() < 1.01 / 255.0


def diffusers(name: str) -> Any:
    import diffusers as library

    return getattr(library, name)


def stock(weights: Path, file: Path) -> Any:
    pipeline = diffusers("StableDiffusionXLPipeline").from_pretrained(
        weights / "sdxl", use_safetensors=True, add_watermarker=False
    )
    pipeline.load_lora_weights(file.parent, weight_name=file.name)
    pipeline.fuse_lora()
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
