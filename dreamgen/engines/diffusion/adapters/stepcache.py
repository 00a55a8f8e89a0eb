"""Skips what hardly changes from one step to the next: deep features (DeepCache) or cross-attention (T-GATE).

DeepCache (Ma et al. 2024, arXiv 2312.00858, figure 3): every so many steps the whole network runs; in between, only its
shallowest level does, on the deep features of the last whole run. T-GATE (Zhang et al. 2024, arXiv 2404.02747): once
the words have planned the picture, each cross-attention gives what it gave last.

The published packages patch the same modules from outside by the number of the step (DeepCache), or bring copies of
whole pipelines (tgate); neither knows of rows with locks of their own, so both are done here, in the few lines that
they take.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dreamgen.engines.diffusion.adapters.attention import Wiring

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
        wiring: its cross-attentions.
    """

    def __init__(self, unet: Any, wiring: Wiring) -> None:
        self._deep = [_Part(block) for block in (*unet.down_blocks[1:], unet.mid_block, *unet.up_blocks[:-1])]
        self._wiring = wiring
        self._kind = "none"
        self._every = 1
        self._first_reuse = 0
        self._ran = False

    def dress(self, batch: Batch) -> None:
        """Gets ready for the batch's way of caching."""
        self.undress()
        sampling = batch.sampling
        self._kind, self._every = sampling.cache, sampling.cache_every
        # of calls, since some schedulers call twice a step, and a picture to begin from leaves fewer steps
        self._first_reuse = math.ceil(sampling.cache_from * (batch.calls or sampling.steps))
        self._set(keeps=True, reuses=False)

    def before_step(
        self, latents: torch.Tensor, step: int, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any]
    ) -> dict[str, Any]:
        """Says whether this step reuses; the first one has nothing to reuse."""
        late = step % self._every != 0 if self._kind == "deepcache" else step >= self._first_reuse
        self._set(keeps=True, reuses=late and self._ran)
        self._ran = True
        return {}

    def undress(self) -> None:
        """The network is again what it was."""
        self._set(keeps=False, reuses=False)
        for part in self._deep:
            part.kept = None
        for layer in self._wiring.layers.values():
            layer.kept = None
        self._kind, self._ran = "none", False

    def _set(self, keeps: bool, reuses: bool) -> None:
        if self._kind == "tgate":
            self._wiring.keeps, self._wiring.reuses = keeps, reuses
        for part in self._deep if self._kind == "deepcache" else ():
            part.keeps, part.reuses = keeps, reuses


class _Part:
    """One module of the network that can give what it gave last; until told so, it only passes on.

    Its way in is taken over once, so that a compiled network has both ways from the start.
    """

    def __init__(self, module: Any) -> None:
        self.keeps = False
        self.reuses = False
        self.kept: Any = None
        self._run = module.forward
        module.forward = self._forward

    def _forward(self, hidden_states: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        if self.reuses:
            return _last(self.kept, hidden_states.shape[0])
        result = self._run(hidden_states, *args, **kwargs)
        if self.keeps:
            self.kept = result
        return result


def _last(kept: Any, rows: int) -> Any:
    """The last rows of a tensor, or of every tensor in nested tuples."""
    if isinstance(kept, tuple):
        return tuple(_last(each, rows) for each in kept)
    return kept[kept.shape[0] - rows :]
