"""One picture becomes motion, with tiny random weights in the published formats."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.engines.diffusion.blank_motion import MotionKind, write_motion
from dreamgen.engines.diffusion.motion.models import MotionWeights, check_motion, family_of
from dreamgen.engines.diffusion.motion.moving import MotionSampling, Mover, open_mover
from dreamgen.errors import MissingExtra, ModelError, UsageError

torch = pytest.importorskip("torch")
for library in ("diffusers", "transformers", "accelerate"):
    pytest.importorskip(library)

KINDS: tuple[MotionKind, ...] = get_args(MotionKind)
SIZE = (128, 64)
QUICK = MotionSampling(steps=2)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of every kind."""
    folder = tmp_path_factory.mktemp("motion")
    for kind in KINDS:
        write_motion(folder / kind, kind)
    return folder


def opened(models: Path, kind: str, **more: Any) -> Mover:
    return open_mover(MotionWeights(model=str(models / kind), device="cpu", offline=True, **more))


def picture(seed: int = 0) -> NDArray[np.uint8]:
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    waves = [np.sin((rows * k + columns * (3 - k)) / 9 + seed) for k in range(3)]
    return ((np.stack(waves, axis=-1) + 1) * 127).astype(np.uint8)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_model_sets_a_picture_in_motion(models: Path, kind: str) -> None:
    mover = opened(models, kind)

    motion = mover.move(picture(), "A red dog is walking in the forest.", 5, 3, QUICK)

    assert motion.frames is not None and motion.redrawn == 0
    assert [frame.shape for frame in motion.frames] == [(64, 128, 3)] * 3
    assert {frame.dtype for frame in motion.frames} == {np.dtype(np.uint8)}
    assert all(frame.flags.c_contiguous and frame.std() > 3 for frame in motion.frames)


@pytest.mark.parametrize("kind", ["svd", "ltx"])
def test_the_same_seed_gives_the_same_bytes_and_another_one_others(models: Path, kind: str) -> None:
    mover = opened(models, kind)
    torch.manual_seed(11)
    first, state = mover.move(picture(), "", 5, 2, QUICK), torch.get_rng_state()
    torch.manual_seed(12)
    again, other = mover.move(picture(), "", 5, 2, QUICK), mover.move(picture(), "", 6, 2, QUICK)

    assert first.frames and again.frames and other.frames
    assert all(map(np.array_equal, first.frames, again.frames))
    assert not np.array_equal(first.frames[1], other.frames[1])
    torch.manual_seed(11)
    assert torch.equal(state, torch.get_rng_state()), "nobody else's numbers are used up"


@pytest.mark.parametrize("kind", ["ltx", "wan", "cogvideox"])
def test_words_are_heard(models: Path, kind: str) -> None:
    mover = opened(models, kind)

    walks, stands = (mover.move(picture(), words, 5, 2, MotionSampling(steps=2, guidance=9.0)) for words in
                     ("A dog is walking.", "A woman in a red coat is standing at the street."))  # fmt: skip

    assert walks.frames and stands.frames
    assert not np.array_equal(walks.frames[1], stands.frames[1])


def test_more_than_one_call_makes_goes_on_from_its_last_frame(models: Path) -> None:
    mover = opened(models, "svd")
    assert mover.family.frames == 4, "as the model itself says"

    long, short = mover.move(picture(), "", 5, 9, QUICK), mover.move(picture(), "", 5, 4, QUICK)

    assert long.frames and short.frames
    assert len(long.frames) == 9
    assert all(map(np.array_equal, long.frames[:4], short.frames))
    distinct = {frame.tobytes() for frame in long.frames}
    assert len(distinct) == 9, "the frame at a seam is there once"


def test_models_make_as_many_frames_as_they_can(models: Path) -> None:
    ltx, wan, svd = (opened(models, kind) for kind in ("ltx", "wan", "svd"))

    assert [ltx.frames_for(wanted) for wanted in (1, 2, 9, 10, 97, 500)] == [9, 9, 9, 17, 97, 97]
    assert [wan.frames_for(wanted) for wanted in (1, 5, 6, 81, 100)] == [5, 5, 9, 81, 81]
    assert [svd.frames_for(wanted) for wanted in (1, 4, 5)] == [4, 4, 4], "it was trained on one length"
    assert [mover.size_for((1024, 576)) for mover in (ltx, wan, svd)] == [(1024, 576)] * 3
    assert [mover.size_for((200, 100)) for mover in (ltx, wan, svd)] == [(192, 96), (192, 96), (192, 64)]


def test_models_of_one_architecture_say_what_is_special_about_them(models: Path, tmp_path: Path) -> None:
    assert (opened(models, "cogvideox").family.rate, opened(models, "cogvideox").family.frames) == (16, 81), "1.5"
    assert (opened(models, "wan").family.rate, opened(models, "wan").family.side) == (16, 16)
    small = Path(shutil.copytree(models / "wan", tmp_path / "wan22"))
    index = json.loads((small / "model_index.json").read_text()) | {
        "expand_timesteps": True,
        "_class_name": "WanPipeline",
    }
    (small / "model_index.json").write_text(json.dumps(index))

    family = opened(tmp_path, "wan22").family

    assert (family.pipeline, family.rate, family.frames, family.side) == ("WanImageToVideoPipeline", 24, 121, 32)


class _Broken:
    """A pipeline whose numbers are broken for some calls."""

    def __init__(self, broken: int) -> None:
        self.seeds: list[int] = []
        self._broken = broken

    def __call__(self, generator: Any, num_frames: int, width: int, height: int, **given: Any) -> Any:
        self.seeds.append(generator.initial_seed())
        video = np.full((1, num_frames, height, width, 3), 0.5, np.float32)
        if len(self.seeds) <= self._broken:
            video[0, 1, 0, 0, 0] = np.nan
        return type("Output", (), {"frames": video})


@pytest.mark.parametrize("broken", [1, 2])
def test_broken_numbers_are_made_once_more_with_other_noise(models: Path, broken: int) -> None:
    pipeline = _Broken(broken)

    motion = Mover(pipeline, opened(models, "svd").family, 1).move(picture(), "", 5, 4, QUICK)

    assert (motion.frames is None, motion.redrawn) == (broken == 2, broken)
    assert len(set(pipeline.seeds)) == 2


@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("CUDA out of memory."), RuntimeError("can't allocate memory")]
)
def test_too_little_memory_has_a_next_move(models: Path, error: Exception) -> None:
    def fails(**given: Any) -> Any:
        raise error

    with pytest.raises(ModelError, match="128x64 pixels are too much") as caught:
        Mover(fails, opened(models, "svd").family, 1).move(picture(), "", 5, 4, QUICK)
    assert "clip.offload=true" in caught.value.hint


def test_loading_says_nothing_and_leaves_settings_as_they_were(models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from diffusers.utils import logging as diffusers_log
    from transformers.utils import logging as transformers_log

    before = [(log.get_verbosity(), log.is_progress_bar_enabled()) for log in (diffusers_log, transformers_log)]
    threads = torch.get_num_threads()

    opened(models, "wan", variant="").move(picture(), "A dog", 5, 2, QUICK)
    opened(models, "svd").move(picture(), "", 5, 2, QUICK)

    assert capfd.readouterr() == ("", "")
    assert before == [(log.get_verbosity(), log.is_progress_bar_enabled()) for log in (diffusers_log, transformers_log)]
    assert torch.get_num_threads() == threads


def test_equal_weights_are_loaded_once(models: Path) -> None:
    assert opened(models, "ltx") is opened(models, "ltx")


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere", "there are no weights"), ("empty", "has no model_index.json"), ("text", "holds a FluxPipeline")],
)
def test_a_model_that_will_not_do_is_told_before_anything_is_made(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "model_index.json").write_text('{"_class_name": "FluxPipeline"}')

    with pytest.raises(ModelError, match=message) as caught:
        check_motion(MotionWeights(model=str(tmp_path / name)))
    assert caught.value.hint


def test_a_text_to_video_model_is_not_taken_for_one_that_starts_from_a_picture(models: Path, tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text('{"_class_name": "WanPipeline"}')

    with pytest.raises(ModelError, match="is a text-to-video model"):
        family_of(tmp_path)


def test_weights_in_another_format_are_refused(models: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(models / "svd", tmp_path / "svd"))
    path = folder / "unet" / "diffusion_pytorch_model.safetensors"
    path.rename(path.with_suffix(".bin"))

    with pytest.raises(ModelError, match="has no safetensors, only"):
        opened(tmp_path, "svd")


def test_a_name_on_the_hub_that_is_not_here_is_missed_while_offline() -> None:
    use: Callable[[MotionWeights], object]
    for use in (check_motion, open_mover):
        with pytest.raises(ModelError, match="somebody/something is not on this machine") as caught:
            use(MotionWeights(model="somebody/something", offline=True))
        assert "clip.model" in caught.value.hint


def test_a_device_that_is_not_there_is_a_mistake(models: Path) -> None:
    with pytest.raises(UsageError, match="cuda:99 is asked for"):
        open_mover(MotionWeights(model=str(models / "ltx"), device="cuda:99"))


def test_a_missing_library_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamgen.engines.accelerators.installed", lambda name: False)

    with pytest.raises(MissingExtra, match=r"dreamgen\[diffusion\]"):
        check_motion(MotionWeights(model="somebody/something"))
