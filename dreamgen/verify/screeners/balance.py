"""Answers that could be guessed from how often they occur."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.media import Footage
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.verify.screeners.answers import short_answer

_TEXTS = {"caption", "dialogue", "region_caption", "region_dense"}
"""Forms whose answers are whole texts, of which no two are alike."""


class BalanceScreener(Record):
    """Drops what makes `yes` likelier than `no` in a task, and answers that are far more frequent than others.

    It comes last, since every later drop could tip the balance again.
    """

    share: float = Field(default=2.0, ge=1.0)
    """How many times the mean an answer may occur in its task."""
    always: int = Field(default=4, ge=1)
    """So often an answer may occur in any case."""

    def screen(self, pairs: Sequence[InstructionPair], footage: Mapping[str, Footage], kept: Path) -> Iterator[Verdict]:
        """A verdict for each pair to drop."""
        by_task: dict[str, list[InstructionPair]] = {}
        for pair in pairs:
            by_task.setdefault(pair.task, []).append(pair)
        for _, some in sorted(by_task.items()):
            yield from _yes_and_no([pair for pair in some if pair.form == "yes_no"])
            # binary pairs of one question have its answer, all of them
            told = [pair for pair in some if pair.form not in _TEXTS and pair.form != "yes_no" and not pair.question]
            yield from self._frequent(told)

    def _frequent(self, pairs: Sequence[InstructionPair]) -> Iterator[Verdict]:
        answers: dict[str, list[InstructionPair]] = {}
        for pair in pairs:
            answers.setdefault(short_answer(pair), []).append(pair)
        if not answers:
            return
        limit = max(self.always, math.ceil(self.share * len(pairs) / len(answers))) if len(answers) > 1 else self.always
        for answer, some in answers.items():
            for pair in _least_trusted(some, len(some) - limit):
                evidence = f"{answer!r} answers {len(some)} of {len(pairs)} in {pair.task}"
                yield _drop(pair, "answer_too_frequent", evidence)


def _yes_and_no(pairs: Sequence[InstructionPair]) -> Iterator[Verdict]:
    yes = [pair for pair in pairs if short_answer(pair).startswith("yes")]
    no = [pair for pair in pairs if not short_answer(pair).startswith("yes")]
    many = yes if len(yes) > len(no) else no
    for pair in _least_trusted(many, abs(len(yes) - len(no))):
        yield _drop(pair, "yes_no_unbalanced", f"{len(yes)} yes and {len(no)} no in {pair.task}")


def _least_trusted(pairs: Iterable[InstructionPair], count: int) -> list[InstructionPair]:
    """The `count` pairs to drop: those of least weight, then by lot."""
    return sorted(pairs, key=lambda pair: (pair.weight, fingerprint(pair.id)))[: max(0, count)]


def _drop(pair: InstructionPair, reason: str, evidence: str) -> Verdict:
    return Verdict(about=pair.id, outcome="refuted", confidence=1.0, by="balance", evidence=evidence, reason=reason)
