"""Several verifiers, one verdict."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.core.pairs import Verdict


def vote(verdicts: Sequence[Verdict], least: int = 0) -> Verdict:
    """What several verifiers make of one claim together.

    Args:
        verdicts: one or more about the same claim, each of another verifier.
        least: how many must see it hold, and more of them than see it fail; 0: all who can tell must agree, and one
            is enough.
    """
    if len(verdicts) == 1:
        return verdicts[0]
    supported = [one for one in verdicts if one.outcome == "supported"]
    refuted = [one for one in verdicts if one.outcome == "refuted"]
    if least:
        sides = [side for side in (supported, refuted) if len(side) >= least]
        told = max(sides, key=len) if sides and len(supported) != len(refuted) else []
    else:
        told = supported or refuted if not (supported and refuted) else []
    by = "+".join(one.by for one in verdicts)
    evidence = "; ".join(f"{one.by}: {one.outcome} {one.evidence}".rstrip() for one in verdicts)
    if not told:
        reason = "verifiers_disagree" if supported and refuted else next((one.reason for one in verdicts), "")
        return Verdict(
            about=verdicts[0].about, outcome="unsure", confidence=0.0, by=by, evidence=evidence, reason=reason
        )
    return Verdict(
        about=verdicts[0].about,
        outcome=told[0].outcome,
        confidence=max(one.confidence for one in told),
        by=by,
        evidence=evidence,
        reason=told[0].reason,
    )
