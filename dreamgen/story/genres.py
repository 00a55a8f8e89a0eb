"""Genres, and how many stories of each: quotas that hold to shares."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from dreamgen.errors import UsageError

Share = tuple[str, float]
"""A genre and its weight; weights need not add up to anything."""

DREAMFRAME: Final[tuple[Share, ...]] = (
    ("drama", 25.9), ("comedy", 13.0), ("romance", 9.7), ("anime", 9.7), ("adventure", 6.4), ("family", 6.4),
    ("historical", 5.4), ("horror", 4.3), ("mystery", 4.3), ("crime", 3.2), ("action", 3.2), ("fantasy", 3.2),
    ("disaster", 2.1), ("sci-fi", 2.1), ("biography", 1.1),
)  # fmt: skip
"""The genres of DreamFrame's videos in per cent (arXiv 2403.01422, the repository's tuning_data_distribution.png)."""

LONGEST: Final = 40
"""Letters of a genre's name."""


def quotas(count: int, shares: Sequence[Share] = DREAMFRAME) -> tuple[tuple[str, int], ...]:
    """How many of `count` stories each genre gets, by largest remainder; they add up to `count`.

    Args:
        count: how many stories in all.
        shares: genres and weights. Where remainders are equal, the genre that stands first gets the story.

    Returns:
        Genre and number, in the order of `shares`; genres that get none are there with 0.

    Raises:
        UsageError: for a negative count, or shares that are empty, negative or all zero.
    """
    if count < 0:
        raise UsageError(f"there can't be {count} stories", "Ask for one or more.")
    weights = [Fraction(str(weight)) for _, weight in shares]
    whole = sum(weights, Fraction())
    if not whole or min(weights) < 0:
        raise UsageError("shares of genres must be positive", "Write --genres drama=3,comedy=1")
    exact = [weight * count / whole for weight in weights]
    given = [int(number) for number in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: given[place] - exact[place])
    for place in by_remainder[: count - sum(given)]:
        given[place] += 1
    return tuple((genre, number) for (genre, _), number in zip(shares, given, strict=True))


def read_shares(text: str) -> tuple[Share, ...]:
    """Genres and weights as people write them: `drama=3,comedy=1`, or `drama,comedy` for equal ones.

    Raises:
        UsageError: for a genre without a name or twice, or a weight that is no positive number.
    """
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, equals, weight = (piece.strip() for piece in part.partition("="))
        genre = " ".join(name.lower().split())
        if not genre or len(genre) > LONGEST or genre in shares:
            fault = "twice" if genre in shares else f"without a name of at most {LONGEST} letters"
            raise UsageError(f"--genres {text!r} has a genre {fault}: {part!r}", "Write --genres drama=3,comedy=1")
        shares[genre] = _weight(weight, part) if equals else 1.0
    return tuple(shares.items())


def _weight(text: str, part: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = -1.0
    if not 0.0 < weight < 1e9:
        raise UsageError(f"{part.strip()!r} gives no positive share", "Write --genres drama=3,comedy=1")
    return weight
