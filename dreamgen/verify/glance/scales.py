"""From what the networks make of a claim to a decision: how far their numbers can be trusted was measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dreamgen.verify.glance.seer import stored

Outcome = Literal["supported", "refuted", "unsure"]


class Evidence(NamedTuple):
    """What speaks for a claim, and what against it."""

    odds: float | None
    """Logarithm of the odds that it holds, as the networks have them; None when they can't tell."""
    said: str
    """What was seen: numbers with units and how many looks."""
    reason: str
    """Machine-readable: why it fails if it does, or why nothing can be told."""
    scale: str
    """The name of the scale by which the odds are read."""


def untold(reason: str, said: str = "") -> Evidence:
    """Nothing can be told."""
    return Evidence(None, said, reason, "")


@dataclass(frozen=True)
class Scale:
    """How to read odds; chosen on stories held out, half of whose claims were true."""

    slope: float
    """What the networks' odds are multiplied with."""
    shift: float
    """And then moved by, to be the odds that such a claim is true."""
    supports: float
    """Probability from which such claims were nearly always true; over 1 where none is."""
    refutes: float
    """Probability up to which they were nearly always false; under 0 where none is."""

    def probability(self, odds: float) -> float:
        """That a claim with such odds is true."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.slope * odds + self.shift))))

    def outcome(self, probability: float) -> Outcome:
        """The decision."""
        if probability >= self.supports:
            return "supported"
        return "refuted" if probability <= self.refutes else "unsure"


class Decision(NamedTuple):
    """A verdict before it is addressed to a claim."""

    outcome: Outcome
    """What the networks say."""
    confidence: float
    """Probability that the outcome is right; of an unsure one, 0."""
    said: str
    """What was seen."""
    reason: str
    """Machine-readable; empty for a supported claim."""


def decided(evidence: tuple[Evidence, ...], scales: Mapping[str, Scale] | None = None) -> Decision:
    """What several pieces of evidence make of a claim that holds only if all of them do."""
    said = "; ".join(piece.said for piece in evidence if piece.said)
    known = scales_stored() if scales is None else scales
    left: list[float] = []
    reason, unsure = "", ""
    for piece in evidence:
        scale = known.get(piece.scale)
        if piece.odds is None or scale is None:
            unsure = unsure or (piece.reason if piece.odds is None else "not_measurable")
            continue
        probability = scale.probability(piece.odds)
        outcome = scale.outcome(probability)
        if outcome == "refuted":
            return Decision("refuted", 1 - probability, said, piece.reason)
        unsure = unsure or (f"unclear_{piece.scale.split('.')[0]}" if outcome == "unsure" else "")
        left.append(probability)
    reason = unsure or ("" if left else "not_measurable")
    return Decision("unsure", 0.0, said, reason) if reason else Decision("supported", min(left), said, "")


def strangest() -> float:
    """How strange a film may be for the networks to be believed at all."""
    return float(stored()["strangest"])


def scales_stored() -> dict[str, Scale]:
    """All scales that were chosen, by name."""
    return {name: Scale(*(float(v) for v in values)) for name, values in stored()["scales"].items()}
