"""Answers are written token by token: a batch of them at once, each under its own schema and by its own luck."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.chat.local.grammar import Guide
from dreamgen.engines.chat.local.picking import pick
from dreamgen.engines.chat.local.standing import read_before
from dreamgen.engines.chat.local.weights import Weights
from dreamgen.engines.diffusion.memory import out_of_memory
from dreamgen.engines.diffusion.silence import quiet
from dreamgen.engines.exactness import exactly
from dreamgen.engines.giving_up import given_up
from dreamgen.errors import ModelError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Order:
    """One answer to be written."""

    tokens: tuple[int, ...]
    """The conversation so far."""
    schema: Mapping[str, Any] | None
    """What the answer must fit; None for any text."""
    seed: int
    """Of its luck."""
    temperature: float
    """0 takes the likeliest token every time."""
    top_p: float
    """Share of the likeliest tokens to draw from."""
    most: int
    """Tokens of the answer; where the model's own limit is nearer, that."""
    standing: int = 0
    """How many of the first tokens other conversations begin with, too."""
    stop: threading.Event = field(default_factory=threading.Event, compare=False)
    """Set when nobody wants the answer any more."""


@dataclass(frozen=True)
class Written:
    """One answer."""

    text: str
    """Without the mark that ends it."""
    read: int
    """Tokens of the conversation."""
    wrote: int
    """Tokens of the answer, with the mark that ends it."""
    ending: Literal["stop", "length"]
    """Whether it came to its end, or to that of its tokens."""


@dataclass
class _Row:
    """One answer while it is being written."""

    order: Order
    most: int
    guide: Guide | None
    luck: random.Random
    tokens: list[int] = field(default_factory=list)
    ended: bool = False

    @property
    def over(self) -> bool:
        return self.ended or len(self.tokens) >= self.most


def write(weights: Weights, orders: Sequence[Order]) -> list[Written]:
    """All answers, in order. On one thread of a CPU and one by one they are the same whatever else was asked.

    Raises:
        ModelError: when a conversation is too long, a schema can't be followed, numbers overflow, or memory is short.
        CalledOff: when nobody wants any of them any more.
    """
    rows = [_begin(weights, order) for order in orders]
    try:
        _generate(weights, rows)
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        raise ModelError(
            f"{weights.folder.name} ran out of memory on {weights.place.device} with {len(orders)} answers at once",
            "Ask for less: --set chat.concurrency=1, or --set chat.max_output_tokens=2048, or take a smaller model.",
        ) from None
    return [_finished(weights, row) for row in rows]


def _begin(weights: Weights, order: Order) -> _Row:
    most = order.most
    if weights.context:
        most = min(most, weights.context - len(order.tokens))
        if most < 1:
            raise ModelError(
                f"a question has {len(order.tokens)} tokens, and {weights.folder.name} reads {weights.context}",
                "Take a model with a longer context, or tell a shorter story.",
            )
    guide = None if order.schema is None else Guide(weights, order.schema)
    return _Row(order, most, guide, random.Random(order.seed))


def _generate(weights: Weights, rows: Sequence[_Row]) -> None:
    """Fills `rows` with tokens. The library calls the network and keeps what it has computed; we choose the tokens."""
    import torch
    from transformers import GenerationConfig, LogitsProcessorList

    longest = max(len(row.order.tokens) for row in rows)
    asked = torch.full((len(rows), longest), weights.padding)
    seen = torch.zeros((len(rows), longest), dtype=torch.long)
    for number, row in enumerate(rows):
        asked[number, longest - len(row.order.tokens) :] = torch.tensor(row.order.tokens)
        seen[number, longest - len(row.order.tokens) :] = 1
    settings = GenerationConfig(
        do_sample=False,
        num_beams=1,
        max_new_tokens=max(row.most for row in rows),
        eos_token_id=list(weights.ends),
        pad_token_id=weights.padding,
        use_cache=True,
    )
    chooser: Any = _Chooser(weights, rows)
    with quiet(), exactly(weights.place), given_up(weights.network, lambda: _unwanted(rows)):
        # where several are written at once, shorter ones are filled up in front, and nothing stands in the same place
        standing = rows[0].order.tokens[: rows[0].order.standing] if len(rows) == 1 else ()
        weights.network.generate(
            asked.to(weights.place.device),
            attention_mask=seen.to(weights.place.device),
            generation_config=settings,
            past_key_values=read_before(weights, standing),
            logits_processor=LogitsProcessorList([chooser]),
        )


def _unwanted(rows: Sequence[_Row]) -> bool:
    return all(row.order.stop.is_set() for row in rows)


class _Chooser:
    """What the library asks before every token: it leaves one token to take."""

    def __init__(self, weights: Weights, rows: Sequence[_Row]) -> None:
        import torch

        self._weights, self._rows = weights, rows
        device = weights.place.device
        self._temperature = torch.tensor([row.order.temperature for row in rows], device=device)
        self._top_p = torch.tensor([row.order.top_p for row in rows], device=device)

    def __call__(self, ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores (rows, tokens) in which one token a row is possible."""
        import torch

        allowed = np.stack([self._allowed(row) for row in self._rows])
        luck = torch.tensor([row.luck.random() for row in self._rows], dtype=torch.float64)
        mask = torch.from_numpy(allowed).to(scores.device)
        likely = scores.float().masked_fill(~mask, -torch.inf)
        tokens = pick(likely, self._temperature, self._top_p, luck.to(scores.device))
        if bool(likely.isnan().any()):
            raise ModelError(
                f"{self._weights.folder.name} computes no numbers in {str(scores.dtype).removeprefix('torch.')}",
                "--set chat.dtype=float32, or bfloat16 where the GPU has it",
            )
        for row, token in zip(self._rows, tokens.tolist(), strict=True):
            self._take(row, token)
        return torch.full_like(scores, -torch.inf).scatter_(-1, tokens[:, None], 0.0)

    def _allowed(self, row: _Row) -> NDArray[np.bool_]:
        if row.over:
            only = np.zeros(self._weights.size, np.bool_)
            only[self._weights.ends[0]] = True
            return only
        return np.ones(self._weights.size, np.bool_) if row.guide is None else row.guide.allowed()

    def _take(self, row: _Row, token: int) -> None:
        if row.over:
            return
        row.tokens.append(token)
        row.ended = token in self._weights.ends
        if row.guide is not None and not row.ended:
            row.guide.take(token)


def _finished(weights: Weights, row: _Row) -> Written:
    tokens = row.tokens[:-1] if row.ended else row.tokens
    if row.guide is None:
        text = weights.tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    else:
        text = weights.spelling.decode_str(tokens)
    return Written(text, len(row.order.tokens), len(row.tokens), "stop" if row.ended else "length")
