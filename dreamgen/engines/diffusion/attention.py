"""Cross-attention that follows words, words for a part of the picture, and reference pictures, row by row.

The processors are put on once. Nothing worn, they hand over to the ones that they replaced, to the bit. Worn, one call
of fixed shape computes all of it: every row of the batch has the same number of slots, and an unused slot has a share
of zero, which adds nothing. What changes between batches is copied into buffers, never into Python values, so that a
compiled network is compiled once for each of the few combinations of `references` and `regions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dreamgen.engines.diffusion.shares import Shares, refill

if TYPE_CHECKING:
    import torch

CROSS = "attn2"
"""What diffusers calls the cross-attention of a transformer block."""

STYLE_LAYERS = ("up_blocks.0.attentions.1",)
"""The layers of SDXL that carry style and little content (Wang et al. 2024, InstantStyle, section 3.2)."""


@dataclass
class Adapter:
    """The layers that an IP-Adapter adds to the cross-attention, and its slots (Ye et al. 2023, section 3.2)."""

    weights: dict[str, tuple[torch.Tensor, torch.Tensor]]
    """By the cross-attention's name: keys and values, (channels, text channels) each."""
    shares: Shares
    """Where and how strongly every slot is followed."""
    keys: dict[str, torch.Tensor] = field(default_factory=dict)
    """By the cross-attention's name: (rows, heads, slots * tokens, channels of a head)."""
    values: dict[str, torch.Tensor] = field(default_factory=dict)
    """Likewise."""

    def show(self, tokens: torch.Tensor, heads: dict[str, int]) -> None:
        """Takes the references of a batch, (rows, slots, tokens, text channels).

        They are the same at every step, so keys and values are computed here and not in the loop.
        """
        from torch.nn.functional import linear

        flat = tokens.flatten(1, 2)
        for name, (to_key, to_value) in self.weights.items():
            for kept, weight in ((self.keys, to_key), (self.values, to_value)):
                kept[name] = refill(kept.get(name), _heads(linear(flat, weight), heads[name]).contiguous())


class Wiring:
    """What the cross-attentions of one network share.

    Args:
        unet: the network; its cross-attentions get new processors at once and keep them.
        region_slots: how many parts of a picture may have words of their own.
    """

    def __init__(self, unet: Any, region_slots: int = 4) -> None:
        self.adapters: dict[str, Adapter] = {}
        """By lock: identity, style."""
        self.references = False
        """Whether this batch follows references."""
        self.regions = False
        """Whether a part of a picture of this batch has words of its own."""
        self.levels = len(unet.config.block_out_channels)
        self.region_shares = Shares(self.levels, region_slots)
        self.region_words: torch.Tensor | None = None
        """(rows, slots, tokens, channels)."""
        self.heads: dict[str, int] = {}
        for name, module in unet.named_modules():
            if name.endswith("." + CROSS):
                self.heads[name] = module.heads
                module.set_processor(CrossAttention(self, name, module.processor))

    def fit(self, lock: str, weights: dict[str, tuple[Any, Any]], slots: int, layers: Sequence[str] = ()) -> Adapter:
        """Adds an adapter for `lock`, at the cross-attentions whose names begin with one of `layers` (none: all)."""
        kept = {name: pair for name, pair in weights.items() if not layers or name.startswith(tuple(layers))}
        self.adapters[lock] = Adapter(kept, Shares(self.levels, slots))
        return self.adapters[lock]


class CrossAttention:
    """The processor of one cross-attention.

    Args:
        wiring: what to follow.
        name: of the cross-attention in the network.
        plain: the processor that it replaces.
    """

    def __init__(self, wiring: Wiring, name: str, plain: Any) -> None:
        self.wiring = wiring
        self.name = name
        self.plain = plain

    def __call__(
        self,
        attn: Any,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        temb: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """As diffusers calls it: hidden states (rows, places, channels), words (rows, tokens, channels)."""
        wiring = self.wiring
        if not (wiring.references or wiring.regions):
            plain: torch.Tensor = self.plain(attn, hidden_states, encoder_hidden_states, attention_mask, temb)
            return plain
        query = _heads(attn.to_q(hidden_states), attn.heads)
        seen = _follow_words(attn, query, encoder_hidden_states)
        if wiring.regions:
            seen = self._with_regions(attn, query, seen)
        if wiring.references:
            for adapter in wiring.adapters.values():
                if self.name in adapter.weights:
                    seen = seen + self._references(adapter, query)
        merged = seen.transpose(1, 2).flatten(2).to(query.dtype)
        result: torch.Tensor = attn.to_out[1](attn.to_out[0](merged))
        return result

    def _with_regions(self, attn: Any, query: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """Blends what every region's own words show into its places.

        The outputs of separate attentions are blended, as in attention couple (laksjdjf, cd-tuner) and the attention
        mode of hako-mikan's regional prompter: words of one region can't leak into another one through the softmax.
        """
        rows, places = query.shape[0], query.shape[2]
        share = _last(self.wiring.region_shares.at[places], rows)[:, :, None, :, None]
        words = self.wiring.region_words
        assert words is not None, "regions are worn with their words"
        blended = seen * (1.0 - share.sum(1))
        for slot in range(share.shape[1]):
            blended = blended + _follow_words(attn, query, _last(words, rows)[:, slot]) * share[:, slot]
        return blended

    def _references(self, adapter: Adapter, query: torch.Tensor) -> torch.Tensor:
        """What all reference slots add: an attention of its own for each, weighed by its share of every place."""
        import torch

        rows, places = query.shape[0], query.shape[2]
        share = _last(adapter.shares.at[places], rows)
        keys, values = (_last(kept[self.name], rows) for kept in (adapter.keys, adapter.values))
        scores = (query * query.shape[-1] ** -0.5) @ keys.transpose(-1, -2)
        by_slot = torch.softmax(scores.reshape(*scores.shape[:-1], share.shape[1], -1), dim=-1, dtype=torch.float32)
        weighed = by_slot.to(query.dtype) * share.transpose(1, 2)[:, None, :, :, None]
        return weighed.flatten(-2) @ values


def _follow_words(attn: Any, query: torch.Tensor, words: torch.Tensor | None) -> torch.Tensor:
    """Attention to words, as diffusers' AttnProcessor2_0 computes it: (rows, heads, places, channels of a head)."""
    from torch.nn.functional import scaled_dot_product_attention

    key, value = _heads(attn.to_k(words), attn.heads), _heads(attn.to_v(words), attn.heads)
    return scaled_dot_product_attention(query, key, value)


def _heads(states: torch.Tensor, heads: int) -> torch.Tensor:
    """(rows, n, channels) to (rows, heads, n, channels of a head)."""
    return states.reshape(*states.shape[:-1], heads, -1).transpose(1, 2)


def _last(buffer: torch.Tensor, rows: int) -> torch.Tensor:
    """The last rows: when guidance has ended, only the positives are left."""
    return buffer[buffer.shape[0] - rows :]
