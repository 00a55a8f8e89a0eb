from __future__ import annotations

import weakref
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from dreamgen.engines.device import Machine
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.compiling import attend, check_attention
from dreamgen.engines.diffusion.orders import LoraUse, Order, Pixels, Reference, Region, Sampling
from dreamgen.engines.diffusion.studio import Studio, open_studio
from dreamgen.errors import MissingExtra, ModelError, UsageError

CPU, GPU = Machine(torch.device("cpu"), torch.float32, 0), Machine(torch.device("cuda"), torch.bfloat16, 80 * 10**9)


@pytest.mark.parametrize("attention", ["flash", "cudnn", "xformers"])
def test_some_attentions_need_a_gpu(attention: Any) -> None:
    with pytest.raises(UsageError, match="GPUs") as caught:
        check_attention(Checkpoint(attention=attention), CPU)
    assert "sdpa" in caught.value.hint


def test_xformers_must_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamgen.engines.diffusion.compiling.installed", lambda name: False)
    with pytest.raises(MissingExtra, match="xformers") as caught:
        check_attention(Checkpoint(attention="xformers"), GPU)
    assert caught.value.hint == 'pip install "dreamgen[xformers]"'


@pytest.mark.parametrize("attention", ["sdpa", "flash", "cudnn"])
def test_who_is_asked_first_gives_way_where_it_can_t(attention: Any) -> None:
    query = torch.randn(1, 2, 5, 8, generator=torch.Generator().manual_seed(0))
    plain = torch.nn.functional.scaled_dot_product_attention(query, query, query)
    with attend(Checkpoint(attention=attention)):
        chosen = torch.nn.functional.scaled_dot_product_attention(query, query, query)
    torch.testing.assert_close(chosen, plain)


@pytest.fixture
def graphs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is compiled from now on: one entry for each graph. Nothing is made of them: what is compiled when is decided
    before any code is made, and making it takes minutes."""
    torch._dynamo.reset()
    made: list[Any] = []

    def count(graph: Any, inputs: Any) -> Any:
        made.append(graph)
        return graph.forward

    monkeypatch.setattr("torch.compile", partial(torch.compile, backend=count))
    return made


@pytest.mark.slow
def test_whatever_pictures_are_held_to_the_graphs_are_the_same_and_so_are_the_pictures(
    shallow_weights: Path, graphs: list[Any]
) -> None:
    plain = Checkpoint(
        model=str(shallow_weights / "sdxl"),
        identity=str(shallow_weights / "ip.safetensors"),
        image_encoder=str(shallow_weights / "image_encoder"),
    )
    compiled = Studio(plain.model_copy(update={"compile": True}))
    left = np.zeros((64, 64), np.float32)
    left[:, :20] = 1
    shade = np.full((64, 64, 3), 90, np.uint8)
    bare = Order("a dog", seed=1)
    kinds = {
        "plain": bare,
        "reference": Order("a dog", seed=1, references=(Reference(shade, left),)),
        "region": Order("a dog", seed=1, regions=(Region("a forest", left),)),
        "lora": Order("a dog", seed=1, loras=(LoraUse(shallow_weights / "lora_a.safetensors", 0.5),)),
        "long": Order(" ".join(["a dog in the day, red photo of the night,"] * 9), seed=1),
        "all": Order(
            "a dog",
            seed=1,
            references=(Reference(shade, left),),
            regions=(Region("a forest", left),),
            loras=(LoraUse(shallow_weights / "lora_b.safetensors", 0.5),),
        ),
    }

    def draw(studio: Studio, asked: list[Order], steps: int = 1) -> list[Pixels]:
        drawings = studio.draw(asked, Sampling(size=(64, 64), steps=steps, batch=2))
        return [drawing.image for drawing in drawings if drawing.image is not None]

    def made(*asked: Order) -> int:
        assert len(draw(compiled, list(asked))) == len(asked)
        return len(graphs)

    # the network and the decoder
    assert made(bare, bare) == 2
    # there is no room for LoRAs before the first one, whose rank says how much
    first = made(bare, kinds["lora"])
    assert first <= 3
    # alone in its batch a LoRA is added to the weights: the second of two ways
    assert {name: max(made(bare, order), made(order)) for name, order in kinds.items()} == dict.fromkeys(kinds, first)

    other = np.zeros((64, 64), np.float32)
    other[:, :36] = 1
    shades = [np.full((64, 64, 3), 80 + 20 * place, np.uint8) for place in (1, 2)]
    asked = [
        Order(
            "a dog",
            seed=2,
            references=(Reference(shades[0], other),),
            loras=(LoraUse(shallow_weights / "lora_b.safetensors", 0.7),),
        ),
        Order("a forest", seed=11, references=(Reference(shades[0]), Reference(shades[1], other, 0.3))),
    ]
    with torch._dynamo.config.patch(error_on_recompile=True):
        found = draw(compiled, asked, steps=2)
        # a short batch is filled up, so that its shape is the same
        short = draw(compiled, asked[:1], steps=2)
    assert len(graphs) == first
    expected = draw(open_studio(plain), asked, steps=2)
    for one, right in zip([*found, *short], [*expected, expected[0]], strict=True):
        assert np.abs(one.astype(int) - right).max() <= 1


@pytest.mark.slow
def test_too_many_shapes_are_told_and_a_compiled_network_goes_when_its_studio_is_closed(
    shallow_weights: Path, graphs: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamgen.engines.diffusion.compiling.GRAPHS", 1)
    studio = Studio(Checkpoint(model=str(shallow_weights / "sdxl"), compile=True))
    order = Order("a dog", seed=1)
    assert len(list(studio.draw([order], Sampling(size=(64, 64), steps=1, guidance=1.0)))) == 1
    gone = [weakref.ref(network) for network in (studio.loaded.unet, studio.loaded.vae)]
    with pytest.raises(ModelError, match="more than 1 shapes") as caught:
        list(studio.draw([order], Sampling(size=(72, 64), steps=1, guidance=1.0)))
    assert "diffusion.compile=false" in caught.value.hint
    # the error remembers where it came from, and with it the networks
    del caught
    graphs.clear()
    studio.close()
    assert [network() for network in gone] == [None] * 2
