"""Skips what hardly changes from one step to the next: deep features (DeepCache) or cross-attention (T-GATE).

DeepCache (Ma et al. 2024, section 3.2): every so many steps the whole network runs; in between, only its shallowest
level does, on the deep features of the last whole run. T-GATE (Zhang et al. 2024, section 4): once the words have
planned the picture, each cross-attention gives what it gave last.

The published DeepCache package patches the same modules from outside and was last released for diffusers of 2024, and
T-GATE's copies whole pipelines, so both are done here, by the few lines that they take.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dreamgen.engines.diffusion.attention import CROSS

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.locks import Batch


class StepCache:
    """Follows `Sampling.cache`; with `none` the network is not touched.

    It sees the rows of each batch separately: which other pictures are drawn makes no difference. Where guidance ends
    before the last step, the remaining rows go on with what was theirs. (T-GATE's authors end guidance at the same
    step and average both rows; here that is left to `guidance_stop`, and the positive row keeps its own.)

    Control networks go along with both: with DeepCache, what they add to deep layers is part of what is reused.

    Args:
        unet: the network.
    """

    def __init__(self, unet: Any) -> None:
        self._deep = [
            *_parts(unet.down_blocks[1:]),
            *_parts([unet.mid_block]),
            *_parts(unet.up_blocks[:-1]),
        ]
        self._cross = _parts(module for name, module in unet.named_modules() if name.endswith("." + CROSS))
        self._kind = "none"
        self._every = 1
        self._first_reuse = 0

    def dress(self, batch: Batch) -> None:
        """Gets ready for the batch's way of caching."""
        sampling = batch.sampling
        self.undress()
        self._kind, self._every = sampling.cache, sampling.cache_every
        share = min((order.strength if order.start is not None else 1.0) for order in batch.orders)
        self._first_reuse = math.ceil(sampling.cache_from * math.floor(sampling.steps * share))
        for part in self._active():
            part.put_on()

    def before_step(
        self, latents: torch.Tensor, step: int, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any]
    ) -> dict[str, Any]:
        """Says whether this step reuses."""
        reuses = step % self._every != 0 if self._kind == "deepcache" else step >= self._first_reuse
        for part in self._active():
            part.reuses = reuses
        return {}

    def undress(self) -> None:
        """The network is again what it was."""
        for part in self._active():
            part.take_off()
        self._kind = "none"

    def _active(self) -> list[_Part]:
        return {"deepcache": self._deep, "tgate": self._cross}.get(self._kind, [])


class _Part:
    """One module of the network that can give what it gave last."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.reuses = False
        self._kept: Any = None

    def put_on(self) -> None:
        self._run = self.module.forward
        self.module.forward = self._forward

    def take_off(self) -> None:
        # the class's own forward shows again
        del self.module.forward
        self._kept, self.reuses = None, False

    def _forward(self, hidden_states: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        if self.reuses and self._kept is not None:
            return _last(self._kept, hidden_states.shape[0])
        self._kept = self._run(hidden_states, *args, **kwargs)
        return self._kept


def _parts(modules: Any) -> list[_Part]:
    return [_Part(module) for module in modules]


def _last(kept: Any, rows: int) -> Any:
    """The last rows of a tensor, or of every tensor in nested tuples."""
    if isinstance(kept, tuple):
        return tuple(_last(each, rows) for each in kept)
    return kept[kept.shape[0] - rows :]
