"""A model's answers, scored: the table, what is missing from it, and what to know about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.pairs import InstructionPair
from dreamgen.metrics.marks import Mark, both_twins, mark, multi_binary
from dreamgen.metrics.parsing import read_yes_no
from dreamgen.metrics.scoring import Row, rows_of


class Scores(Record):
    """What answers to a dataset's questions are worth."""

    answers: str
    """Names of the files."""
    split: str
    """Which part of the dataset was asked: train, validation, test, all."""
    form: str = ""
    """The form of the dataset that asked it; empty where nobody said."""
    judge: str = ""
    """The model that marked answers in free words; empty for none."""
    judge_gap: float | None = None
    """How far its marks lie apart when the two texts change places, in the mean, 0-1: how much order swayed it."""
    asked: int = Field(ge=0)
    """Pairs in that part that were asked."""
    not_asked: int = Field(default=0, ge=0)
    """Pairs in that part that were not: the form leaves them out, or they are about marked subjects, of which none is
    answered."""
    answered: int = Field(ge=0)
    """Of them, those that are answered."""
    missing: int = Field(ge=0)
    """Those that are not."""
    only_answered: bool = False
    """Whether they were left out; else they count as wrong."""
    elsewhere: int = Field(default=0, ge=0)
    """Answers to pairs of other parts, or that the form does not ask, which are left out."""
    unknown: int = Field(default=0, ge=0)
    """Answers to no pair of the run, which are left out."""
    strangers: tuple[str, ...] = ()
    """The first of their ids."""
    said_yes: float | None = None
    """Share of readable answers to yes/no questions that say yes; None where there are none."""
    balanced: float | None = None
    """Mean of the accuracies of both polarities; None where one is missing."""
    rows: tuple[Row, ...] = ()
    """The table."""


def marks_of(
    dataset: Dataset, pairs: Mapping[str, InstructionPair], said: Mapping[str, tuple[str, ...]], every: bool = True,
    shown: Mapping[str, int] = MappingProxyType({}),
) -> list[Mark]:  # fmt: skip
    """Every mark that needs no judge.

    Args:
        dataset: for the clips and what they are a part of.
        pairs: that were asked, by their ids.
        said: the answers to them, by the same; a pair without one is missing.
        every: whether missing answers are marked too; else they are left out, and so is a question of which some pair
            is missing.
        shown: of how many frames a pair was asked, by its id; of all that its clip has where it is not named.
    """

    def frames(pair: InstructionPair) -> int:
        return shown.get(pair.id) or dataset.by_id[pair.clip].frames

    marks = [
        one
        for pair in pairs.values()
        if every or pair.id in said
        for one in mark(pair, said.get(pair.id), dataset.group_of(pair.clip), frames(pair))
    ]
    right = {one.about: one for one in marks if one.measure == "accuracy"}
    return [*marks, *multi_binary(pairs.values(), right), *both_twins(pairs.values(), right)]


def told_by(marks: list[Mark], pairs: Mapping[str, InstructionPair], seed: int) -> tuple[Row, ...]:
    """The table of these marks."""
    known = {**{pair.question: pair for pair in pairs.values() if pair.question}, **pairs}
    return rows_of(marks, {mark.about: known[mark.about.partition(" ")[0]] for mark in marks}, seed)


def polarity(
    pairs: Mapping[str, InstructionPair], said: Mapping[str, tuple[str, ...]], rows: tuple[Row, ...]
) -> tuple[float | None, float | None]:
    """How often yes is said where anything is, and the mean of both polarities' accuracies."""
    heard = [told for told in _yes_or_no(pairs, said) if told is not None]
    both = {row.name: row.value for row in rows if row.by == "polarity"}
    return (
        round(sum(heard) / len(heard), 6) if heard else None,
        round((both["yes"] + both["no"]) / 2, 6) if len(both) == 2 else None,
    )


def _yes_or_no(pairs: Mapping[str, InstructionPair], said: Mapping[str, tuple[str, ...]]) -> Iterator[bool | None]:
    for pair in pairs.values():
        if pair.form == "yes_no" and said.get(pair.id):
            yield read_yes_no(said[pair.id][0])
