"""Types of questions, and domains of videos, that have more than their share of a dataset."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.media import Footage
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.question_types import named_type

By = Literal["type", "domain"]
"""What is evened out."""


class SharesScreener(Record):
    """Drops fine-grained questions of the types, and of the domains, that have far more than the others.

    Pairs that name no type of PLM-FGQA, or no domain, are left alone. Binary pairs of one question go together with it.
    """

    by: tuple[By, ...] = ("type", "domain")
    """What is evened out, one after the other."""
    share: float = Field(default=2.0, ge=1.0)
    """How many times the mean a type or a domain may have."""
    always: int = Field(default=8, ge=1)
    """So many questions it may have in any case."""

    def screen(self, pairs: Sequence[InstructionPair], footage: Mapping[str, Footage], kept: Path) -> Iterator[Verdict]:
        """A verdict for each pair to drop."""
        left = list(pairs)
        for by in self.by:
            dropped = list(self._extra(by, left))
            yield from dropped
            gone = {verdict.about for verdict in dropped}
            left = [pair for pair in left if pair.id not in gone]

    def _extra(self, by: By, pairs: Sequence[InstructionPair]) -> Iterator[Verdict]:
        groups: dict[str, dict[str, list[InstructionPair]]] = {}
        for pair in pairs:
            if name := _group(by, pair):
                groups.setdefault(name, {}).setdefault(pair.question or pair.id, []).append(pair)
        total = sum(map(len, groups.values()))
        for name, units in groups.items():
            limit = max(self.always, math.ceil(self.share * total / len(groups)))
            order = sorted(units, key=lambda unit: (_weight(units[unit]), fingerprint(unit)))
            for unit in order[: max(0, len(units) - limit)]:
                evidence = f"{len(units)} of {total} questions are of the {by} {name}, and {limit} may be"
                yield from (_drop(pair, f"{by}_too_frequent", evidence) for pair in units[unit])


def _group(by: By, pair: InstructionPair) -> str:
    return (named_type(pair) or "") if by == "type" else pair.domain


def _weight(unit: Sequence[InstructionPair]) -> float:
    return min(pair.weight for pair in unit)


def _drop(pair: InstructionPair, reason: str, evidence: str) -> Verdict:
    return Verdict(about=pair.id, outcome="refuted", confidence=1.0, by="shares", evidence=evidence, reason=reason)
