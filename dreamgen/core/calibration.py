"""How far a verifier can be trusted, measured on claims whose truth is known: true ones and their false twins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.binomial import wilson
from dreamgen.core.claims import CLAIM_KINDS

Outcome = Literal["supported", "refuted", "unsure"]


class Outcomes(Record):
    """How often a verifier said what."""

    supported: int = Field(default=0, ge=0)
    """Times it saw the claim hold."""
    refuted: int = Field(default=0, ge=0)
    """Times it saw the claim fail."""
    unsure: int = Field(default=0, ge=0)
    """Times it could not tell."""

    @property
    def n(self) -> int:
        """All of them."""
        return self.supported + self.refuted + self.unsure

    @property
    def decided(self) -> int:
        """Those where it could tell."""
        return self.supported + self.refuted

    def __add__(self, other: Outcomes) -> Outcomes:
        """Both together."""
        return Outcomes(
            supported=self.supported + other.supported,
            refuted=self.refuted + other.refuted,
            unsure=self.unsure + other.unsure,
        )


class Rate(Record):
    """A share, with the interval in which the true share lies with 95 % confidence."""

    value: float
    """0-1."""
    low: float
    """0-1."""
    high: float
    """0-1."""
    n: int
    """How many it was measured on."""


class Calibration(Record):
    """What a verifier did with the claims of one kind."""

    kind: str
    """The kind of claim; `all` for the sum."""
    true: Outcomes
    """What it said of true claims."""
    false: Outcomes
    """What it said of their false twins."""

    @property
    def sensitivity(self) -> Rate | None:
        """Share of the decided true claims that were supported; None when it never decided."""
        return rate(self.true.supported, self.true.decided)

    @property
    def specificity(self) -> Rate | None:
        """Share of the decided false twins that were refuted; None when it never decided."""
        return rate(self.false.refuted, self.false.decided)

    @property
    def reach(self) -> Rate | None:
        """Share of all claims, true and false, that it decided."""
        return rate(self.true.decided + self.false.decided, self.true.n + self.false.n)


def calibrate(judged: Iterable[tuple[str, bool, Outcome]]) -> tuple[Calibration, ...]:
    """A row for every kind that occurs, in the order of the reports.

    Args:
        judged: kind of the claim, whether it is true, what the verifier said.
    """
    counts = Counter(judged)
    kinds = {kind for kind, _, _ in counts}
    order = [kind for kind in CLAIM_KINDS if kind in kinds] + sorted(kinds - set(CLAIM_KINDS))
    return tuple(
        Calibration(kind=kind, true=_outcomes(counts, kind, True), false=_outcomes(counts, kind, False))
        for kind in order
    )


def total(rows: Iterable[Calibration]) -> tuple[Calibration, ...]:
    """Rows of several stories put together, kind by kind, with a last row for all kinds."""
    true: dict[str, Outcomes] = {}
    false: dict[str, Outcomes] = {}
    for row in rows:
        for kind in (row.kind, "all"):
            true[kind] = true.get(kind, Outcomes()) + row.true
            false[kind] = false.get(kind, Outcomes()) + row.false
    order = [kind for kind in (*CLAIM_KINDS, "all") if kind in true]
    return tuple(Calibration(kind=kind, true=true[kind], false=false[kind]) for kind in order)


def rate(hits: int, n: int) -> Rate | None:
    """A share with its 95 % Wilson score interval; None of nothing."""
    if n == 0:
        return None
    low, high = wilson(hits, n)
    return Rate(value=hits / n, low=low, high=high, n=n)


def _outcomes(counts: Counter[tuple[str, bool, Outcome]], kind: str, true: bool) -> Outcomes:
    return Outcomes(
        supported=counts[kind, true, "supported"],
        refuted=counts[kind, true, "refuted"],
        unsure=counts[kind, true, "unsure"],
    )
