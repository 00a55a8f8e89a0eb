"""Several verifiers, one verdict."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.core.calibration import Outcome
from dreamgen.core.pairs import Verdict


def agree(outcomes: Sequence[Outcome], least: int = 0) -> Outcome:
    """What several verifiers say of one claim together.

    Args:
        outcomes: of each of them.
        least: how many must see it hold, and more of them than see it fail; 0: all who can tell must agree, and one
            is enough.
    """
    supported, refuted = outcomes.count("supported"), outcomes.count("refuted")
    if not least:
        return "unsure" if bool(supported) == bool(refuted) else "supported" if supported else "refuted"
    if max(supported, refuted) < least or supported == refuted:
        return "unsure"
    return "supported" if supported > refuted else "refuted"


def vote(verdicts: Sequence[Verdict], least: int = 0) -> Verdict:
    """What several verifiers make of one claim together.

    Args:
        verdicts: one or more about the same claim, each of another verifier.
        least: see `agree`.
    """
    if len(verdicts) == 1:
        return verdicts[0]
    outcome = agree([one.outcome for one in verdicts], least)
    told = [one for one in verdicts if one.outcome == outcome]
    by = "+".join(one.by for one in verdicts)
    evidence = "; ".join(f"{one.by}: {one.outcome} {one.evidence}".rstrip() for one in verdicts)
    if outcome == "unsure":
        sides = {one.outcome for one in verdicts} >= {"supported", "refuted"}
        reason = "verifiers_disagree" if sides else next((one.reason for one in verdicts), "")
        return Verdict(
            about=verdicts[0].about, outcome="unsure", confidence=0.0, by=by, evidence=evidence, reason=reason
        )
    return Verdict(
        about=verdicts[0].about,
        outcome=outcome,
        confidence=max(one.confidence for one in told),
        by=by,
        evidence=evidence,
        reason=told[0].reason,
    )
