from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from dreamgen.engines.diffusion.adapters.attention import Wiring
from dreamgen.engines.diffusion.adapters.controls import load_control
from dreamgen.engines.diffusion.adapters.stepcache import StepCache
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import Order, Sampling
from dreamgen.engines.diffusion.studio import Studio

SIZE = (64, 64)


TWO = (Order("", 1), Order("", 2))
WORDS = "mid_block.attentions.0.transformer_blocks.0.attn2.to_k"


@pytest.fixture(scope="module")
def cache(unet: Any) -> StepCache:
    return StepCache(unet, Wiring(unet))


class Counter:
    """Counts how often a layer runs."""

    def __init__(self, module: Any) -> None:
        self.count = 0
        self.hook = module.register_forward_hook(self)

    def __call__(self, *_: Any) -> None:
        self.count += 1


def at(bench: Any, unet: Any, step: int, rows: Sequence[int] = range(4), **more: Any) -> torch.Tensor:
    """What the network says at a step of a walk whose latents change a little every step."""
    given, drift = bench.inputs(list(rows)), bench.inputs([3 - row for row in rows])["sample"]
    given["sample"] = given["sample"] * (1 - 0.02 * step) + drift * 0.02 * step
    given["timestep"] = torch.tensor(900.0 - 30.0 * step)
    with torch.no_grad():
        seen: torch.Tensor = unet(**given, **more).sample
    return seen


def tell(cache: StepCache, step: int) -> None:
    nothing = torch.zeros(())
    assert cache.before_step(nothing, step, nothing, nothing, {}) == {}


def walk(bench: Any, unet: Any, cache: StepCache, steps: int = 6) -> list[torch.Tensor]:
    seen = []
    for step in range(steps):
        tell(cache, step)
        seen.append(at(bench, unet, step))
    return seen


def off(ours: torch.Tensor, exact: torch.Tensor) -> float:
    return float((ours - exact).norm() / exact.norm())


def test_without_a_cache_every_step_is_the_plain_one_to_the_bit(
    bench: Any, unet: Any, plain: Any, cache: StepCache
) -> None:
    cache.dress(bench.batch(*TWO))
    assert all(torch.equal(seen, at(bench, plain, step)) for step, seen in enumerate(walk(bench, unet, cache)))


def test_deepcache_runs_the_deep_layers_every_third_step_and_differs_little(
    bench: Any, unet: Any, plain: Any, cache: StepCache
) -> None:
    deep = [Counter(unet.mid_block.resnets[0]), Counter(unet.up_blocks[1].resnets[0])]
    shallow = [Counter(unet.down_blocks[0].resnets[0]), Counter(unet.up_blocks[2].resnets[0])]
    cache.dress(bench.batch(*TWO, cache="deepcache", cache_every=3))
    seen = walk(bench, unet, cache)
    cache.undress()
    for counter in (*deep, *shallow):
        counter.hook.remove()

    assert [counter.count for counter in deep] == [2, 2]
    assert [counter.count for counter in shallow] == [6, 6]
    for step, ours in enumerate(seen):
        exact = at(bench, plain, step)
        if step % 3 == 0:
            assert torch.equal(ours, exact)
        else:  # nearer than the last whole run, since the shallow layers see every step
            assert 0.0 < off(ours, exact) < off(seen[step - step % 3], exact) < 0.2


def test_tgate_asks_the_words_no_more_after_its_share_of_the_steps(
    bench: Any, unet: Any, plain: Any, cache: StepCache
) -> None:
    asked = Counter(unet.get_submodule(WORDS))
    cache.dress(bench.batch(*TWO, cache="tgate", cache_from=0.5, steps=6))
    seen = walk(bench, unet, cache)
    cache.undress()
    asked.hook.remove()

    assert asked.count == 3
    for step, ours in enumerate(seen):
        exact = at(bench, plain, step)
        assert torch.equal(ours, exact) if step < 3 else 0.0 < off(ours, exact) < 0.1


@pytest.mark.filterwarnings("ignore:__array__ implementation")
@pytest.mark.parametrize(("scheduler", "strength", "asked"), [("euler", None, 4), ("heun", None, 8), ("heun", 0.5, 4)])
def test_tgate_begins_at_its_share_of_all_calls(
    scheduler: str, strength: float | None, asked: int, weights: Path
) -> None:
    """Of ten steps: ten calls of euler, nineteen of heun, and nine where half of a picture is kept."""
    studio = Studio(Checkpoint(model=str(weights / "sdxl"), device="cpu"))
    order = Order("a dog", 1)
    if strength is not None:
        order = replace(order, start=np.zeros((*SIZE, 3), np.uint8), strength=strength)
    counter = Counter(studio.loaded.unet.get_submodule(WORDS))
    sampling = Sampling(size=SIZE, steps=10, scheduler=scheduler, guidance=1.0, cache="tgate", cache_from=0.4)
    (drawing,) = studio.draw([order], sampling)
    assert drawing.image is not None and counter.count == asked


@pytest.mark.parametrize("kind", ["deepcache", "tgate"])
def test_what_was_cached_is_gone_with_the_batch(bench: Any, kind: str, unet: Any, plain: Any, cache: StepCache) -> None:
    cache.dress(bench.batch(*TWO, cache=kind, cache_from=0.0))
    walk(bench, unet, cache)
    cache.undress()
    assert torch.equal(bench.call(unet), bench.call(plain))

    cache.dress(bench.batch(*TWO, cache=kind, cache_from=0.0))
    tell(cache, 4)
    assert torch.equal(bench.call(unet), bench.call(plain)), "a first call has nothing to reuse, whatever its number"
    cache.undress()


@pytest.mark.parametrize("kind", ["deepcache", "tgate"])
def test_when_guidance_ends_the_positive_rows_go_on_with_their_own(
    bench: Any, kind: str, unet: Any, cache: StepCache
) -> None:
    cache.dress(bench.batch(*TWO, cache=kind, cache_from=0.0))
    whole = walk(bench, unet, cache, steps=2)[1]
    rest = at(bench, unet, 1, [2, 3])
    cache.undress()
    assert torch.allclose(rest, whole[2:], atol=1e-5)


@pytest.mark.parametrize("kind", ["controlnet", "t2i"])
def test_deepcache_goes_along_with_a_control_network(
    bench: Any, kind: str, unet: Any, plain: Any, weights: Path, cache: StepCache
) -> None:
    control = load_control(weights / kind, plain)
    layout = np.random.default_rng(1).integers(0, 256, (*SIZE, 3), dtype=np.uint8)
    control.dress(bench.batch(*[Order("", 1, control=layout)] * 2))
    cache.dress(bench.batch(*TWO, cache="deepcache", cache_every=2))
    given = bench.inputs(range(4))

    def residuals(step: int) -> dict[str, Any]:
        with torch.no_grad():
            return control.before_step(
                given["sample"], step, given["timestep"], given["encoder_hidden_states"], given["added_cond_kwargs"]
            )

    for step in range(4):
        tell(cache, step)
        ours, exact, free = (
            at(bench, unet, step, **residuals(step)),
            at(bench, plain, step, **residuals(step)),
            at(bench, plain, step),
        )
        assert off(ours, exact) < 0.5 * off(free, exact), "the layout still binds"
    cache.undress()
