"""What one answer is worth: a mark from 0 to 1 by the measure that fits how its question is asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Final, Literal

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.pairs import InstructionPair
from dreamgen.metrics.parsing import Stretch, read_letter, read_stretch, read_stretches, read_yes_no
from dreamgen.metrics.rouge import rouge_l
from dreamgen.metrics.soda import Likeness, soda_c
from dreamgen.metrics.spans import mean_recall, overlap

Measure = Literal["accuracy", "MBAcc", "twins", "recall@1", "mIoU", "SODA_c", "ROUGE-L", "judge", "SODA_c by judge"]
"""accuracy: of choices and yes/no questions. MBAcc: questions of which every binary pair is right. twins: pairs of
which the one about the other film is right too. recall@1: mean over overlaps of .3, .5, .7 and .9. judge: a language
model's mark."""

State = Literal["scored", "missing", "unparsed", "unjudged"]
"""missing: nobody answered. unparsed: the answer can't be read. unjudged: the judge gave no mark, so there is none."""

CLOSED: Final = frozenset({"choice", "yes_no"})
"""Forms that are answered rightly or wrongly."""
DENSE: Final = frozenset({"region_dense", "caption"})
"""Forms whose answers may tell several stretches of time."""


class Mark(Record):
    """One answer, marked once."""

    about: str
    """The id of the pair, or of the question that several pairs share."""
    measure: Measure
    """What was measured."""
    value: float = Field(ge=0.0, le=1.0)
    """0 where the answer is missing or can't be read."""
    chance: float | None = None
    """What whoever does not look gets; None where nobody can say."""
    state: State = "scored"
    """Whether there was anything to mark."""
    group: str = ""
    """The story or video: its questions share a fate, and are drawn together."""
    weight: float = 1.0
    """How far the pair is trusted."""


_Told = Callable[[Measure, float, State, float | None], Mark]


def mark(pair: InstructionPair, answers: Sequence[str] | None, group: str, frames: int) -> Iterator[Mark]:
    """The marks of one pair's answers that need no judge.

    Args:
        pair: with the key.
        answers: one a question of the pair, so several in a dialogue; None where nobody answered.
        group: the story or video.
        frames: of the clip; whoever points to all of it without a look gets the chance level of localisation.
    """

    def told(measure: Measure, value: float, state: State, chance: float | None) -> Mark:
        return Mark(
            about=pair.id, measure=measure, value=value, state=state, chance=chance, group=group, weight=pair.weight
        )

    missing: State = "missing" if answers is None else "scored"
    first = answers[0] if answers else ""
    if pair.form in CLOSED:
        right, chance = _closed(pair, first)
        state: State = missing if answers is None or right is not None else "unparsed"
        yield told("accuracy", float(bool(right)), state, chance)
    elif pair.form == "region_localise":
        yield from _localised(pair, answers, frames, told)
    elif key := dense_key(pair):
        told_parts = read_stretches(first)
        state = "unparsed" if answers is not None and not told_parts else missing
        yield told("SODA_c", soda_c(key, told_parts, rouge_l), state, None)
    else:
        yield told("ROUGE-L", fmean(map(rouge_l, keys_of(pair), answers)) if answers else 0.0, missing, None)


def keys_of(pair: InstructionPair) -> tuple[str, ...]:
    """The right answer to each question of a pair, in words."""
    return tuple(turn.text for turn in pair.turns[1::2])


def dense_key(pair: InstructionPair) -> tuple[Stretch, ...]:
    """The parts of a dense caption as its key's text has them; nothing for a caption of the whole.

    The text and not `segments`, since an answer can't be finer than what it learnt from: whole seconds, or frames.
    """
    if pair.form not in DENSE or len(pair.segments) < 2:
        return ()
    return read_stretches(pair.turns[-1].text)


def judged_dense(
    pair: InstructionPair, answer: str, likeness: Mapping[tuple[str, str], float | None], group: str
) -> Mark:
    """SODA_c with a judge's marks in place of ROUGE-L; unjudged where one of them is missing."""
    key, answered = dense_key(pair), read_stretches(answer)
    lost = any(likeness.get(pair_of) is None for pair_of in compared(key, answered))
    known: Likeness = lambda one, other: likeness.get((one, other)) or 0.0  # noqa: E731 -- a table read as a function
    return Mark(
        about=pair.id, measure="SODA_c by judge", value=0.0 if lost else soda_c(key, answered, known),
        state="unjudged" if lost else "scored" if answered else "unparsed", group=group, weight=pair.weight,
    )  # fmt: skip


def compared(key: Sequence[Stretch], answered: Sequence[Stretch]) -> tuple[tuple[str, str], ...]:
    """The texts that overlap in time, key first: all that a judge needs to see for SODA_c."""
    return tuple(
        dict.fromkeys(
            (one.text, other.text)
            for one in key
            for other in answered
            if overlap((one.start, one.end), (other.start, other.end)) > 0
        )
    )


def together(measure: Literal["MBAcc", "twins"], about: str, marks: Sequence[Mark]) -> Mark:
    """One mark for several: 1 where all are right. It is missing or unparsed where nothing else is wrong with it.

    Args:
        measure: what it is called.
        about: what they share.
        marks: accuracies, at least one.
    """
    right = all(one.value == 1.0 for one in marks)
    states = {one.state for one in marks}
    state: State = "missing" if states == {"missing"} else "unparsed" if "unparsed" in states else "scored"
    return Mark(
        about=about, measure=measure, value=float(right), state=state, group=marks[0].group,
        chance=math.prod(one.chance or 0.0 for one in marks), weight=min(one.weight for one in marks),
    )  # fmt: skip


def multi_binary(pairs: Iterable[InstructionPair], marks: Mapping[str, Mark]) -> Iterator[Mark]:
    """MBAcc of PLM-VideoBench's FGQA: a question is right where every binary pair that shares its id is.

    Args:
        pairs: all that were asked.
        marks: accuracy by the pair's id; a question of which some pair has none is left out.
    """
    asked: dict[str, list[Mark | None]] = {}
    for pair in pairs:
        if pair.question and pair.form in CLOSED:
            asked.setdefault(pair.question, []).append(marks.get(pair.id))
    for question, some in asked.items():
        whole = [one for one in some if one is not None]
        if len(whole) == len(some):
            yield together("MBAcc", question, whole)


def both_twins(pairs: Iterable[InstructionPair], marks: Mapping[str, Mark]) -> Iterator[Mark]:
    """Pairs of pairs that ask the same of two films that differ in one thing: right where both are.

    Whoever does not look gives both the same answer, and one of them is wrong.
    """
    both = {frozenset((pair.id, pair.twin)): None for pair in pairs if pair.twin in marks and pair.id in marks}
    for one, other in map(sorted, both):
        yield together("twins", f"{one} {other}", [marks[one], marks[other]])


def _closed(pair: InstructionPair, answer: str) -> tuple[bool | None, float]:
    """Whether a closed question is answered rightly, None where that can't be read; and the chance of a guess."""
    if pair.options:
        chosen = read_letter(answer, pair.options)
        return (None if chosen is None else chosen == pair.answer_index), 1 / len(pair.options)
    said = read_yes_no(answer)
    return (None if said is None else said == read_yes_no(pair.turns[1].text)), 0.5


def _localised(pair: InstructionPair, answers: Sequence[str] | None, frames: int, told: _Told) -> Iterator[Mark]:
    key = read_stretch(pair.turns[1].text)
    if key is None:
        return
    found = read_stretch(answers[0]) if answers else None
    state: State = "missing" if answers is None else "scored" if found else "unparsed"
    shared = overlap((key.start, key.end), (found.start, found.end)) if found else 0.0
    everything = overlap((key.start, key.end), (0.0, max(frames - 1.0, key.end)))
    yield told("recall@1", mean_recall(shared), state, mean_recall(everything))
    yield told("mIoU", shared, state, everything)
