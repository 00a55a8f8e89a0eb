import gc
from pathlib import Path
from typing import Any
from weakref import ref

import numpy as np
import pytest
import torch

from dreamgen.engines.diffusion.adapters.attention import STYLE_LAYERS
from dreamgen.engines.diffusion.adapters.fitting import fit_locks
from dreamgen.engines.diffusion.adapters.ip_adapter import load_ip_adapter
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import Order, Reference
from dreamgen.errors import ModelError, UsageError

PICTURE = np.zeros((64, 64, 3), np.uint8)


class Model:
    def __init__(self, weights: Path) -> None:
        from diffusers import UNet2DConditionModel

        self.unet = UNet2DConditionModel.from_pretrained(weights / "sdxl" / "unet", use_safetensors=True).eval()
        self.device = torch.device("cpu")
        self.dtype = torch.float32


def fit(weights: Path, **checkpoint: Any) -> Any:
    def no_words(words: str, order: Order) -> torch.Tensor:
        raise AssertionError("nothing is encoded while locks are put on")

    return fit_locks(Model(weights), Checkpoint(**checkpoint), no_words, Path)


def test_one_file_can_follow_both_characters_and_style(weights: Path) -> None:
    file = str(weights / "ip.safetensors")
    fitted = fit(weights, identity=file, style_adapter=file, image_encoder=str(weights / "image_encoder"))
    fitted.check(Order("", 1, references=(Reference(PICTURE), Reference(PICTURE, lock="style"))))
    assert fitted.eyes is not None and len(list(fitted)) == 4


@pytest.mark.parametrize("compiled", [True, False])
def test_a_compiled_network_wears_references_and_regions_always(weights: Path, compiled: bool, bench: Any) -> None:
    model = Model(weights)
    checkpoint = Checkpoint(
        identity=str(weights / "ip.safetensors"), image_encoder=str(weights / "image_encoder"), compile=compiled
    )
    fitted = fit_locks(model, checkpoint, lambda words, order: torch.zeros(1, 77, 64), Path)
    wiring = model.unet.get_submodule("mid_block.attentions.0.transformer_blocks.0.attn2").processor.wiring
    for lock in fitted:
        lock.dress(bench.batch(Order("", 1)))
    assert (wiring.references, wiring.regions) == (compiled, compiled)
    for lock in fitted:
        lock.undress()
    assert not wiring.references and not wiring.regions


def tapped(unet: Any) -> list[tuple[str, torch.Tensor]]:
    """Keys and values that cross-attentions hold for references, with the layers' names."""
    return [
        (name, weight)
        for name, module in unet.named_modules()
        for tap in getattr(getattr(module, "processor", None), "taps", ())
        for weight in tap.weights
    ]


def test_one_file_for_both_is_held_once(weights: Path) -> None:
    file = str(weights / "ip.safetensors")
    model = Model(weights)
    checkpoint = Checkpoint(identity=file, style_adapter=file, image_encoder=str(weights / "image_encoder"))
    fit_locks(model, checkpoint, lambda words, order: torch.zeros(0), Path)
    held = [(name, weight.data_ptr()) for name, weight in tapped(model.unet)]
    assert len(held) > len(set(held)) == 2 * sum(name.endswith(".attn2") for name, _ in model.unet.named_modules())


def test_style_alone_holds_only_the_layers_of_style(weights: Path) -> None:
    from dreamgen.engines.diffusion.adapters import fitting

    loaded: list[tuple[str, Any]] = []

    def load(path: Path, unet: Any) -> Any:
        adapter = load_ip_adapter(path, unet)
        loaded.extend((name, ref(weight)) for name, pair in adapter.weights.items() for weight in pair)
        return adapter

    model, file = Model(weights), str(weights / "ip.safetensors")
    checkpoint = Checkpoint(style_adapter=file, image_encoder=str(weights / "image_encoder"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "load_ip_adapter", load)
        fitted = fit_locks(model, checkpoint, lambda words, order: torch.zeros(0), Path)
    gc.collect()
    assert fitted.references is not None
    alive = {name for name, weight in loaded if weight() is not None}
    assert alive == {name for name, _ in tapped(model.unet)}
    assert alive and all(name.startswith(STYLE_LAYERS) for name in alive)


def test_an_adapter_needs_its_image_encoder(weights: Path) -> None:
    with pytest.raises(UsageError, match="not the image encoder") as error:
        fit(weights, identity=str(weights / "ip.safetensors"))
    assert "diffusion.image_encoder=" in error.value.hint


def test_an_image_encoder_alone_can_look(weights: Path) -> None:
    eyes = fit(weights, image_encoder=str(weights / "image_encoder")).eyes
    assert np.isclose(np.linalg.norm(eyes.look(PICTURE)), 1.0)


def test_orders_that_ask_for_what_is_not_loaded_are_refused_with_the_option(weights: Path) -> None:
    fitted = fit(weights)
    fitted.check(Order("", 1, references=(Reference(PICTURE, scale=0.0),), control=PICTURE, control_scale=0.0))
    with pytest.raises(UsageError) as error:
        fitted.check(Order("", 1, references=(Reference(PICTURE),)))
    assert "diffusion.identity=" in error.value.hint
    with pytest.raises(UsageError) as error:
        fitted.check(Order("", 1, control=PICTURE))
    assert "diffusion.control=" in error.value.hint


def test_missing_weights_are_told(weights: Path, tmp_path: Path) -> None:
    encoder = str(weights / "image_encoder")
    with pytest.raises(ModelError, match="there is no IP-Adapter"):
        fit(weights, identity=str(tmp_path / "none.safetensors"), image_encoder=encoder)
    with pytest.raises(ModelError, match="there is no control network"):
        fit(weights, control=str(tmp_path))
    with pytest.raises(ModelError, match="there is no LoRA"):
        fit(weights, distilled="lcm", distilled_lora=str(tmp_path / "none.safetensors"))
