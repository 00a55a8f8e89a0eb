from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from dreamgen.engines.device import Machine
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.decoding import decode, encode
from dreamgen.engines.diffusion.loading import Loaded, load
from dreamgen.engines.diffusion.studio import Studio
from dreamgen.errors import ModelError

CPU = Machine(torch.device("cpu"), torch.float32, 0)


def loaded(weights: Path, place: Machine = CPU, **fields: str) -> Loaded:
    names = {field: str(weights / name) for field, name in fields.items()}
    return load(Checkpoint(model=str(weights / "sdxl"), **names), place, Path)


def test_networks_are_ready_to_draw(weights: Path) -> None:
    found = loaded(weights)
    for network in (found.unet, found.vae, *found.text_encoders):
        assert not network.training
        assert not any(weight.requires_grad for weight in network.parameters())
        assert network.dtype == torch.float32
    assert found.zero_negative


def test_the_refiner_shares_what_is_the_same(weights: Path, tmp_path: Path) -> None:
    apart = loaded(weights, refiner="refiner")
    assert apart.refiner is not None
    assert apart.refiner.text_encoder is not apart.text_encoder_2
    shutil.copytree(weights / "refiner", tmp_path / "refiner")
    shutil.rmtree(tmp_path / "refiner/text_encoder_2")
    shutil.copytree(weights / "sdxl/text_encoder_2", tmp_path / "refiner/text_encoder_2")
    shared = load(Checkpoint(model=str(weights / "sdxl"), refiner=str(tmp_path / "refiner")), CPU, Path)
    assert shared.refiner is not None
    assert shared.refiner.text_encoder is shared.text_encoder_2


@pytest.mark.parametrize(("upcast", "dtype"), [(True, torch.float32), (False, torch.float16)])
def test_a_vae_that_overflows_in_float16_decodes_in_float32(
    weights: Path, tmp_path: Path, upcast: bool, dtype: torch.dtype
) -> None:
    shutil.copytree(weights / "sdxl/vae", tmp_path / "vae")
    config = json.loads((tmp_path / "vae/config.json").read_text())
    (tmp_path / "vae/config.json").write_text(json.dumps({**config, "force_upcast": upcast}))
    half = Machine(torch.device("cpu"), torch.float16, 0)
    found = load(Checkpoint(model=str(weights / "sdxl"), vae=str(tmp_path / "vae")), half, Path)
    assert found.vae.dtype == dtype
    assert found.unet.dtype == torch.float16
    brain = Machine(torch.device("cpu"), torch.bfloat16, 0)
    found = load(Checkpoint(model=str(weights / "sdxl"), vae=str(tmp_path / "vae")), brain, Path)
    assert found.vae.dtype == torch.bfloat16


def test_what_is_no_vae_is_told(weights: Path) -> None:
    with pytest.raises(ModelError, match="no VAE for SDXL: it holds UNet2DConditionModel"):
        loaded(weights, vae="sdxl/unet")
    with pytest.raises(ModelError, match="no VAE for SDXL: it holds nothing"):
        loaded(weights, vae="nowhere")


def test_a_model_of_another_shape_is_told(weights: Path, tmp_path: Path) -> None:
    shutil.copytree(weights / "sdxl", tmp_path / "sdxl")
    config = json.loads((tmp_path / "sdxl/unet/config.json").read_text())
    (tmp_path / "sdxl/unet/config.json").write_text(json.dumps({**config, "in_channels": 9}))
    with pytest.raises(ModelError, match="sdxl could not be loaded"):
        load(Checkpoint(model=str(tmp_path / "sdxl")), CPU, Path)


def test_a_base_model_is_no_refiner(weights: Path) -> None:
    with pytest.raises(ModelError, match="is not SDXL's refiner"):
        loaded(weights, refiner="sdxl")


@pytest.mark.parametrize("vae", ["sdxl/vae", "tiny_vae"])
def test_both_kinds_of_vae_go_to_latents_and_back(weights: Path, vae: str) -> None:
    found = loaded(weights, vae=vae)
    images = [np.full((64, 96, 3), shade, np.uint8) for shade in (40, 200)]
    generators = [torch.Generator().manual_seed(seed) for seed in (1, 2)]
    latents = encode(found.vae, images, generators, found.device)
    assert latents.shape == (2, 4, 8, 12)
    assert latents.dtype == torch.float32
    decoded = decode(found.vae, latents, at_once=2).images()
    assert [image.shape for image in decoded if image is not None] == [(64, 96, 3)] * 2
    (alone,) = decode(found.vae, latents[1:]).images()
    assert alone is not None and decoded[1] is not None
    assert np.abs(alone.astype(int) - decoded[1]).max() <= 1


def test_broken_numbers_are_found_picture_by_picture(weights: Path) -> None:
    found = loaded(weights)
    latents = torch.zeros(3, 4, 8, 8)
    latents[1, 2, 3, 4] = float("nan")
    first, second, third = decode(found.vae, latents).images()
    assert second is None
    assert first is not None and third is not None


def test_weights_that_do_not_fit_are_no_damaged_weights(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from diffusers import StableDiffusionXLPipeline

    def full(*_: object, **__: object) -> None:
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB")

    monkeypatch.setattr(StableDiffusionXLPipeline, "from_pretrained", full)
    with pytest.raises(ModelError, match="weights alone are too large"):
        _ = Studio(Checkpoint(model=str(weights / "sdxl"))).loaded
