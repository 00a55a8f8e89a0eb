from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.errors import UsageError

pytest.importorskip("torch").set_num_threads(1)
pytest.importorskip("transformers")

from dreamgen.engines.vision.blank import FAMILIES, Size, write_vision_model  # noqa: E402
from dreamgen.engines.vision.kinship import family_of  # noqa: E402
from dreamgen.engines.vision.local.families import FAMILIES as PREPARED  # noqa: E402
from dreamgen.engines.vision.model import VisionModel  # noqa: E402


def test_the_same_seed_writes_the_same_bytes_and_another_one_other_weights(tmp_path: Path) -> None:
    one, same, other = (
        write_vision_model(tmp_path / name, "internvl", seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    files = sorted(path.name for path in one.iterdir())
    assert files == sorted(path.name for path in same.iterdir())
    assert all((one / name).read_bytes() == (same / name).read_bytes() for name in files)
    assert (one / "model.safetensors").read_bytes() != (other / "model.safetensors").read_bytes()
    assert (one / "tokenizer.json").read_bytes() == (other / "tokenizer.json").read_bytes()


def test_a_folder_is_laid_out_as_published_ones_are(tmp_path: Path) -> None:
    folder = write_vision_model(tmp_path / "tiny", "qwen2_5_vl")
    assert {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "chat_template.jinja",
        "preprocessor_config.json",
    } <= {path.name for path in folder.iterdir()}
    assert (folder / "model.safetensors").stat().st_size < 1_000_000
    assert family_of(VisionModel(model=str(folder))) == "qwen"


def test_a_larger_one_is_larger(tmp_path: Path) -> None:
    small = write_vision_model(tmp_path / "small", "smolvlm")
    large = write_vision_model(tmp_path / "large", "smolvlm", size=Size(width=64, layers=3, side=112))
    assert (large / "model.safetensors").stat().st_size > 2 * (small / "model.safetensors").stat().st_size


def test_every_family_that_can_be_written_can_be_shown_frames() -> None:
    assert set(FAMILIES) <= set(PREPARED)
    assert len(FAMILIES) >= 3


def test_a_family_that_there_is_not_is_told_with_the_choices(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="smolvlm"):
        write_vision_model(tmp_path, "smolvln")


def test_the_numbers_that_others_draw_are_left_alone(tmp_path: Path) -> None:
    import torch

    torch.manual_seed(5)
    expected = float(torch.rand(()))
    torch.manual_seed(5)
    write_vision_model(tmp_path / "tiny", "smolvlm")
    assert float(torch.rand(())) == expected
