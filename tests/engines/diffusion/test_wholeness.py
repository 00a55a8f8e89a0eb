from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

from dreamgen.engines.diffusion.wholeness import check_filled, transformers_of
from dreamgen.errors import ModelError


@pytest.fixture
def model(weights: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(weights / "sdxl", tmp_path / "sdxl"))


def cut(folder: Path, count: int = 1) -> list[str]:
    """Takes the first tensors out of a network's file; returns their names."""
    from safetensors.torch import load_file, save_file

    file = next(folder.glob("*.safetensors"))
    tensors = load_file(file)
    gone = sorted(tensors)[:count]
    save_file({name: value for name, value in tensors.items() if name not in gone}, file, metadata={"format": "pt"})
    return gone


def index(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "model_index.json").read_text("utf-8"))
    return found


def test_both_text_encoders_are_loaded_whole(model: Path) -> None:
    found = transformers_of(model, index(model), {}, "float32", local_files_only=True)
    assert sorted(found) == ["text_encoder", "text_encoder_2"]


@pytest.mark.filterwarnings("default")
def test_a_text_encoder_with_a_gap_is_not_filled_with_random_numbers(model: Path) -> None:
    cut(model / "text_encoder", 5)
    with pytest.raises(ModelError, match=r"text_encoder lack .* and 2 more"):
        transformers_of(model, index(model), {}, "float32", local_files_only=True)


def test_parts_from_elsewhere_are_not_looked_at(model: Path) -> None:
    cut(model / "text_encoder")
    assert list(transformers_of(model, index(model), {"text_encoder": None}, "float32", local_files_only=True)) == [
        "text_encoder_2"
    ]


def test_an_empty_place_in_a_network_is_refused(model: Path) -> None:
    import torch
    from diffusers import UNet2DConditionModel

    with torch.device("meta"):
        empty = UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(model / "unet"))
    with pytest.raises(ModelError, match="unet lack "):
        check_filled(model, {"unet": empty, "scheduler": object()})
