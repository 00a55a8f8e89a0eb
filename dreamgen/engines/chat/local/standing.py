"""Instructions that many questions begin with are read once: what the network has computed of them is kept."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

from dreamgen.engines.chat.local.weights import Weights

_KEPT: Final = 2
"""Instructions that are kept at a time: those of a level of a story, and those of its repairs."""
_WORTH: Final = 64
"""Tokens; fewer are read as fast as they are copied."""


def read_before(weights: Weights, tokens: tuple[int, ...]) -> Any:
    """What the network has computed of these tokens, for the library to go on from; None where that can't be had.

    An answer does not depend on whether they had been read before: they are always read by themselves, and the rest
    of a question after them.

    Args:
        weights: whose; the caller holds `weights.busy`, and gradients are off.
        tokens: the first ones of a question.
    """
    import torch
    from transformers import DynamicCache

    if len(tokens) < _WORTH:
        return None
    known = weights.read.pop(tokens, None)
    if known is None:
        known = DynamicCache(config=weights.network.config)
        # others, such as layers with a sliding window or a running state, are not sure to go on from the middle
        if any(type(layer).__name__ != "DynamicLayer" for layer in known.layers):
            return None
        asked = torch.tensor([tokens], device=weights.place.device)
        # without the last layer: nobody asks for the likelihoods of what is given
        weights.network.base_model(input_ids=asked, past_key_values=known, use_cache=True)
    weights.read[tokens] = known
    while len(weights.read) > _KEPT:
        del weights.read[next(iter(weights.read))]
    return deepcopy(known)
