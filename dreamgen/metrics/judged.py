"""Which answers a judge reads, and its marks of them."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import NamedTuple

from dreamgen.core.dataset import Dataset
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.chat.asking import Asks
from dreamgen.metrics.judging import Case, Judged, judge
from dreamgen.metrics.marks import Mark, compared, dense_key, judged_dense, keys_of
from dreamgen.metrics.parsing import read_stretches

_RULED = frozenset({"choice", "yes_no", "region_localise"})
"""Forms of which a rule tells whether they are answered rightly."""
_CAPTIONS = frozenset({"caption", "region_caption", "region_dense"})


class Verdicts(NamedTuple):
    """All that a judge said."""

    marks: list[Mark]
    """One a pair that is answered in free words."""
    gap: float | None
    """How far its marks of the same two texts in either order lie apart, in the mean, 0-1; None where it gave none."""


def judged_marks(
    dataset: Dataset, pairs: Mapping[str, InstructionPair], said: Mapping[str, tuple[str, ...]], asks: Asks
) -> Verdicts:
    """A judge's marks of all answers in free words; those that are missing get 0 and are shown to nobody.

    Args:
        dataset: for what clips are a part of.
        pairs: by their ids.
        said: answers, by the same.
        asks: the judge.

    Raises:
        ModelError: when it can't be reached; what it answered is kept.
    """
    free = {name: pair for name, pair in pairs.items() if pair.form not in _RULED}
    cases = {name: _cases(pair, said[name]) for name, pair in free.items() if name in said}
    flat = [case for some in cases.values() for case in some]
    every = list(judge(flat, asks))
    told = iter(every)
    heard = {name: [next(told) for _ in some] for name, some in cases.items()}
    marks = [
        _mark(pair, said.get(name), cases.get(name, ()), heard.get(name, []), dataset.group_of(pair.clip))
        for name, pair in free.items()
    ]
    gaps = [one.gap for one in every if one.gap is not None]
    return Verdicts(marks, round(fmean(gaps), 6) if gaps else None)


def _cases(pair: InstructionPair, answers: tuple[str, ...]) -> tuple[Case, ...]:
    """What is to be compared: every answer of a dialogue, every caption of a dense one that overlaps another."""
    kind = "caption" if pair.form in _CAPTIONS else "answer"
    key = dense_key(pair)
    texts = compared(key, read_stretches(answers[0])) if key else tuple(zip(keys_of(pair), answers, strict=True))
    # who is meant by `him` stands in what was said before
    asked = ["\n".join(turn.text for turn in pair.turns[: place + 1]) for place in range(0, len(pair.turns), 2)]
    return tuple(
        Case(
            where=f"{pair.id}/{number}", question=asked[0 if key else number], key=right, answer=answer, kind=kind
        )
        for number, (right, answer) in enumerate(texts)
    )  # fmt: skip


def _mark(
    pair: InstructionPair, answers: tuple[str, ...] | None, cases: tuple[Case, ...], heard: list[Judged], group: str
) -> Mark:
    dense = bool(dense_key(pair))
    if answers is None:
        measure = "SODA_c by judge" if dense else "judge"
        return Mark(about=pair.id, measure=measure, value=0.0, state="missing", group=group, weight=pair.weight)
    if dense:
        known = {(case.key, case.answer): one.mark for case, one in zip(cases, heard, strict=True)}
        return judged_dense(pair, answers[0], known, group)
    marks = [one.mark for one in heard if one.mark is not None]
    lost = len(marks) < len(heard)
    return Mark(
        about=pair.id, measure="judge", value=0.0 if lost else fmean(marks), state="unjudged" if lost else "scored",
        group=group, weight=pair.weight,
    )  # fmt: skip
