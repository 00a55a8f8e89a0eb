"""The shape of what a language model writes: a sheet of pairs, each with the facts that its answer rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import Field

from dreamgen.core.base import Explained
from dreamgen.core.narrowing import Asked, ids, narrowed, one_of, some

MOST_FACTS: Final = 8
"""That one answer may rest on."""
MOST_WRONG: Final = 4
"""Wrong options of one choice."""


class DraftPair(Explained):
    """One question with its answer."""

    facts: tuple[str, ...] = Field(min_length=1)
    """The numbers of the facts that the answer rests on, all of them and no others: F3."""
    task: str
    """What it is about."""
    form: Literal["open", "choice", "yes_no"]
    """open: answered in a sentence or two; choice: with wrong options beside the right one; yes_no: Yes or No."""
    question: str = Field(min_length=8, max_length=300)
    """For somebody who has seen the video and nothing else."""
    answer: str = Field(min_length=1, max_length=600)
    """Right by the facts. Of a choice the right option; of yes_no Yes or No."""
    wrong: tuple[str, ...] = ()
    """Of a choice three or four options that the facts make false, of the same kind and length as the answer; else
    empty."""


class DraftSheet(Explained):
    """All that is written at once."""

    pairs: tuple[DraftPair, ...]
    """As many as were asked for."""


def sheet_shape(facts: Sequence[str], tasks: Sequence[str], pairs: int) -> type[Asked]:
    """The shape of one sheet, in which nothing can be named that is not there.

    Args:
        facts: their numbers.
        tasks: that may be written for.
        pairs: how many are asked for, at most.
    """
    wrong = some(str, 0, MOST_WRONG)
    pair = narrowed(DraftPair, facts=ids(tuple(facts), 1, MOST_FACTS), task=one_of(tasks), wrong=wrong)
    return narrowed(DraftSheet, pairs=some(pair, 1, pairs))
