"""Free words: the likeliest token every time, many questions at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dreamgen.engines.vision.local.reading import Reading, go_on
from dreamgen.engines.vision.local.weights import Weights


@dataclass(frozen=True)
class Written:
    """What was written after one question."""

    text: str
    """Without the mark that ends it."""
    tokens: int
    """With the mark that ends it."""
    cut_off: bool
    """Whether its tokens ran out before it ended."""


def write(weights: Weights, reading: Reading, rows: Sequence[int], most: int) -> list[Written]:
    """Goes on with some of the conversations that were read.

    Args:
        weights: the caller holds `weights.busy`, and gradients are off.
        reading: is used up when all of its rows go on.
        rows: the numbers of those that do.
        most: tokens of each.
    """
    import torch

    if not rows:
        return []
    ends = set(weights.ends)
    said: list[list[int]] = [[] for _ in rows]
    going = reading if len(rows) == len(reading.places) else _only(reading, rows)
    for step in range(most):
        tokens = going.scores[:, -1].argmax(-1)
        over = 0
        for words, token in zip(said, tokens.tolist(), strict=True):
            if not words or words[-1] not in ends:
                words.append(token)
            over += words[-1] in ends
        if over == len(said) or step + 1 == most:
            break
        # a row that has ended reads on, and nobody listens
        going = go_on(weights, going, torch.as_tensor(tokens, device=weights.place.device))
    return [_written(weights, words) for words in said]


def _written(weights: Weights, words: list[int]) -> Written:
    ended = bool(words) and words[-1] in weights.ends
    tokens = words[:-1] if ended else words
    text = weights.tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return Written(str(text).strip(), len(words), not ended)


def _only(reading: Reading, rows: Sequence[int]) -> Reading:
    """Some rows of a reading."""
    import torch

    chosen = torch.tensor(list(rows), device=reading.mask.device)
    reading.cache.batch_select_indices(chosen)
    return Reading(reading.scores[chosen], reading.cache, reading.mask[chosen], reading.places[chosen])
