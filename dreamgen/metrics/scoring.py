"""Marks added up: by task, by form, by benchmark and its dimensions, and over all, each with an interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, get_args

import numpy as np
from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.binomial import wilson
from dreamgen.core.pairs import InstructionPair
from dreamgen.metrics.marks import Mark, Measure
from dreamgen.metrics.resampling import mean_of, mean_of_clusters

By = Literal["overall", "form", "task", "benchmark", "dimension", "polarity"]
"""polarity: yes/no questions whose right answer is yes, and those whose is no."""

Interval = Literal["stories", "wilson", "answers", ""]
"""How it was found: stories resampled, Wilson's, answers resampled, or not at all."""

FEWEST: Final = 10
"""Stories from which on they are resampled; fewer would make intervals that are far too narrow."""
_ONES: Final = frozenset({"accuracy", "MBAcc", "twins"})
"""Measures that are 0 or 1 for each answer."""


class Row(Record):
    """One number of the table."""

    by: By
    """What the answers have in common."""
    name: str
    """Which of them: counting, MVBench/action_sequence; empty for all."""
    measure: Measure
    """What was measured."""
    value: float = Field(ge=0.0, le=1.0)
    """The mean."""
    low: float | None = None
    """Lower end of the 95 % interval; None where there is too little."""
    high: float | None = None
    """Upper end."""
    interval: Interval = ""
    """How it was found."""
    n: int = Field(ge=0)
    """Answers, or questions, in the mean."""
    stories: int = Field(ge=0)
    """Stories, or videos, that they are about."""
    chance: float | None = None
    """What whoever does not look gets; None where nobody can say."""
    weighted: float | None = None
    """The mean with each pair counted as far as it is trusted; None where all are trusted alike."""
    missing: int = 0
    """Of n, those that nobody answered: they count as wrong."""
    unparsed: int = 0
    """Of n, those whose answer can't be read: they count as wrong."""
    unjudged: int = 0
    """Besides n, those to which the judge gave no mark."""


def rows_of(marks: Iterable[Mark], pairs: Mapping[str, InstructionPair], seed: int) -> tuple[Row, ...]:
    """The whole table: overall, forms, tasks, benchmarks, dimensions, polarity, each by name.

    Args:
        marks: of all answers.
        pairs: the pair of each mark, by what the mark is about; of several, any one.
        seed: of the dataset, for what is resampled.
    """
    found: dict[tuple[By, str, Measure], list[Mark]] = {}
    for mark in marks:
        for by, name in _sorts(mark, pairs[mark.about]):
            found.setdefault((by, name, mark.measure), []).append(mark)
    order: tuple[By, ...] = get_args(By)
    measures: tuple[Measure, ...] = get_args(Measure)
    keys = sorted(found, key=lambda key: (order.index(key[0]), key[1], measures.index(key[2])))
    return tuple(_row(*key, found[key], seed) for key in keys)


def _sorts(mark: Mark, pair: InstructionPair) -> Iterator[tuple[By, str]]:
    """All rows that a mark counts in."""
    yield "overall", ""
    yield "form", pair.form
    yield "task", pair.task
    yield from (("benchmark", name) for name in dict.fromkeys(one.partition("/")[0] for one in pair.benchmarks))
    yield from (("dimension", name) for name in dict.fromkeys(pair.benchmarks))
    if pair.form == "yes_no" and mark.measure == "accuracy":
        yield "polarity", "yes" if pair.turns[1].text[:3].casefold() == "yes" else "no"


def _row(by: By, name: str, measure: Measure, marks: Sequence[Mark], seed: int) -> Row:
    marked = [mark for mark in marks if mark.state != "unjudged"]
    states, stories = Counter(mark.state for mark in marks), len({mark.group for mark in marked})
    told = {"by": by, "name": name, "measure": measure, "unjudged": states["unjudged"]}
    if not marked:
        return Row(value=0.0, n=0, stories=0, **told)
    values = np.array([mark.value for mark in marked])
    weights = np.array([mark.weight for mark in marked])
    chances = [mark.chance for mark in marked if mark.chance is not None]
    low, high, how = _between(values, [mark.group for mark in marked], measure, seed, (by, name, measure))
    return Row(
        value=_rounded(values.mean()), low=low, high=high, interval=how, n=len(marked), stories=stories,
        chance=_rounded(np.mean(chances)) if len(chances) == len(marked) else None,
        weighted=_rounded(values @ weights / weights.sum()) if np.ptp(weights) and weights.sum() else None,
        missing=states["missing"], unparsed=states["unparsed"], **told,
    )  # fmt: skip


def _between(
    values: np.typing.NDArray[np.float64], groups: Sequence[str], measure: Measure, seed: int, where: tuple[str, ...]
) -> tuple[float | None, float | None, Interval]:
    """The interval, and how it was found.

    Where all answers are alike, resampling finds no doubt at all. Wilson's interval still does, of what is right or
    wrong; of other marks nothing is claimed.
    """
    if len(set(groups)) >= FEWEST and np.ptp(values):
        mean = mean_of_clusters(values, groups, seed, *where)
        return mean.low, mean.high, "stories"
    if measure in _ONES:
        low, high = wilson(float(values.sum()), len(values))
        return _rounded(low), _rounded(high), "wilson"
    if not np.ptp(values):
        return None, None, ""
    mean = mean_of(values, seed, *where)
    return mean.low, mean.high, "answers" if mean.low is not None else ""


def _rounded(value: float | np.floating[np.typing.NBitBase]) -> float:
    """Six digits: the last bits of a sum differ between machines."""
    return round(float(value), 6)
