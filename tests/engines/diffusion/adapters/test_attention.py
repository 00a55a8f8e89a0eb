from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from dreamgen.engines.diffusion.adapters.attention import Wiring
from dreamgen.engines.diffusion.adapters.bank import LoraBank
from dreamgen.engines.diffusion.adapters.identity import ReferenceLock
from dreamgen.engines.diffusion.adapters.ip_adapter import load_ip_adapter
from dreamgen.engines.diffusion.adapters.regions import RegionLock
from dreamgen.engines.diffusion.adapters.stepcache import StepCache
from dreamgen.engines.diffusion.adapters.vision import ImageEncoder
from dreamgen.engines.diffusion.locks import Batch, Lock
from dreamgen.engines.diffusion.orders import LoraUse, Order, Reference, Region

SIZE = (64, 64)
LEFT = np.zeros(SIZE, np.float32)
LEFT[:, :32] = 1.0


def picture(seed: int) -> Any:
    return np.random.default_rng(seed).integers(0, 256, (64, 48, 3), dtype=np.uint8)


def locks_of(weights: Path, unet: Any, always: bool = False) -> list[Lock]:
    wiring = Wiring(unet, always)
    references = ReferenceLock(wiring)
    encoder = ImageEncoder(weights / "image_encoder", torch.device("cpu"), torch.float32)
    references.add("identity", load_ip_adapter(weights / "ip.safetensors", unet), encoder)
    regions = RegionLock(wiring, lambda words, order: torch.full((1, 77, 64), float(len(words))))
    return [LoraBank(unet, always=always), regions, references, StepCache(unet, wiring)]


def worn(bench: Any, unet: Any, locks: Sequence[Lock], asked: Batch) -> torch.Tensor:
    given = bench.inputs(range(4))
    for lock in locks:
        lock.dress(asked)
    for lock in locks:
        lock.before_step(given["sample"], 0, given["timestep"], given["encoder_hidden_states"], {})
    seen: torch.Tensor = bench.call(unet)
    for lock in reversed(locks):
        lock.undress()
    return seen


def test_locks_put_on_and_not_worn_change_no_bit_of_what_diffusers_computes(
    bench: Any, weights: Path, unet: Any
) -> None:
    plain = bench.call(unet)
    locks = locks_of(weights, unet)
    assert torch.equal(bench.call(unet), plain)
    assert torch.equal(worn(bench, unet, locks, bench.batch(Order("", 1), Order("", 2))), plain)


def test_what_is_always_worn_changes_nothing_where_nothing_is_asked(bench: Any, weights: Path, unet: Any) -> None:
    dressed = bench.network()
    locks = locks_of(weights, dressed, always=True)
    bare = bench.batch(Order("", 1), Order("", 2))
    full = Order(
        "",
        1,
        references=(Reference(picture(1)),),
        regions=(Region("a coat", LEFT),),
        loras=(LoraUse(weights / "lora_a.safetensors"),),
    )
    assert torch.allclose(worn(bench, dressed, locks, bare), bench.call(unet), atol=1e-6)
    together = worn(bench, dressed, locks, bench.batch(full, Order("", 2)))
    assert not torch.allclose(together[2], bench.call(unet)[2], atol=1e-2)
    assert torch.allclose(worn(bench, dressed, locks, bare), bench.call(unet), atol=1e-6)
    assert torch.equal(bench.call(dressed), bench.call(unet)), "undressed, not a bit is another one"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("always", "graphs"), [(True, [1, 1, 1, 1, 1, 1]), (False, [1, 2, 3, 4, 4, 4])])
def test_a_compiled_network_has_one_graph_whatever_is_worn(
    shallow_bench: Any, shallow_weights: Path, always: bool, graphs: list[int]
) -> None:
    """Nothing that differs between batches recompiles: no picture, mask, scale, LoRA or weight; and not even what kinds
    of locks are worn, when all always are. The middle of the network stands for all of it."""
    unet = shallow_bench.network()
    locks = locks_of(shallow_weights, unet, always)
    files = [shallow_weights / "lora_a.safetensors", shallow_weights / "lora_b.safetensors"]

    def bare(**more: Any) -> Batch:
        asked: Batch = shallow_bench.batch(Order("", 1), Order("", 2, **more))
        return asked

    def dressed(seed: int) -> Batch:
        ann = Reference(picture(seed), LEFT * (0.5 + 0.1 * seed), 0.1 * seed)
        one = Order("", 1, references=(ann, Reference(picture(9))), loras=(LoraUse(files[seed % 2], 0.1 * seed),))
        other = Order("", 2, references=(Reference(picture(5)),) * (seed % 3), loras=(LoraUse(files[0], 0.3),))
        asked: Batch = shallow_bench.batch(one, other)
        return asked

    # the first LoRA makes the slots, which are there from then on
    wearing = bare(loras=(LoraUse(files[0], 0.3),))
    worn(shallow_bench, unet, locks, wearing)
    coat = bare(regions=(Region("a coat", LEFT),))
    asked = [bare(), coat, wearing, dressed(1), dressed(2), bare()]
    exact = [worn(shallow_bench, unet, locks, each) for each in asked]
    compilings = []

    def compiler(graph: Any, _: Any) -> Any:
        compilings.append(graph)
        return graph.forward

    torch._dynamo.reset()
    unet.mid_block.compile(backend=compiler, fullgraph=True)
    counts = []
    for each, right in zip(asked, exact, strict=True):
        assert torch.allclose(worn(shallow_bench, unet, locks, each), right, atol=1e-5)
        counts.append(len(compilings))
    torch._dynamo.reset()
    assert counts == graphs


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_levels_of_several_sizes_and_depths_are_in_the_one_graph(stepped_bench: Any, tmp_path: Path) -> None:
    unet = stepped_bench.network()
    layers = [len(block.attentions[0].transformer_blocks) for block in unet.down_blocks]
    assert layers == [1, 2], "both levels read the text, and one of them twice"
    locks = locks_of(tmp_path, unet, always=True)
    lora = LoraUse(tmp_path / "lora_a.safetensors")
    dressed = Order("", 1, references=(Reference(picture(1), LEFT),), regions=(Region("a coat", LEFT),), loras=(lora,))
    asked = [stepped_bench.batch(dressed, Order("", 2)), stepped_bench.batch(Order("", 1), Order("", 2))]
    exact = [worn(stepped_bench, unet, locks, each) for each in asked]
    assert not torch.allclose(exact[0], exact[1], atol=1e-2)
    graphs = []

    def compiler(graph: Any, _: Any) -> Any:
        graphs.append(graph)
        return graph.forward

    torch._dynamo.reset()
    unet.compile(backend=compiler, fullgraph=True)
    for each, right in zip(asked, exact, strict=True):
        assert torch.allclose(worn(stepped_bench, unet, locks, each), right, atol=1e-5)
    torch._dynamo.reset()
    assert len(graphs) == 1
