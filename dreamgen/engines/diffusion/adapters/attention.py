"""Cross-attention that follows words, words for a part of the picture, and reference pictures, row by row.

The processors are put on once. Nothing worn, they hand over to the ones that they replaced, to the bit. Worn, one call
of fixed shape computes all of it: every row of the batch has the same number of slots, and an unused slot has a share
of zero, which adds nothing. What changes between batches is copied into buffers, never into Python values. With
`Wiring.always`, all slots are worn by every batch, so that whatever is followed here, a network is compiled once for
each shape of a batch; and once more with a layout (a control network that rests is worth that), for the first LoRA, and
for steps that reuse something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dreamgen.engines.diffusion.adapters.shares import Shares, refill

if TYPE_CHECKING:
    import torch

CROSS = "attn2"
"""What diffusers calls the cross-attention of a transformer block."""

STYLE_LAYERS = ("up_blocks.0.attentions.1",)
"""The layers of SDXL that carry style and little content (Wang et al. 2024, InstantStyle, arXiv 2404.02733; its
infer_style_plus.py names them)."""

_REGIONS = 2
"""Parts of a picture with words of their own that there is always room for."""


@dataclass
class Tap:
    """Where one cross-attention gets the references of one adapter from."""

    shares: Shares
    """Where and how strongly every slot is followed; one for the whole network."""
    weights: tuple[torch.Tensor, torch.Tensor]
    """Keys and values, (channels, text channels) each (Ye et al. 2023, IP-Adapter, section 3.2)."""
    keys: torch.Tensor | None = None
    """(rows, heads, slots * tokens, channels of a head)."""
    values: torch.Tensor | None = None
    """Likewise."""

    def show(self, tokens: torch.Tensor, heads: int) -> None:
        """Takes the references of a batch, (rows, slots, tokens, text channels).

        They are the same at every step, so keys and values are computed here and not in the loop.
        """
        from torch.nn.functional import linear

        flat = tokens.flatten(1, 2)
        keys, values = (_heads(linear(flat, weight), heads).contiguous() for weight in self.weights)
        self.keys, self.values = refill(self.keys, keys), refill(self.values, values)


class Wiring:
    """What the cross-attentions of one network share.

    Args:
        unet: the network; its cross-attentions get new processors at once and keep them.
        always: wears all kinds of locks with shares of zero where a batch has none of a kind, so that a compiled
            network has one graph whatever a batch wears.
    """

    def __init__(self, unet: Any, always: bool = False) -> None:
        self.always = always
        """Whether every batch wears everything that was put on."""
        self.references = False
        """Whether this batch follows references."""
        self.regions = False
        """Whether a part of a picture of this batch has words of its own."""
        self.keeps = False
        """Whether every cross-attention keeps what it gives (T-GATE)."""
        self.reuses = False
        """Whether every cross-attention gives what it kept."""
        self.channels = int(unet.config.cross_attention_dim)
        """Of words."""
        self.levels = len(unet.config.block_out_channels)
        self.region_shares = Shares(self.levels, _REGIONS, "area")
        self.region_words: torch.Tensor | None = None
        """(rows, slots, tokens, channels)."""
        self.layers: dict[str, CrossAttention] = {}
        for name, module in unet.named_modules():
            if name.endswith("." + CROSS):
                self.layers[name] = CrossAttention(self, module.heads, module.processor)
                module.set_processor(self.layers[name])

    def fit(self, weights: dict[str, tuple[Any, Any]], slots: int, layers: Sequence[str] = ()) -> Fitting:
        """Adds an adapter at the cross-attentions whose names begin with one of `layers` (none: all).

        There is always room for `slots` references.
        """
        shares = Shares(self.levels, slots)
        taps = []
        for name, pair in weights.items():
            if not layers or name.startswith(tuple(layers)):
                tap = Tap(shares, pair)
                self.layers[name].taps.append(tap)
                taps.append((tap, self.layers[name].heads))
        return Fitting(shares, taps)


@dataclass(frozen=True)
class Fitting:
    """One adapter, put on."""

    shares: Shares
    """Where and how strongly every slot is followed."""
    taps: list[tuple[Tap, int]]
    """With the heads of their cross-attention."""

    def show(self, tokens: torch.Tensor) -> None:
        """Takes the references of a batch, (rows, slots, tokens, text channels)."""
        for tap, heads in self.taps:
            tap.show(tokens, heads)


class CrossAttention:
    """The processor of one cross-attention.

    It holds no name and no number of its own, so that blocks compiled one by one share their code.

    Args:
        wiring: what to follow.
        heads: of the cross-attention.
        plain: the processor that it replaces.
    """

    def __init__(self, wiring: Wiring, heads: int, plain: Any) -> None:
        self.wiring = wiring
        self.heads = heads
        self.plain = plain
        self.taps: list[Tap] = []
        self.kept: torch.Tensor | None = None

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
        if wiring.reuses and self.kept is not None:
            return _last(self.kept, hidden_states.shape[0])
        result: torch.Tensor
        if wiring.references or wiring.regions:
            result = self._dressed(attn, hidden_states, encoder_hidden_states)
        else:
            result = self.plain(attn, hidden_states, encoder_hidden_states, attention_mask, temb)
        if wiring.keeps:
            self.kept = result
        return result

    def _dressed(self, attn: Any, hidden_states: torch.Tensor, words: torch.Tensor | None) -> torch.Tensor:
        query = _heads(attn.to_q(hidden_states), attn.heads)
        seen = _follow_words(attn, query, words)
        if self.wiring.regions:
            seen = self._with_regions(attn, query, seen)
        if self.wiring.references:
            for tap in self.taps:
                seen = seen + _follow_references(tap, query)
        merged = seen.transpose(1, 2).flatten(2).to(query.dtype)
        result: torch.Tensor = attn.to_out[1](attn.to_out[0](merged))
        return result

    def _with_regions(self, attn: Any, query: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """Blends what every region's own words show into its places.

        The outputs of separate attentions are blended, as in laksjdjf's attention couple and the attention mode of
        hako-mikan's regional prompter: words of one region can't leak into another one through the softmax.
        """
        rows, places = query.shape[0], query.shape[2]
        share = _last(self.wiring.region_shares.at[places], rows)[:, :, None, :, None]
        words = self.wiring.region_words
        assert words is not None, "regions are worn with their words"
        blended = seen * (1.0 - share.sum(1))
        for slot in range(share.shape[1]):
            blended = blended + _follow_words(attn, query, _last(words, rows)[:, slot]) * share[:, slot]
        return blended


def _follow_references(tap: Tap, query: torch.Tensor) -> torch.Tensor:
    """What all reference slots add: an attention of its own for each, weighed by its share of every place.

    One slot after the other, since all scores at once would take more memory than what comes out.
    """
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    assert tap.keys is not None and tap.values is not None, "references are worn with their keys"
    rows, places = query.shape[0], query.shape[2]
    share = _last(tap.shares.at[places], rows)
    slots = share.shape[1]
    keys, values = (_last(each, rows).chunk(slots, dim=2) for each in (tap.keys, tap.values))
    seen = torch.zeros_like(query)
    for slot in range(slots):
        seen = seen + scaled_dot_product_attention(query, keys[slot], values[slot]) * share[:, slot, None, :, None]
    return seen


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
