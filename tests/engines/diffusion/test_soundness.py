from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

pytest.importorskip("torch")

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import Order, Sampling
from dreamgen.engines.diffusion.soundness import (
    check_file,
    check_model,
    check_network,
    same_weights,
    variant_of,
    weight_files,
)
from dreamgen.engines.diffusion.studio import Studio
from dreamgen.errors import ModelError

UNET = "unet/diffusion_pytorch_model.safetensors"
SDXL = ("StableDiffusionXLPipeline",)


@pytest.fixture
def model(weights: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(weights / "sdxl", tmp_path / "sdxl"))


def refused(folder: Path, kinds: tuple[str, ...] = SDXL) -> ModelError:
    with pytest.raises(ModelError) as caught:
        check_model(folder, kinds, "an SDXL model")
    return caught.value


def test_a_whole_model_passes_and_says_what_it_is(weights: Path) -> None:
    assert check_model(weights / "sdxl", SDXL, "an SDXL model")["_class_name"] == SDXL[0]
    check_model(weights / "refiner", (), "a model")


def test_a_download_that_broke_off_is_told(model: Path) -> None:
    data = (model / UNET).read_bytes()
    (model / UNET).write_bytes(data[: len(data) // 2])
    error = refused(model)
    assert f"{len(data) // 2} bytes" in error.message
    assert "fetch it again" in error.hint


@pytest.mark.parametrize("data", [b"", b"abc", b"<html>not found</html>", (9).to_bytes(8, "little") + b"{broken}!"])
def test_what_is_no_safetensors_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.safetensors").write_bytes(data)
    with pytest.raises(ModelError, match="no safetensors"):
        check_file(tmp_path / "x.safetensors")


def test_the_header_names_the_tensors(weights: Path) -> None:
    assert any("lora" in name for name in check_file(weights / "lora_a.safetensors"))


def test_weights_that_are_missing_are_told(model: Path) -> None:
    (model / UNET).unlink()
    assert "has no safetensors" in refused(model).message
    shutil.rmtree(model / "unet")
    assert "lacks the part 'unet'" in refused(model).message


def test_pickles_alone_are_refused_with_the_way_to_convert_them(model: Path) -> None:
    (model / UNET).rename(model / "unet/diffusion_pytorch_model.bin")
    error = refused(model)
    assert "only diffusion_pytorch_model.bin" in error.message
    assert "convert" in error.hint


def test_a_shard_that_is_missing_is_told(model: Path) -> None:
    listing = {"weight_map": {"a": UNET.split("/")[1], "b": "diffusion_pytorch_model-00002-of-00002.safetensors"}}
    (model / "unet/diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(listing))
    assert "lacks diffusion_pytorch_model-00002-of-00002.safetensors" in refused(model).message


def test_another_architecture_is_told(model: Path) -> None:
    index = json.loads((model / "model_index.json").read_text())
    for kind, hint in (("StableDiffusionPipeline", "1 or 2"), ("FluxPipeline", "family=other")):
        (model / "model_index.json").write_text(json.dumps({**index, "_class_name": kind}))
        error = refused(model)
        assert f"holds a {kind}" in error.message
        assert hint in error.hint


def test_the_refiner_is_not_a_base_model(weights: Path) -> None:
    assert "diffusion.refiner" in refused(weights / "refiner").hint


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    assert "no model_index.json" in refused(tmp_path).message


def test_a_lora_is_not_a_model(weights: Path) -> None:
    error = refused(weights / "lora_a.safetensors")
    assert "is a LoRA" in error.message


def test_a_single_file_is_refused_with_the_line_that_converts_it(weights: Path) -> None:
    error = refused(weights / "sdxl" / UNET)
    assert "single file" in error.message
    assert "from_single_file" in error.hint


def test_the_variant_s_files_are_those_that_count(model: Path) -> None:
    half = model / "unet/diffusion_pytorch_model.fp16.safetensors"
    shutil.copy(model / UNET, half)
    assert weight_files(model / "unet", "fp16") == [half]
    assert weight_files(model / "unet") == [model / UNET]
    (model / UNET).write_bytes(b"cut off")
    check_network(model / "unet", "fp16")


def test_equal_weights_are_known_whatever_their_settings_say(weights: Path, tmp_path: Path) -> None:
    encoder = weights / "sdxl/text_encoder_2"
    shutil.copytree(encoder, tmp_path / "same")
    (tmp_path / "same/config.json").write_text("{}")
    assert same_weights(encoder, tmp_path / "same")
    assert not same_weights(encoder, weights / "refiner/text_encoder_2")


def test_the_studio_says_it_before_anything_is_loaded(model: Path) -> None:
    (model / UNET).write_bytes((model / UNET).read_bytes()[:-1])
    with pytest.raises(ModelError, match="its header promises"):
        list(Studio(Checkpoint(model=str(model))).draw([Order("a dog", seed=1)], Sampling(size=(64, 64), steps=1)))


def test_a_folder_of_one_precision_is_read_whatever_variant_is_asked_for(weights: Path, model: Path) -> None:
    asked = Checkpoint(model=str(weights / "sdxl"), variant="fp16")
    (drawing,) = Studio(asked).draw([Order("a dog", seed=1)], Sampling(size=(64, 64), steps=1))
    assert drawing.image is not None
    (model / UNET).rename(model / "unet/diffusion_pytorch_model.fp16.safetensors")
    assert variant_of(model, "fp16") == "fp16"
    assert variant_of(weights / "sdxl", "fp16") == ""
