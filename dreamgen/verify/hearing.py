"""How far one verifier is heard: on which kinds of claims, and how sure it must be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dreamgen.core.calibration import Outcome, Rate, rate
from dreamgen.core.pairs import Verdict
from dreamgen.core.trusted import Bar
from dreamgen.verify.profiles import STEPS, Known

LEAST_MEASURED: Final = 10
"""Decided false claims from which on a kind's rates say something. With fewer, an interval covers nearly everything."""

NEVER: Final = 1.0 + 1.0 / STEPS
"""A bar that no confidence reaches."""


@dataclass(frozen=True)
class Hearing:
    """What of a verifier's verdicts counts."""

    bars: Mapping[str, Bar] = field(default_factory=dict)
    """By kind; without one any confidence counts."""
    silent: Mapping[str, Rate] = field(default_factory=dict)
    """Kinds on which it is not heard, and the share of false claims that it finds there."""
    unasked: frozenset[str] = frozenset()
    """Those of them that it need not be asked about."""
    distrust: str = ""
    """Why nothing counts; empty where it does."""

    def outcome(self, kind: str, outcome: Outcome, confidence: float) -> Outcome:
        """What is left of a verdict."""
        if outcome == "unsure" or self.distrust or kind in self.silent:
            return "unsure"
        bar = self.bars.get(kind)
        least = 0.0 if bar is None else bar.supported if outcome == "supported" else bar.refuted
        return outcome if confidence >= least else "unsure"

    def heard(self, kind: str, verdict: Verdict) -> Verdict:
        """The verdict, or that it does not count, with the reason."""
        if self.outcome(kind, verdict.outcome, verdict.confidence) == verdict.outcome and kind not in self.silent:
            return verdict  # what it could not tell keeps its own reason
        reason, why = self._why(kind, verdict)
        evidence = f"{why}; {verdict.evidence}" if verdict.evidence else why
        return verdict.model_copy(
            update={"outcome": "unsure", "confidence": 0.0, "reason": reason, "evidence": evidence}
        )

    def unasked_of(self, about: str, kind: str, by: str) -> Verdict:
        """What is written down for a claim that the verifier was not asked about."""
        _, why = self._why(kind, None)
        return Verdict(about=about, outcome="unsure", confidence=0.0, by=by, evidence=why, reason="not_asked")

    def _why(self, kind: str, verdict: Verdict | None) -> tuple[str, str]:
        if kind in self.silent and not self.distrust:
            share = self.silent[kind]
            found = f"finds {share.value:.0%} of false claims of this kind ({share.low:.0%}-{share.high:.0%})"
            return ("not_asked" if kind in self.unasked else "not_trusted"), found
        said = f"{verdict.outcome} at {verdict.confidence:.2f}" if verdict else ""
        if self.distrust:
            return "not_trusted", f"{said}, but it {self.distrust}"
        bar = self.bars[kind]
        least = bar.supported if verdict and verdict.outcome == "supported" else bar.refuted
        return "not_sure_enough", f"{said}, which counts from {least:.2f}"


def bars_of(known: Iterable[Known], target: float, supposed: float) -> dict[str, Bar]:
    """How sure a verdict must be to count, kind by kind; only kinds that need a bar.

    A claim that is kept, be it as supported or as unsure because its refutation did not count, is wrong with a share of
    `target` at most, if `supposed` of all claims of the kind are false before anybody looks.

    Args:
        known: what the verifier said of claims whose truth is known.
        target: share of wrong claims among those supported, and among those whose refutation does not count.
        supposed: share of false claims before anybody looks.
    """
    table: dict[str, list[Known]] = {}
    for one in known:
        table.setdefault(one.kind, []).append(one)
    bars = {kind: _bar(kind, rows, target, supposed) for kind, rows in table.items()}
    return {kind: bar for kind, bar in bars.items() if bar.supported or bar.refuted}


def silent_of(decided: Iterable[tuple[str, int, int]], least: float) -> dict[str, Rate]:
    """Kinds on which a verifier is not heard, since it refutes too few of the false claims that it decides.

    The share itself decides, not an end of its interval: by the lower end every kind that was measured on little would
    be silenced, by the upper end hardly any. What is measured on fewer than `LEAST_MEASURED` claims silences nobody;
    the little that is known then shows in the interval of the error.

    Args:
        decided: kind, how many false claims were refuted, how many were decided.
        least: the smallest share that is heard.
    """
    rates = {kind: rate(refuted, n) for kind, refuted, n in decided if n >= LEAST_MEASURED}
    return {kind: share for kind, share in rates.items() if share is not None and share.value < least}


def _bar(kind: str, rows: Sequence[Known], target: float, supposed: float) -> Bar:
    sizes = {true: sum(row.n for row in rows if row.true == true) for true in (True, False)}
    if sum(row.n for row in rows if not row.true and row.outcome != "unsure") < LEAST_MEASURED or not sizes[True]:
        return Bar(kind=kind)

    def wrong(outcome: Outcome, low: float, high: float) -> float:
        """Share of false claims among those with this verdict and a confidence from `low` to below `high`."""
        shares = {
            true: sum(r.n for r in rows if r.true == true and r.outcome == outcome and low <= r.confidence < high) / n
            for true, n in sizes.items()
        }
        false = supposed * shares[False]
        return false / (false + (1 - supposed) * shares[True]) if false else 0.0

    levels = [step / STEPS for step in range(STEPS + 2)]
    supported = next(level for level in levels if wrong("supported", level, NEVER) <= target)
    if supported and not any(row.outcome == "supported" and row.confidence >= supported for row in rows):
        supported = NEVER
    refuted = max(level for level in levels if wrong("refuted", 0.0, level) <= target)
    # true claims that were refuted too weakly: a handful of them must not let false ones through
    weak = sum(row.n for row in rows if row.true and row.outcome == "refuted" and row.confidence < refuted)
    return Bar(kind=kind, supported=supported, refuted=refuted if weak >= LEAST_MEASURED else 0.0)
