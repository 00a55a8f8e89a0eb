"""The next token of every answer in a batch, each by its own luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def pick(scores: torch.Tensor, temperature: torch.Tensor, top_p: torch.Tensor, luck: torch.Tensor) -> torch.Tensor:
    """Draws one token a row; a row's token depends on that row alone.

    Nucleus sampling (Holtzman et al. 2020, arXiv 1904.09751) by the inverse of the cumulated likelihoods.

    Args:
        scores: (rows, tokens) float32 logits; those of tokens that may not come are -inf.
        temperature: (rows,); 0 takes the likeliest.
        top_p: (rows,) share of the likeliest tokens to draw from, over 0 to 1.
        luck: (rows,) float64 from 0 to below 1.

    Returns:
        (rows,) numbers of tokens.
    """
    import torch

    best = scores.argmax(dim=-1)
    if not bool((temperature > 0).any()):
        return best
    likely = torch.softmax(scores / temperature.clamp(min=1e-3)[:, None], dim=-1)
    drawn = _drawn(likely, luck)
    if bool((top_p < 1).any()):
        ranked, order = likely.sort(dim=-1, descending=True, stable=True)
        before = ranked.cumsum(dim=-1) - ranked
        nucleus = _drawn(ranked.masked_fill(before >= top_p[:, None], 0.0), luck)
        drawn = torch.where(top_p[:, None] < 1, order.gather(-1, nucleus), drawn)
    return torch.where(temperature > 0, drawn[:, 0], best)


def _drawn(likely: torch.Tensor, luck: torch.Tensor) -> torch.Tensor:
    """(rows, 1): where the cumulated likelihoods first pass the luck's share of them."""
    import torch

    reach = likely.double().cumsum(dim=-1)
    found = torch.searchsorted(reach, (luck * reach[:, -1])[:, None], right=True)
    return found.clamp(max=likely.shape[-1] - 1)
