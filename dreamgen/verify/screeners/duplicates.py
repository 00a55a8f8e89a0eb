"""Pairs that say again what another one says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field
from rapidfuzz import fuzz

from dreamgen.core.base import Record
from dreamgen.core.media import Footage
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.verify.screeners.answers import short_answer


class DuplicatesScreener(Record):
    """Drops a pair that asks for the same fact in the same form and about the same words as an earlier one."""

    similar: float = Field(default=92.0, ge=0.0, le=100.0)
    """Likeness of two questions (0-100, rapidfuzz's ratio) from which they are the same when their claims are."""
    repeats: int = Field(default=3, ge=1)
    """How often one question with one answer in free words may occur over all clips."""
    learnt: int = Field(default=1, ge=1)
    """How often one yes/no question may have one answer over all clips, and one set of options the same right one: more
    could be learnt from one clip and answered of another without looking, as what somebody wears all through a
    story."""

    def screen(self, pairs: Sequence[InstructionPair], footage: Mapping[str, Footage], kept: Path) -> Iterator[Verdict]:
        """A verdict for each pair that repeats an earlier one."""
        earlier_in: dict[tuple[str, str], list[InstructionPair]] = {}
        heard: Counter[tuple[object, ...]] = Counter()
        for pair in pairs:
            earlier = earlier_in.setdefault((pair.clip, pair.form), [])
            said = (pair.form, tuple(sorted(pair.options)) or pair.turns[0].text, short_answer(pair))
            most = self.learnt if pair.form in ("choice", "yes_no") else self.repeats
            twin = next((other for other in earlier if self._same(pair, other)), None)
            if twin is not None:
                yield _drop(pair, "near_duplicate", f"says what {twin.id} says: {twin.turns[0].text}")
            elif heard[said] >= most:
                yield _drop(pair, "repeated_text", f"asked {most} times with this answer already")
            else:
                earlier.append(pair)
                heard[said] += 1

    def _same(self, one: InstructionPair, other: InstructionPair) -> bool:
        if _fact(one) == _fact(other):
            return True
        texts = one.turns[0].text, other.turns[0].text
        if one.options != other.options or one.turns[-1].text != other.turns[-1].text:
            return False
        return texts[0] == texts[1] or (
            set(one.claims) == set(other.claims) and fuzz.ratio(*texts, score_cutoff=self.similar) > 0
        )


def _fact(pair: InstructionPair) -> object:
    return pair.program.name, tuple(item for item in pair.program.arguments if item[0] != "say"), pair.task


def _drop(pair: InstructionPair, reason: str, evidence: str) -> Verdict:
    return Verdict(about=pair.id, outcome="refuted", confidence=1.0, by="duplicates", evidence=evidence, reason=reason)
