import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from safetensors.torch import load_file

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import LoraUse, Order, Sampling
from dreamgen.engines.diffusion.silence import quiet
from dreamgen.engines.diffusion.studio import open_studio
from dreamgen.engines.diffusion.training import study as studies
from dreamgen.engines.diffusion.training.course import Course
from dreamgen.engines.diffusion.training.images import gather
from dreamgen.engines.diffusion.training.looking import looking
from dreamgen.engines.diffusion.training.loop import Progress
from dreamgen.engines.diffusion.training.lora import LoraTraining
from dreamgen.engines.diffusion.training.study import study

QUICK = LoraTraining(steps=4, side=64, save_every=2, keep=1, evaluations=1, rank=2, alpha=4.0, checkpointing=False)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    for number in range(4):
        picture = Image.new("RGB", (64, 64), (20, 20, 60))
        ImageDraw.Draw(picture).ellipse((8 + 3 * number, 10, 44 + 3 * number, 56), fill=(220, 40, 40))
        picture.save(folder / f"{number}.png")
    return folder


@pytest.fixture
def checkpoint(weights: Path) -> Checkpoint:
    return Checkpoint(model=str(weights / "sdxl"))


@pytest.fixture
def course(checkpoint: Checkpoint, images: Path) -> Callable[..., Course]:
    def make(method: LoraTraining = QUICK) -> Course:
        pictures, skipped = gather(images, method.side)
        return Course("<ink>", ("an image in {word} style",), pictures, skipped, checkpoint, method)

    return make


@pytest.fixture(scope="module")
def network(weights: Path) -> Any:
    return studies._model(Checkpoint(model=str(weights / "sdxl")))


@pytest.fixture(autouse=True)
def _loaded_once(network: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "_model", lambda checkpoint: network)


class Killed(BaseException):
    """Stands for a kill: nothing may catch it."""


def test_the_rate_rises_and_then_falls_to_a_tenth() -> None:
    method = LoraTraining(steps=100, warmup=10, peak=1e-3)

    rates = [method.rate(step) for step in range(100)]

    assert rates[:10] == pytest.approx([1e-4 * step for step in range(1, 11)])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(1e-4, rel=0.02)


def test_a_lora_is_learned_and_the_loss_falls(course: Callable[..., Course], tmp_path: Path) -> None:
    learned = study(
        course(LoraTraining(steps=16, side=64, rank=4, peak=5e-3, warmup=2, keep=0, checkpointing=False)), tmp_path
    )

    assert learned.after < 0.97 * learned.before
    assert learned.file.name == "ink.safetensors"


def test_the_file_is_in_diffusers_own_form(course: Callable[..., Course], weights: Path, tmp_path: Path) -> None:
    from diffusers import StableDiffusionXLPipeline

    learned = study(course(), tmp_path)
    tensors = load_file(learned.file)
    name = "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight"
    assert tensors[name].shape[0] == 2
    assert all(key.endswith((".lora_A.weight", ".lora_B.weight")) for key in tensors)

    with quiet():
        pipe = StableDiffusionXLPipeline.from_pretrained(weights / "sdxl")
        pipe.load_lora_weights(tmp_path, weight_name="ink.safetensors", adapter_name="ink")
    worn = pipe.unet.get_submodule(name.removeprefix("unet.").removesuffix(".lora_A.weight"))
    assert torch.equal(worn.lora_A["ink"].weight, tensors[name])
    # alpha over rank is in the second factor, so that every tool applies it
    assert worn.scaling["ink"] == 1.0


def test_the_network_is_what_it_was_afterwards(course: Callable[..., Course], network: Any, tmp_path: Path) -> None:
    before = {name: weight.clone() for name, weight in network.unet.state_dict().items()}

    study(course(), tmp_path)

    after = network.unet.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], weight) for name, weight in before.items())
    assert not any(weight.requires_grad for weight in network.unet.parameters())


def test_pictures_change_with_it_in_the_studio(
    course: Callable[..., Course], checkpoint: Checkpoint, tmp_path: Path
) -> None:
    learned = study(course(QUICK.model_copy(update={"peak": 0.05})), tmp_path)
    plain = Order(prompt="a dog", seed=1)
    styled = Order(prompt="a dog", seed=1, loras=(LoraUse(learned.file, 1.0),))

    without, with_it = open_studio(checkpoint).draw([plain, styled], Sampling(size=(64, 64), steps=2))

    assert without.image is not None and with_it.image is not None
    assert not np.array_equal(without.image, with_it.image)


def test_a_training_that_was_killed_ends_in_the_same_bytes(course: Callable[..., Course], tmp_path: Path) -> None:
    def watch(progress: Progress) -> None:
        if progress.step == 3:
            raise Killed

    study(course(), tmp_path / "whole")
    with pytest.raises(Killed):
        study(course(), tmp_path / "killed", watch)
    study(course(), tmp_path / "killed")

    for name in ("ink.safetensors", "loss.jsonl", "training.json", "steps/ink-00003.safetensors"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_samples_are_drawn_with_every_intermediate_result(
    course: Callable[..., Course], checkpoint: Checkpoint, tmp_path: Path
) -> None:
    method = QUICK.model_copy(update={"peak": 0.05})
    look = looking(checkpoint, True, "<ink>", ["an image in {word} style"], side=64, seed=1, steps=2)

    study(course(method), tmp_path, look=look)

    pictures = [path for path in sorted((tmp_path / "steps").glob("*.png"))]
    assert [path.name for path in pictures] == ["step-00003-1.png", "step-00004-1.png"]
    assert pictures[0].read_bytes() != pictures[1].read_bytes()


def test_min_snr_weighs_lessons_and_can_be_left_out(course: Callable[..., Course], tmp_path: Path) -> None:
    losses = {}
    for gamma in (0.0, 5.0):
        study(course(QUICK.model_copy(update={"min_snr": gamma})), tmp_path / str(gamma))
        lines = (tmp_path / str(gamma) / "loss.jsonl").read_text().splitlines()
        losses[gamma] = [line["loss"] for line in map(json.loads, lines) if "loss" in line]

    assert all(weighed <= plain for weighed, plain in zip(losses[5.0], losses[0.0], strict=True))
    assert losses[5.0] != losses[0.0]
