from typing import Any

import numpy as np
import pytest
import torch

from dreamgen.engines.diffusion.adapters.attention import Wiring
from dreamgen.engines.diffusion.adapters.regions import RegionLock, fair
from dreamgen.engines.diffusion.orders import Order, Region

SIZE = (64, 64)
LEFT = np.zeros(SIZE, np.float32)
LEFT[:, :32] = 1.0


def encode(words: str, order: Order) -> torch.Tensor:
    """Text encoders of its own: every text gives other numbers."""
    return torch.randn(1, 77, 64, generator=torch.Generator().manual_seed(len(words)))


@pytest.fixture(scope="module")
def lock(unet: Any) -> RegionLock:
    return RegionLock(Wiring(unet), encode)


def test_words_of_a_region_hold_there_and_nowhere_else(bench: Any, unet: Any, lock: RegionLock) -> None:
    attention = unet.get_submodule("down_blocks.1.attentions.0.transformer_blocks.0.attn2")
    generator = torch.Generator().manual_seed(1)
    states, words = torch.randn(1, 64, 64, generator=generator), torch.randn(1, 77, 64, generator=generator)
    red = encode("a red coat", Order("", 1))
    with torch.no_grad():
        everywhere, there = attention(states, words), attention(states, red)
        lock.dress(bench.batch(Order("", 1, regions=(Region("a red coat", LEFT),)), guided=False))
        seen = attention(states, words)
        lock.undress()

    seen, everywhere, there = (each.reshape(8, 8, 64) for each in (seen, everywhere, there))
    assert torch.allclose(seen[:, :4], there[:, :4], atol=1e-6)
    assert torch.equal(seen[:, 4:], everywhere[:, 4:])


def test_every_row_has_its_own_regions(bench: Any, unet: Any, lock: RegionLock) -> None:
    orders = [
        Order("", 1, regions=(Region("a red coat", LEFT), Region("a green hat", 1 - LEFT))),
        Order("", 2, regions=(Region("a blue dog in the street", LEFT),)),
    ]
    lock.dress(bench.batch(*orders))
    together = bench.call(unet)
    for place, order in enumerate(orders):
        lock.dress(bench.batch(order))
        assert torch.allclose(bench.call(unet, [place, place + 2]), together[[place, place + 2]], atol=1e-5)
    lock.undress()


def test_a_row_without_regions_and_the_row_of_the_negative_prompt_are_as_ever(
    bench: Any, unet: Any, lock: RegionLock, plain: Any
) -> None:
    ever = bench.call(plain)
    lock.dress(bench.batch(Order("", 1, regions=(Region("a red coat", LEFT),)), Order("", 2)))
    change = (bench.call(unet) - ever).abs().amax((1, 2, 3))
    assert change[2] > 1e-3
    assert change[[0, 1, 3]].max() < 1e-5
    lock.undress()
    assert torch.equal(bench.call(unet), ever)


def test_without_a_region_in_the_batch_nothing_is_touched(bench: Any, unet: Any, lock: RegionLock, plain: Any) -> None:
    lock.dress(bench.batch(Order("", 1), Order("", 2)))
    assert torch.equal(bench.call(unet), bench.call(plain))


def test_regions_that_overlap_share_their_places() -> None:
    shared = fair([LEFT, np.ones(SIZE, np.float32)])
    assert np.allclose(np.sum(shared, axis=0), 1.0)
    assert np.allclose(shared[0][:, :32], 0.5) and np.allclose(shared[1][:, 32:], 1.0)
    assert fair([]) == []


def test_a_crowd_is_made_room_for(bench: Any, unet: Any, lock: RegionLock) -> None:
    stripes = [np.zeros(SIZE, np.float32) for _ in range(5)]
    for place, stripe in enumerate(stripes):
        stripe[:, place * 12 : place * 12 + 12] = 1.0
    crowd = Order("", 1, regions=tuple(Region("x" * place, stripe) for place, stripe in enumerate(stripes)))
    lock.dress(bench.batch(crowd, Order("", 2)))
    together = bench.call(unet)
    lock.dress(bench.batch(crowd))
    assert torch.allclose(bench.call(unet, [0, 2]), together[[0, 2]], atol=1e-5)
    lock.dress(bench.batch(Order("", 2)))
    assert torch.allclose(bench.call(unet, [1, 3]), together[[1, 3]], atol=1e-5)
