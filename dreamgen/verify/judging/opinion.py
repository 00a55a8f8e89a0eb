"""What a judge says of one claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Opinion:
    """A verdict before it is addressed to a claim."""

    outcome: Literal["supported", "refuted", "unsure"]
    """What the pixels say."""
    confidence: float
    """Of the outcome, 0-1."""
    evidence: str
    """What was measured: numbers with units and the frames looked at."""
    reason: str = ""
    """Machine-readable; empty for a supported claim."""
    exact: bool = True
    """False when something that people could take for it looks more likely still."""


def supported(confidence: float, evidence: str, *, exact: bool = True) -> Opinion:
    """The pixels show it."""
    return Opinion("supported", min(max(confidence, 0.0), 1.0), evidence, exact=exact)


def refuted(confidence: float, evidence: str, reason: str) -> Opinion:
    """The pixels show something else."""
    return Opinion("refuted", min(max(confidence, 0.0), 1.0), evidence, reason)


def unsure(reason: str, evidence: str = "", confidence: float = 0.0) -> Opinion:
    """The pixels don't tell, or this verifier can't read them."""
    return Opinion("unsure", confidence, evidence, reason)
