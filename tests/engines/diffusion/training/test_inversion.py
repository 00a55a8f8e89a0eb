import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.training import study as studies
from dreamgen.engines.diffusion.training.course import Course
from dreamgen.engines.diffusion.training.images import gather
from dreamgen.engines.diffusion.training.inversion import SCHEDULE, Inversion
from dreamgen.engines.diffusion.training.loop import Progress
from dreamgen.engines.diffusion.training.study import study
from dreamgen.engines.diffusion.word_files import read_vectors
from dreamgen.errors import ModelError, UsageError

PROMPTS = ("an image in {word} style", "a picture in {word} style")
QUICK = Inversion(steps=6, side=64, accumulate=1, save_every=2, keep=2, evaluations=1, checkpointing=False)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four pictures that have something in common: a red ball on a dark ground."""
    folder = tmp_path_factory.mktemp("images")
    for number in range(4):
        picture = Image.new("RGB", (64, 64), (20, 20, 60))
        ImageDraw.Draw(picture).ellipse((8 + 3 * number, 10, 44 + 3 * number, 56), fill=(220, 40, 40))
        picture.save(folder / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def network(weights: Path) -> Any:
    """The model as a training loads it. All trainings share it: one of the tests says that they leave it as it was."""
    return studies._model(Checkpoint(model=str(weights / "sdxl")))


@pytest.fixture(autouse=True)
def _loaded_once(network: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = studies._model
    monkeypatch.setattr(studies, "_model", lambda given: network if given.family == "sdxl" else real(given))


@pytest.fixture
def course(weights: Path, images: Path) -> Callable[..., Course]:
    def make(method: Inversion = QUICK, word: str = "inkwash") -> Course:
        pictures, skipped = gather(images, method.side)
        return Course(word, PROMPTS, pictures, skipped, Checkpoint(model=str(weights / "sdxl")), method)

    return make


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a training but those that tell how long it took."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "seconds.jsonl")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


class Killed(BaseException):
    """Stands for a kill: nothing may catch it."""


def killed_after(step: int) -> Callable[[Progress], None]:
    def watch(progress: Progress) -> None:
        if progress.step == step:
            raise Killed

    return watch


def test_dreamframe_s_rates_are_four_hundred_steps() -> None:
    seed = Inversion()

    assert seed.steps == sum(count for count, _ in SCHEDULE) == 400
    rates = [seed.rate(step) for step in range(400)]
    assert [(rates.count(rate), rate) for rate in dict.fromkeys(rates)] == list(SCHEDULE)
    assert (seed.side, seed.batch, seed.accumulate, seed.weight_decay, seed.clip) == (768, 1, 2, 1e-2, 1.0)
    assert list(range(0, 400, seed.stride))[1:] == [41, 82, 123, 164, 205, 246, 287, 328, 369]


def test_another_number_of_steps_stretches_the_schedule() -> None:
    half = Inversion(steps=200)

    assert [half.rate(0), half.rate(1), half.rate(2), half.rate(199)] == [1e-3, 1e-3, 9e-4, 3e-4]
    assert sum(half.rate(step) == 3e-4 for step in range(200)) == 80


def test_a_word_is_learned_and_the_loss_falls(course: Callable[..., Course], tmp_path: Path) -> None:
    method = Inversion(steps=16, side=64, schedule=((16, 4e-2),), keep=0, checkpointing=False)
    heard: list[Progress] = []

    learned = study(course(method), tmp_path, heard.append)

    assert learned.after < learned.before - 1e-3
    vectors = read_vectors(learned.file)
    assert vectors.first.shape == (1, 32) and vectors.second.shape == (1, 32)
    assert learned.file.name == "inkwash.safetensors"
    assert torch.equal(read_vectors(tmp_path / "inkwash.pt").first, vectors.first)
    assert [progress.step for progress in heard] == list(range(17))
    lines = [json.loads(line) for line in (tmp_path / "loss.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines if "loss" in line] == list(range(1, 17))
    assert (tmp_path / "loss.svg").read_text().startswith("<svg")


def test_a_training_that_was_killed_ends_in_the_same_bytes(course: Callable[..., Course], tmp_path: Path) -> None:
    study(course(), tmp_path / "whole")
    for step in (1, 3, 6):
        with pytest.raises(Killed):
            study(course(), tmp_path / f"killed-{step}", killed_after(step))

        study(course(), tmp_path / f"killed-{step}")

        assert contents(tmp_path / f"killed-{step}") == contents(tmp_path / "whole")


def test_a_finished_training_is_not_taken_again(course: Callable[..., Course], tmp_path: Path) -> None:
    learned = study(course(), tmp_path)

    assert study(course(), tmp_path, killed_after(0)) == learned
    learned.file.write_bytes(b"broken")
    assert study(course(), tmp_path) == learned
    assert read_vectors(learned.file).first.shape == (1, 32)


def test_the_summary_tells_what_was_learned_from_what(
    course: Callable[..., Course], images: Path, tmp_path: Path
) -> None:
    study(course(), tmp_path)

    summary = json.loads((tmp_path / "training.json").read_text())
    assert (summary["method"], summary["word"], summary["options"]["steps"]) == ("inversion", "inkwash", 6)
    assert [image["name"] for image in summary["images"]] == ["0.png", "1.png", "2.png", "3.png"]
    assert [file["name"] for file in summary["files"]] == ["inkwash.safetensors", "inkwash.pt"]
    assert summary["before"] > 0 and summary["after"] > 0
    assert sorted(path.name for path in (tmp_path / "steps").iterdir()) == [
        "inkwash-00003.safetensors", "inkwash-00006.safetensors"
    ]  # fmt: skip
    assert not (tmp_path / ".state.safetensors").exists()


def test_another_training_in_the_same_folder_is_refused(course: Callable[..., Course], tmp_path: Path) -> None:
    study(course(), tmp_path)

    with pytest.raises(UsageError, match=r"another training: its options.steps is 6, and not 7"):
        study(course(QUICK.model_copy(update={"steps": 7})), tmp_path)
    with pytest.raises(UsageError, match="its word is 'inkwash', and not 'other'"):
        study(course(word="other"), tmp_path)


def test_a_loss_that_is_no_number_says_what_to_do_and_loses_nothing(
    course: Callable[..., Course], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Killed):
        study(course(), tmp_path, killed_after(4))
    kept = (tmp_path / ".state.safetensors").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(
            "dreamgen.engines.diffusion.training.inversion.loss_of",
            lambda *_: torch.tensor(torch.nan, requires_grad=True),
        )
        with pytest.raises(ModelError, match="the loss of step 5 is not a number") as caught:
            study(course(), tmp_path)
    assert "float32" in caught.value.hint
    assert (tmp_path / ".state.safetensors").read_bytes() == kept

    study(course(), tmp_path)

    study(course(), tmp_path / "whole")
    assert read_bytes(tmp_path) == read_bytes(tmp_path / "whole")


def test_a_gpu_that_is_too_small_is_told_in_words(
    course: Callable[..., Course], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("dreamgen.engines.diffusion.training.inversion.loss_of", full)

    with pytest.raises(ModelError, match="too small to learn from pictures of 64 pixels") as caught:
        study(course(), tmp_path)
    assert "--size 512" in caught.value.hint


def read_bytes(folder: Path) -> bytes:
    return (folder / "inkwash.safetensors").read_bytes()


def test_a_damaged_state_is_begun_anew(course: Callable[..., Course], tmp_path: Path) -> None:
    with pytest.raises(Killed):
        study(course(), tmp_path / "damaged", killed_after(4))
    (tmp_path / "damaged" / ".state.safetensors").write_bytes(b"broken")

    study(course(), tmp_path / "damaged")

    study(course(), tmp_path / "whole")
    assert read_bytes(tmp_path / "damaged") == read_bytes(tmp_path / "whole")


def test_nothing_of_the_model_changes_but_the_word(course: Callable[..., Course], network: Any, tmp_path: Path) -> None:
    parts = (network.unet, network.vae, *network.text_encoders)
    before = [weight.clone() for part in parts for weight in part.state_dict().values()]
    study(course(), tmp_path)

    after = [weight for part in parts for weight in part.state_dict().values()]
    assert max(float((one - other).abs().max()) for one, other in zip(before, after, strict=True)) == 0.0
    assert not network.unet.is_gradient_checkpointing
    assert [len(tokenizer) for tokenizer in network.tokenizers] == [599, 599]


def test_checkpointing_changes_memory_and_not_the_word(course: Callable[..., Course], tmp_path: Path) -> None:
    for name, value in (("sparing", True), ("quick", False)):
        study(course(QUICK.model_copy(update={"checkpointing": value})), tmp_path / name)

    one, other = (read_vectors(tmp_path / name / "inkwash.safetensors") for name in ("sparing", "quick"))
    assert torch.allclose(one.first, other.first, atol=1e-5)


def test_a_word_may_begin_with_the_meaning_of_another_and_have_several_vectors(
    course: Callable[..., Course], network: Any, tmp_path: Path
) -> None:
    still = QUICK.model_copy(update={"vectors": 2, "start": "red", "schedule": ((1, 0.0),)})

    learned = study(course(still), tmp_path)

    row = network.tokenizers[0]("red", add_special_tokens=False).input_ids[0]
    meaning = network.text_encoders[0].get_input_embeddings().weight[row]
    assert torch.equal(read_vectors(learned.file).first, torch.stack([meaning, meaning]))
    assert [file.name for file in learned.files] == ["inkwash.safetensors"]


def test_a_model_of_another_kind_can_t_be_taught(course: Callable[..., Course], tmp_path: Path) -> None:
    other = replace(course(), checkpoint=Checkpoint(family="other"))

    with pytest.raises(UsageError, match="only SDXL can be taught a style"):
        study(other, tmp_path)


def test_latents_are_of_the_size_asked_for_and_the_same_each_time(network: Any, images: Path) -> None:
    from dreamgen.engines.diffusion.training.lessons import Lessons

    pictures, _ = gather(images, 64)
    lessons, bare = (Lessons(network, pictures, ["a"], seed=1, side=96, held=held) for held in (4096, 0))

    one, other = lessons.at(5, 1, batch=3), bare.at(5, 1, batch=3)

    assert one.latents.shape == (3, 4, 12, 12)
    assert torch.equal(one.latents, other.latents) and torch.equal(one.noise, other.noise)
    assert one.timesteps.tolist() == other.timesteps.tolist()
    assert not torch.equal(one.noise, lessons.at(5, 0, batch=3).noise)
    assert np.ptp([int(lesson.timesteps) for lesson in lessons.fixed(4)]) > 700
