"""A network reads frames once, and then many questions about them, each as if it stood there alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dreamgen.engines.vision.local.showing import Shown
from dreamgen.engines.vision.local.weights import Weights
from dreamgen.errors import ModelError

if TYPE_CHECKING:
    import torch

_KEPT: Final = 2
"""Beginnings that are kept at a time: the same clip under two instructions."""


@dataclass(frozen=True, eq=False)
class Begun:
    """What a network has computed of everything up to the last of the frames."""

    cache: Any
    """Keys and values of every layer, for one conversation."""
    length: int
    """Tokens."""
    shift: int
    """What is added to the place of a token after them: pictures may take fewer places than they have tokens."""


@dataclass(eq=False)
class Reading:
    """Several conversations that a network has read up to the same place."""

    scores: torch.Tensor
    """(rows, places, tokens): of what comes after each of the last places, as logarithms of probabilities."""
    cache: Any
    """Keys and values of every layer."""
    mask: torch.Tensor
    """(rows, tokens): 1 where a token counts."""
    places: torch.Tensor
    """(rows,): the place of the token that comes next."""


def begin(weights: Weights, tokens: tuple[int, ...], shown: Shown | None, name: str) -> tuple[Begun, bool]:
    """What is computed of the beginning of a conversation, and whether that had to be done now.

    Args:
        weights: the caller holds `weights.busy`, and gradients are off.
        tokens: of the beginning.
        shown: the frames in it.
        name: of the frames.

    Raises:
        ModelError: when the network keeps what can't be shared.
    """
    key = (name, tokens)
    found: Begun | None = weights.read.pop(key, None)
    fresh = found is None
    if found is None:
        found = _begun(weights, tokens, shown)
    weights.read[key] = found
    while len(weights.read) > _KEPT:
        del weights.read[next(iter(weights.read))]
    return found, fresh


def _begun(weights: Weights, tokens: tuple[int, ...], shown: Shown | None) -> Begun:
    said = weights.network(**_inputs(weights, tokens, shown), use_cache=True, logits_to_keep=1)
    cache = said.past_key_values
    # others, such as layers with a sliding window or a running state, are not sure to go on from the middle
    odd = [type(layer).__name__ for layer in cache.layers if type(layer).__name__ != "DynamicLayer"]
    if odd:
        raise ModelError(
            f"{weights.folder.name} keeps what it has read in a way ({odd[0]}) that questions can't share here",
            "Serve it elsewhere: --set vision.base_url=...",
        )
    shift = getattr(weights.network.base_model, "rope_deltas", None) if shown is not None else None
    return Begun(cache, len(tokens), 0 if shift is None else int(shift.reshape(-1)[0]))


def whole(weights: Weights, tokens: Sequence[int], shown: Shown | None) -> torch.Tensor:
    """(tokens,): what comes after a conversation, read in one go and shared with nobody: the measure of the rest.

    Args:
        weights: the caller holds `weights.busy`, and gradients are off.
        tokens: of the whole conversation.
        shown: the frames in it.
    """
    return _scores(weights, weights.network(**_inputs(weights, tokens, shown), logits_to_keep=1).logits)[0, -1]


def _inputs(weights: Weights, tokens: Sequence[int], shown: Shown | None) -> dict[str, Any]:
    """What the network takes for one conversation with its frames."""
    import torch

    device = weights.place.device
    ids = torch.tensor([list(tokens)], device=device)
    given: dict[str, Any] = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if shown is not None:
        given |= _sent(shown.inputs, weights)
        if shown.typed:
            # older releases of transformers find the places out by themselves
            given["mm_token_type_ids"] = (ids == shown.mark).int()
    return given


def _sent(numbers: Mapping[str, torch.Tensor], weights: Weights) -> dict[str, torch.Tensor]:
    place = weights.place
    return {
        name: value.to(place.device, place.dtype) if value.is_floating_point() else value.to(place.device)
        for name, value in numbers.items()
    }


def read(weights: Weights, begun: Begun, rows: Sequence[Sequence[int]]) -> Reading:
    """Reads what follows a beginning, many at once. What a row gets does not depend on the others.

    Args:
        weights: the caller holds `weights.busy`, and gradients are off.
        begun: the beginning; it stays as it was.
        rows: tokens that follow it; at least one each.
    """
    import torch

    device = weights.place.device
    longest = max(len(row) for row in rows)
    ids = torch.full((len(rows), longest), weights.padding)
    mask = torch.zeros((len(rows), begun.length + longest), dtype=torch.long)
    mask[:, : begun.length] = 1
    places = torch.zeros((len(rows), longest), dtype=torch.long)
    for number, row in enumerate(rows):
        # shorter ones are filled up in front, so that all end in the same place
        ids[number, longest - len(row) :] = torch.tensor(list(row))
        mask[number, begun.length + longest - len(row) :] = 1
        places[number, longest - len(row) :] = torch.arange(len(row))
    places += begun.length + begun.shift
    said = weights.network(
        input_ids=ids.to(device),
        attention_mask=mask.to(device),
        position_ids=places.to(device),
        past_key_values=_shared(begun.cache, len(rows)),
        use_cache=True,
        logits_to_keep=1,
    )
    return Reading(_scores(weights, said.logits), said.past_key_values, mask.to(device), places[:, -1].to(device) + 1)


def follow(weights: Weights, reading: Reading, chosen: Sequence[int], rows: Sequence[Sequence[int]]) -> Reading:
    """Reads some tokens more after some of the conversations, which stay as they were.

    Args:
        weights: the caller holds `weights.busy`, and gradients are off.
        reading: of the conversations.
        chosen: which of them; one may come several times.
        rows: what follows each; at least one token. All of its places are told.
    """
    import torch

    device = weights.place.device
    picked = torch.tensor(list(chosen), device=device)
    longest = max(len(row) for row in rows)
    ids = torch.full((len(rows), longest), weights.padding)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    places = torch.zeros((len(rows), longest), dtype=torch.long)
    for number, row in enumerate(rows):
        ids[number, longest - len(row) :] = torch.tensor(list(row))
        mask[number, longest - len(row) :] = 1
        places[number, longest - len(row) :] = torch.arange(len(row))
    cache = copy(reading.cache)
    cache.layers = [copy(layer) for layer in reading.cache.layers]
    for layer in cache.layers:
        layer.keys, layer.values = layer.keys[picked], layer.values[picked]
    seen = torch.cat([reading.mask[picked], mask.to(device)], dim=1)
    where = reading.places[picked][:, None] + places.to(device)
    said = weights.network(
        input_ids=ids.to(device),
        attention_mask=seen,
        position_ids=where,
        past_key_values=cache,
        use_cache=True,
        logits_to_keep=longest,
    )
    return Reading(_scores(weights, said.logits), said.past_key_values, seen, where[:, -1] + 1)


def go_on(weights: Weights, reading: Reading, tokens: torch.Tensor) -> Reading:
    """Reads one token more in each row.

    Args:
        weights: the caller holds `weights.busy`, and gradients are off.
        reading: is used up.
        tokens: (rows,).
    """
    import torch

    mask = torch.cat([reading.mask, torch.ones_like(reading.mask[:, :1])], dim=1)
    said = weights.network(
        input_ids=tokens[:, None],
        attention_mask=mask,
        position_ids=reading.places[:, None],
        past_key_values=reading.cache,
        use_cache=True,
        logits_to_keep=1,
    )
    return Reading(_scores(weights, said.logits), said.past_key_values, mask, reading.places + 1)


def _shared(cache: Any, rows: int) -> Any:
    """A beginning for many conversations; none of its numbers is copied before something is added to them."""
    twin = copy(cache)
    twin.layers = [copy(layer) for layer in cache.layers]
    for layer in twin.layers:
        layer.keys = layer.keys.expand(rows, -1, -1, -1)
        layer.values = layer.values.expand(rows, -1, -1, -1)
    return twin


def _scores(weights: Weights, logits: torch.Tensor) -> torch.Tensor:
    scores = logits.float().log_softmax(-1)
    if bool(scores.isnan().any()):
        raise ModelError(
            f"{weights.folder.name} computes no numbers in {str(logits.dtype).removeprefix('torch.')}",
            "--set vision.dtype=float32, or bfloat16 where the GPU has it",
        )
    return scores
