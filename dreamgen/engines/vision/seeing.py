"""What is asked of a vision-language model and what comes back: the seam between verifiers and models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

YES_NO = ("Yes", "No")
"""The choices of a question that is answered by yes or no."""

SeeFailure = Literal["", "prose", "refused", "cut_off"]
"""Why nothing could be made of an answer: it was none of the choices; the model declined; it ran out of tokens."""


@dataclass(frozen=True)
class Frames:
    """What is shown of one clip."""

    pixels: NDArray[np.uint8]
    """(n, height, width, 3), RGB."""
    times: tuple[float, ...]
    """Seconds of the clip at which each was taken, in the order in which they are shown."""
    seconds: float
    """Length of the clip."""
    name: str
    """32 hex digits that follow from the pixels and the times: the same pictures have the same name."""


@dataclass(frozen=True)
class Query:
    """One question about what is shown, whole in itself: it is answered the same whatever else is asked at the time."""

    purpose: str
    """Which prompt it is: verify/claim."""
    where: str
    """What it is for: the id of a claim or pair."""
    system: str
    """The standing instructions."""
    text: str
    """The question, after the frames."""
    choices: tuple[str, ...] = ()
    """What it may answer: ("Yes", "No") or ("A", "B", "C", "D"); empty for free words."""


@dataclass(frozen=True)
class Seen:
    """What became of a query."""

    query: Query
    """What was asked."""
    chances: tuple[float, ...] = ()
    """The probability of each choice, before anything is said; they sum to 1 at most, and the rest is whatever else it
    would rather have said. Empty for free words and after a failure."""
    text: str = ""
    """What it said: the likeliest choice, or free words."""
    failure: SeeFailure = ""
    """Why nothing could be made of it."""
    detail: str = ""
    """What it said instead, for people."""
    tokens_in: int = 0
    """Tokens that it read; those of frames that several questions share count once, with the first of them."""
    tokens_out: int = 0
    """Tokens that it wrote."""


class Sees(Protocol):
    """A vision-language model with its memory: what it has answered once, it is not asked again."""

    def ask(self, frames: Frames | None, queries: Sequence[Query]) -> Iterator[Seen]:
        """One answer a query, in their order. All are about the same frames, which are encoded once.

        Args:
            frames: what is shown; None asks without a picture.
            queries: the questions.

        Raises:
            ModelError: when the model can't be reached, refuses the key, does not exist or takes no pictures.
            BudgetSpent: before a call that could pass the limit; what was answered stays.
        """
        ...
