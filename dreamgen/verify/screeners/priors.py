"""Answers that could be guessed from what is right elsewhere, or from their length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.binomial import at_least
from dreamgen.core.media import Footage
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.verify.screeners.guessable import Guessable, guessable
from dreamgen.verify.screeners.rules import RULES, Scores, hit, margin

_REASONS = {"longest": "longest_is_right", "shortest": "shortest_is_right", "usual": "usual_answer"}


class PriorsScreener(Record):
    """Drops pairs of a task until no simple guess is right more often than chance.

    Three guesses are tried on choices, one on yes and no: the longest option, the shortest, and whatever went with the
    right answer in the other clips, word by word. Put it before `balance`, which evens out what is left.
    """

    luck: float = Field(default=0.05, gt=0.0, lt=1.0)
    """A guess goes too far where chance alone would do so well less often than this (binomial test). 0.05 lets pass
    what may be accident in one small dataset, which is enough where the questions are made evenly in the first place,
    as those of `programs` are; 0.5 allows no more right guesses than chance gives, and drops most."""

    def screen(self, pairs: Sequence[InstructionPair], footage: Mapping[str, Footage], kept: Path) -> Iterator[Verdict]:
        """A verdict for each pair that must go, the least trusted first."""
        left = guessable(pairs)
        while True:
            dropped = next(filter(None, (self._too_many(name, left) for name in RULES)), None)
            if not dropped:
                return
            yield from dropped
            gone = {verdict.about for verdict in dropped}
            left = [one for one in left if one.pair.id not in gone]

    def _too_many(self, name: str, pairs: Sequence[Guessable]) -> list[Verdict]:
        """What goes because of one rule in the first place where it does too well: all tasks together, or one."""
        scored = list(zip(pairs, RULES[name](pairs), strict=True))
        for form in ("choice", "yes_no"):
            of_form = [(one, scores) for one, scores in scored if one.pair.form == form]
            for task in (*sorted({one.pair.task for one, _ in of_form}), ""):
                some = [(one, scores) for one, scores in of_form if not task or one.pair.task == task]
                found = self._extra(name, task or "all tasks", some)
                if found:
                    return found
        return []

    def _extra(self, name: str, task: str, some: Sequence[tuple[Guessable, Scores]]) -> list[Verdict]:
        hits = sum(hit(one, scores) for one, scores in some)
        chance = sum(one.chance for one, _ in some) / max(1, len(some))
        number = self._number(hits, len(some), chance)
        if not number:
            return []
        evidence = f"{name} is right {hits:.4g} times of {len(some)} in {task}, chance {chance * len(some):.4g}"
        guessed = [(one, scores) for one, scores in some if hit(one, scores) > one.chance]
        order = sorted(
            guessed, key=lambda told: (told[0].pair.weight, -margin(*told), fingerprint(told[0].pair.id))
        )  # fmt: skip
        return [_drop(one.pair, _REASONS[name], evidence) for one, _ in order[:number]]

    def _number(self, hits: float, n: int, chance: float) -> int:
        """How many right guesses must go before chance explains the rest."""
        gone = 0
        while hits - gone > chance * (n - gone) and at_least(hits - gone, n - gone, chance) < self.luck:
            gone += 1
        return gone


def _drop(pair: InstructionPair, reason: str, evidence: str) -> Verdict:
    return Verdict(about=pair.id, outcome="refuted", confidence=1.0, by="priors", evidence=evidence, reason=reason)
