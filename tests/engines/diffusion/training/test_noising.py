from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from dreamgen.engines.diffusion.silence import quiet
from dreamgen.engines.diffusion.training.noising import Lesson, encoded, loss_of
from dreamgen.engines.diffusion.words import Spelling


@pytest.fixture(scope="module")
def pipe(weights: Path) -> Any:
    from diffusers import DDPMScheduler, StableDiffusionXLPipeline

    with quiet():
        pipe = StableDiffusionXLPipeline.from_pretrained(weights / "sdxl")
    pipe.scheduler = DDPMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
    return pipe


def network(pipe: Any, prediction: str = "epsilon") -> Any:
    return SimpleNamespace(
        unet=pipe.unet, vae=pipe.vae, tokenizers=(pipe.tokenizer, pipe.tokenizer_2),
        text_encoders=(pipe.text_encoder, pipe.text_encoder_2), device=torch.device("cpu"), dtype=torch.float32,
        scheduler=SimpleNamespace(config={"prediction_type": prediction}),
    )  # fmt: skip


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    generator = torch.Generator().manual_seed(1)
    latents, noise = (torch.randn(2, 4, 8, 8, generator=generator) for _ in range(2))
    return Lesson(latents, noise, torch.tensor([40, 700]), ("a red coat", "a dog"))


def said(pipe: Any, lesson: Lesson) -> tuple[torch.Tensor, torch.Tensor]:
    with torch.no_grad():
        return encoded(network(pipe), Spelling((pipe.tokenizer, pipe.tokenizer_2), ()), lesson.prompts)


def theirs(pipe: Any, lesson: Lesson) -> torch.Tensor:
    """What diffusers' parts make of the lesson, with DreamFrame's sizes: (side, side, 0, 0, 1024, 1024)."""
    with torch.no_grad():
        words, _, pooled, _ = pipe.encode_prompt(list(lesson.prompts), device="cpu", do_classifier_free_guidance=False)
        sizes = torch.tensor([[64.0, 64.0, 0.0, 0.0, 1024.0, 1024.0]] * 2)
        answer: torch.Tensor = pipe.unet(
            pipe.scheduler.add_noise(lesson.latents, lesson.noise, lesson.timesteps), lesson.timesteps,
            encoder_hidden_states=words, added_cond_kwargs={"text_embeds": pooled, "time_ids": sizes},
        ).sample  # fmt: skip
    return answer


def test_prompts_are_read_as_diffusers_pipeline_reads_them(pipe: Any, lesson: Lesson) -> None:
    words, pooled = said(pipe, lesson)

    expected, _, summary, _ = pipe.encode_prompt(list(lesson.prompts), device="cpu", do_classifier_free_guidance=False)
    assert torch.equal(words, expected) and torch.equal(pooled, summary)


def test_the_loss_is_what_diffusers_parts_give(pipe: Any, lesson: Lesson) -> None:
    with torch.no_grad():
        found = loss_of(network(pipe), lesson, *said(pipe, lesson))

    assert torch.allclose(found, torch.nn.functional.mse_loss(theirs(pipe, lesson), lesson.noise), rtol=1e-5)


def test_a_network_that_predicts_velocity_is_asked_for_it(pipe: Any, lesson: Lesson) -> None:
    with torch.no_grad():
        found = loss_of(network(pipe, "v_prediction"), lesson, *said(pipe, lesson))

    wanted = pipe.scheduler.get_velocity(lesson.latents, lesson.noise, lesson.timesteps)
    assert torch.allclose(found, torch.nn.functional.mse_loss(theirs(pipe, lesson), wanted), rtol=1e-5)


def test_min_snr_weighs_as_diffusers_training_scripts_do(pipe: Any, lesson: Lesson) -> None:
    from diffusers.training_utils import compute_snr

    with torch.no_grad():
        found = loss_of(network(pipe), lesson, *said(pipe, lesson), min_snr=5.0)

    ratio = compute_snr(pipe.scheduler, lesson.timesteps)
    weights = torch.minimum(ratio, torch.full_like(ratio, 5.0)) / ratio
    each = (theirs(pipe, lesson) - lesson.noise).square().mean(dim=(1, 2, 3))
    assert torch.allclose(found, (each * weights).mean(), rtol=1e-4)
    assert weights[0] < 1.0 == weights[1]
