"""The shape of what a vision-language model writes about single people, animals and things of a clip."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dreamgen.core.base import Explained
from dreamgen.core.narrowing import Asked, narrowed, some


class DraftObject(Explained):
    """One instruction with its answer."""

    names: str = Field(min_length=3, max_length=120)
    """Whom or what the instruction names, in the instruction's own words: the man in the blue shirt."""
    what: str = Field(min_length=2, max_length=40)
    """The noun among them: man, golden retriever, bicycle."""
    category: Literal["person", "animal", "thing"]
    """The sort of thing it is."""
    looks: tuple[str, ...] = ()
    """Up to four looks by which it is told apart: blue shirt, short hair, red."""
    first: float | None = None
    """Seconds at which it is first seen; None where that can't be said."""
    last: float | None = None
    """Seconds at which it is last seen."""
    instruction: str = Field(min_length=5, max_length=300)
    """What is asked for."""
    answer: str = Field(min_length=1, max_length=2000)
    """The description."""


class DraftObjects(Explained):
    """All that is written about a clip."""

    pairs: tuple[DraftObject, ...]
    """As many as were asked for, or fewer."""


def sheet_shape(pairs: int) -> type[Asked]:
    """The shape of one answer.

    Args:
        pairs: how many are asked for, at most.
    """
    return narrowed(DraftObjects, pairs=some(DraftObject, 1, pairs))
