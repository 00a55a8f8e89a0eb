import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from dreamgen.engines.diffusion.adapters.controls import ControlLock, load_control
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.locks import Batch
from dreamgen.engines.diffusion.orders import Order, Sampling
from dreamgen.engines.diffusion.studio import Studio
from dreamgen.errors import ModelError, UsageError

SIZE = (64, 64)


def picture(seed: int, size: tuple[int, int] = SIZE) -> Any:
    return np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)


@pytest.fixture(scope="module", params=["controlnet", "t2i"])
def control(request: pytest.FixtureRequest, weights: Path, unet: Any) -> ControlLock:
    return load_control(weights / request.param, unet)


def held(bench: Any, unet: Any, lock: ControlLock, rows: Sequence[int] = range(4), step: int = 0) -> torch.Tensor:
    given = bench.inputs(list(rows))
    with torch.no_grad():
        more = lock.before_step(
            given["sample"], step, given["timestep"], given["encoder_hidden_states"], given["added_cond_kwargs"]
        )
    seen: torch.Tensor = bench.call(unet, rows, **more)
    return seen


def test_every_row_follows_its_own_layout_as_strongly_as_asked(bench: Any, unet: Any, control: ControlLock) -> None:
    orders = [
        Order("", 1, control=picture(1), control_scale=0.8),
        Order("", 2, control=picture(2), control_scale=0.3),
    ]
    control.dress(bench.batch(*orders))
    together = held(bench, unet, control)
    for place, order in enumerate(orders):
        control.dress(bench.batch(order))
        assert torch.allclose(held(bench, unet, control, [place, place + 2]), together[[place, place + 2]], atol=1e-5)


def test_a_row_without_a_layout_gets_nothing_to_the_bit(bench: Any, unet: Any, control: ControlLock) -> None:
    plain = bench.call(unet)
    control.dress(bench.batch(Order("", 1, control=picture(1)), Order("", 2)))
    change = (held(bench, unet, control) - plain).abs().amax((1, 2, 3))
    assert change[[1, 3]].max() == 0.0 and change[[0, 2]].min() > 1e-2

    silent = Order("", 1, control=picture(1), control_scale=0.0)
    control.dress(bench.batch(silent, silent))
    before = control.runs
    assert torch.equal(held(bench, unet, control), plain)
    control.undress()
    assert torch.equal(held(bench, unet, control), plain)
    assert control.runs == before


def test_a_layout_of_another_size_is_resized(bench: Any, unet: Any, control: ControlLock) -> None:
    control.dress(bench.batch(Order("", 1, control=picture(1, (64, 96))), guided=False))
    assert held(bench, unet, control, [0]).shape == (1, 4, 8, 8)


def test_after_guidance_the_positive_rows_go_on_as_they_were(bench: Any, unet: Any, control: ControlLock) -> None:
    control.dress(bench.batch(Order("", 1, control=picture(1)), Order("", 2, control=picture(2))))
    whole = held(bench, unet, control)
    assert torch.allclose(held(bench, unet, control, [2, 3]), whole[2:], atol=1e-5)


def test_while_deep_features_are_reused_the_control_network_rests(bench: Any, weights: Path, unet: Any) -> None:
    control = load_control(weights / "controlnet", unet)
    control.dress(bench.batch(Order("", 1, control=picture(1)), Order("", 2), cache="deepcache", cache_every=3))
    for step in range(6):
        held(bench, unet, control, step=step)
    assert control.runs == 2


def test_a_size_that_the_adapter_cannot_see_is_refused(weights: Path, unet: Any) -> None:
    control = load_control(weights / "t2i", unet)
    order = Order("", 1, control=picture(1))
    with pytest.raises(UsageError, match="72x64") as error:
        control.dress(Batch([order], Sampling(size=(72, 64)), False, torch.device("cpu"), torch.float32))
    assert "multiples of 32" in error.value.hint


def test_wrong_folders_are_refused_in_words(weights: Path, tmp_path: Path, unet: Any) -> None:
    with pytest.raises(ModelError, match="no control network"):
        load_control(tmp_path, unet)
    with pytest.raises(ModelError, match="UNet2DConditionModel, which is not one of ControlNetModel, T2IAdapter"):
        load_control(weights / "sdxl" / "unet", unet)
    for name, key, wrong in (
        ("controlnet", "cross_attention_dim", 768),
        ("t2i", "adapter_type", "full_adapter"),
    ):
        config = json.loads((weights / name / "config.json").read_text(encoding="utf-8"))
        (tmp_path / "config.json").write_text(json.dumps({**config, key: wrong}), encoding="utf-8")
        with pytest.raises(ModelError, match=f"is for another model: it has {wrong}"):
            load_control(tmp_path, unet)


def test_a_folder_without_its_weights_is_told(weights: Path, tmp_path: Path, unet: Any) -> None:
    (tmp_path / "config.json").write_bytes((weights / "controlnet" / "config.json").read_bytes())
    with pytest.raises(ModelError, match="could not be loaded as ControlNetModel"):
        load_control(tmp_path, unet)


@pytest.mark.filterwarnings("ignore:__array__ implementation")
@pytest.mark.parametrize("kind", ["controlnet", "t2i"])
def test_a_studio_draws_layouts_as_diffusers_own_pipelines_do(kind: str, weights: Path) -> None:
    studio = Studio(Checkpoint(model=str(weights / "sdxl"), control=str(weights / kind), device="cpu"))
    order = Order("a dog in the street", 5, control=picture(1), control_scale=0.7)
    (drawing,) = studio.draw([order], Sampling(size=SIZE, steps=2))
    theirs = stock(kind, weights)(
        order.prompt,
        image=Image.fromarray(np.ascontiguousarray(picture(1)[..., ::-1])),
        num_inference_steps=2,
        guidance_scale=5.0,
        width=SIZE[0],
        height=SIZE[1],
        generator=torch.Generator().manual_seed(5),
        output_type="np",
        **{"controlnet_conditioning_scale" if kind == "controlnet" else "adapter_conditioning_scale": 0.7},
    ).images[0]
    assert drawing.image is not None
    assert np.abs(drawing.image[..., ::-1] / 255.0 - theirs).max() < 1.01 / 255.0


def stock(kind: str, weights: Path) -> Any:
    import diffusers

    if kind == "controlnet":
        network = {"controlnet": diffusers.ControlNetModel.from_pretrained(weights / kind, use_safetensors=True)}
        pipeline = diffusers.StableDiffusionXLControlNetPipeline
    else:
        network = {"adapter": diffusers.T2IAdapter.from_pretrained(weights / kind, use_safetensors=True)}
        pipeline = diffusers.StableDiffusionXLAdapterPipeline
    made = pipeline.from_pretrained(weights / "sdxl", use_safetensors=True, add_watermarker=False, **network)
    made.set_progress_bar_config(disable=True)
    return made
