"""How likely each choice is, read from the likelihoods of tokens before anything is said."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from dreamgen.engines.vision.local.reading import Begun, Reading, follow, read
from dreamgen.engines.vision.local.weights import Weights

FLOOR: Final = 0.05
"""Where all choices together are less likely than this, the model would rather say something else: it was not asked in
a way that it answers, and the order of crumbs is no answer."""
DIGITS: Final = 4
"""After the point, of a chance: fewer than what depends on who else is asked at the time."""
_WORTH: Final = 1e-6
"""A spelling whose first token is less likely is not followed any further."""

Tokens = tuple[int, ...]


def spellings(choices: Sequence[str]) -> dict[str, int]:
    """Every way in which an answer may begin, and the number of the choice that it means.

    Models write Yes, yes, YES, each with a space before it or without; two choices that differ in capitals alone keep
    those that they were given.
    """
    ways: dict[str, int] = {}
    for number, choice in enumerate(choices):
        ways.setdefault(choice, number)
    for number, choice in enumerate(choices):
        capital = choice[:1].upper() + choice[1:]
        for form in (choice, choice.lower(), capital, *([choice.upper()] if choice.isalpha() else ())):
            ways.setdefault(form, number)
            ways.setdefault(f" {form}", number)
    return ways


def events(weights: Weights, choices: tuple[str, ...]) -> dict[Tokens, int]:
    """The tokens of every spelling, and the number of the choice that they mean."""
    if choices not in weights.spelled:
        weights.spelled[choices] = _events(weights, choices)
    return weights.spelled[choices]


def _events(weights: Weights, choices: Sequence[str]) -> dict[Tokens, int]:
    found: dict[Tokens, int] = {}
    for text, number in spellings(choices).items():
        tokens = tuple(int(token) for token in weights.tokenizer(text, add_special_tokens=False)["input_ids"])
        if tokens:
            found.setdefault(tokens, number)
        # a tokenizer may write a word differently at the start of a text than after what stands before it here
        alone = weights.tokenizer.convert_tokens_to_ids(text)
        if isinstance(alone, int) and alone != weights.tokenizer.unk_token_id:
            found.setdefault((alone,), number)
    return found


def chances(
    weights: Weights, begun: Begun, rows: Sequence[Sequence[int]], choices: Sequence[tuple[str, ...]], most: int
) -> tuple[list[tuple[float, ...]], Reading]:
    """The chance of each choice of each question, and what the network has read for it.

    Args:
        weights: the caller holds `weights.busy`, and gradients are off.
        begun: what all questions begin with.
        rows: the rest of each question.
        choices: of each question.
        most: spellings of several tokens that are followed at once.
    """
    reading = read(weights, begun, rows)
    first = reading.scores[:, -1].exp()
    meant = [events(weights, one) for one in choices]
    likely: list[dict[Tokens, float]] = []
    for number in range(len(rows)):
        ways = list(meant[number])
        likely.append(dict(zip(ways, first[number, [way[0] for way in ways]].tolist(), strict=True)))
    followed = [
        (number, way)
        for number, ways in enumerate(likely)
        for way, chance in ways.items()
        if len(way) > 1 and chance >= _WORTH
    ]
    for start in range(0, len(followed), most):
        part = followed[start : start + most]
        for (number, way), chance in zip(part, _followed(weights, reading, part), strict=True):
            likely[number][way] = chance
    found = [_summed(ways, means, len(one)) for ways, means, one in zip(likely, meant, choices, strict=True)]
    return found, reading


def _followed(weights: Weights, reading: Reading, part: Sequence[tuple[int, Tokens]]) -> Iterable[float]:
    """The whole chance of spellings of several tokens."""
    import torch

    further = follow(weights, reading, [number for number, _ in part], [way[:-1] for _, way in part])
    for scores, (number, way) in zip(further.scores, part, strict=True):
        rest = torch.tensor(way[1:], device=scores.device)
        told = scores[-len(rest) :].gather(1, rest[:, None]).double().sum()
        yield math.exp(float(reading.scores[number, -1, way[0]].double() + told))


def _summed(likely: Mapping[Tokens, float], meant: Mapping[Tokens, int], number: int) -> tuple[float, ...]:
    """The chance of each choice; what begins like a longer spelling is not counted twice.

    The chances are rounded down, so that they sum to 1 at most.
    """
    found = [0.0] * number
    for way, chance in likely.items():
        longer = [other for other in likely if len(other) > len(way) and other[: len(way)] == way]
        nearest = [one for one in longer if not any(len(two) < len(one) and one[: len(two)] == two for two in longer)]
        found[meant[way]] += max(0.0, chance - math.fsum(likely[one] for one in nearest))
    scale = 10**DIGITS
    return tuple(math.floor(min(1.0, chance) * scale + 1e-6) / scale for chance in found)
