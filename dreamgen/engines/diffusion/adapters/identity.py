"""Keeps characters and style alike: every picture of a batch follows references of its own, where they belong.

diffusers' pipelines can't do this. Given embeddings of a reference for each prompt they repeat them once more for each
prompt, every row then sees all references, and nothing complains; see tests/engines/diffusion/test_mixed_batch.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from dreamgen.engines.diffusion.adapters.attention import STYLE_LAYERS, Fitting, Wiring
from dreamgen.engines.diffusion.adapters.ip_adapter import IpAdapter
from dreamgen.engines.diffusion.adapters.vision import ImageEncoder
from dreamgen.engines.diffusion.orders import Order, Reference
from dreamgen.errors import ModelError, UsageError

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.locks import Batch

Kind = Literal["identity", "style"]
FIELDS: dict[Kind, str] = {"identity": "identity", "style": "style_adapter"}
"""What a checkpoint calls the adapter of each kind."""
SLOTS: dict[Kind, int] = {"identity": 4, "style": 1}
"""References of each kind that there is always room for. More are followed, too, in buffers of another shape, for which
a compiled network is compiled once more."""


@dataclass
class _Follower:
    adapter: IpAdapter
    encoder: ImageEncoder
    worn: Fitting


class ReferenceLock:
    """Follows `Order.references`.

    Args:
        wiring: the cross-attentions of the network.
        style_everywhere: lets a style reference act in all layers, not only where style is (InstantStyle); then its
            content shows through, too.
    """

    def __init__(self, wiring: Wiring, style_everywhere: bool = False) -> None:
        self._wiring = wiring
        self._style_layers = () if style_everywhere else STYLE_LAYERS
        self._followers: dict[str, _Follower] = {}

    def add(self, kind: Kind, adapter: IpAdapter, encoder: ImageEncoder) -> None:
        """Lets references of a kind be followed.

        Raises:
            ModelError: when the adapter was trained with another image encoder.
        """
        width = encoder.pooled_width if adapter.pooled else encoder.patch_width
        if width != adapter.width:
            raise ModelError(
                f"the {kind} adapter wants {adapter.width} numbers of its image encoder, and the given one has {width}",
                "Adapters named vit-h need ViT-H/14 (1024), others for SDXL ViT-bigG/14 (1280).",
            )
        worn = self._wiring.fit(adapter.weights, SLOTS[kind], self._style_layers if kind == "style" else ())
        # the cross-attentions have what they need of these: style needs few
        self._followers[kind] = _Follower(replace(adapter, weights={}), encoder, worn)

    def check(self, order: Order) -> None:
        """Refuses an order with references that can't be followed.

        Raises:
            UsageError: when no adapter is loaded for their kind.
        """
        for kind in FIELDS:
            if _used(order, kind) and kind not in self._followers:
                raise UsageError(
                    f"a picture has a reference for its {kind}, and no adapter is loaded that follows it",
                    f"Give one: --set diffusion.{FIELDS[kind]}=owner/model/file.safetensors",
                )

    def dress(self, batch: Batch) -> None:
        """Fills the slots of every row; nothing is put on that no row needs."""
        import torch

        for order in batch.orders:
            self.check(order)
        followed = any(_used(order, kind) for order in batch.orders for kind in self._followers)
        self._wiring.references = followed or (self._wiring.always and bool(self._followers))
        if not self._wiring.references:
            return
        for kind, follower in self._followers.items():
            references = [_used(order, kind) for order in batch.orders]
            rows = [[(each.mask, each.scale) for each in row] for row in references]
            slots = follower.worn.shares.fill(batch, rows * 2 if batch.guided else rows)
            shown = [_tokens(follower, row, slots, unlike=False) for row in references]
            if batch.guided:
                shown = [_tokens(follower, row, slots, unlike=True) for row in references] + shown
            follower.worn.show(torch.stack(shown))

    def before_step(
        self, latents: torch.Tensor, step: int, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any]
    ) -> dict[str, Any]:
        """Nothing: the cross-attentions have it."""
        return {}

    def undress(self) -> None:
        """The cross-attentions are plain again."""
        self._wiring.references = False


def _used(order: Order, kind: str) -> list[Reference]:
    """The references of a kind that count."""
    return [reference for reference in order.references if reference.lock == kind and reference.scale]


def _tokens(follower: _Follower, references: list[Reference], slots: int, unlike: bool) -> torch.Tensor:
    """What one row is shown, (slots, tokens, channels): `unlike`, no picture, is for the row of the negative prompt."""
    import torch

    adapter, encoder = follower.adapter, follower.encoder
    empty = encoder.see(None, adapter.pooled)
    seen = [empty if unlike else encoder.see(reference.image, adapter.pooled) for reference in references]
    seen += [empty] * (slots - len(seen))
    with torch.no_grad():
        tokens: torch.Tensor = adapter.projection(torch.cat(seen))
    return tokens
