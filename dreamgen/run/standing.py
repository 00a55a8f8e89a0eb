"""The verdict policy: which claims stand, how far to trust them, and what falls with a refuted one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dreamgen.core.claims import Claim
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.receipts import Reject
from dreamgen.run.carrying import REFERENCES

SUPPORTED_WEIGHT = 1.0
"""Trust in a claim that was seen to hold."""

UNSURE_WEIGHT = 0.5
"""Trust in a claim that nobody could check. It stands by construction, since the film was drawn from the same plan,
but no pixels vouch for it. Half is a choice, not a measurement."""


def split(clip: str, claims: Sequence[Claim], verdicts: Iterable[Verdict]) -> tuple[tuple[Claim, ...], list[Reject]]:
    """The claims of one clip that stand, and a line for each that falls.

    A claim falls when the pixels refute it, or when it speaks of a claim that falls or was never made.
    """
    refuted = {verdict.about: verdict for verdict in verdicts if verdict.outcome == "refuted"}
    standing = {claim.id: claim for claim in claims if claim.id not in refuted}
    rejects = [_refuted(clip, claim, refuted[claim.id]) for claim in claims if claim.id in refuted]
    while fallen := [claim for claim in standing.values() if not named_by(claim) <= standing.keys()]:
        for claim in fallen:
            del standing[claim.id]
            lost = ", ".join(sorted(named_by(claim) - standing.keys()))
            rejects.append(
                Reject(
                    what=claim.id, kind="claim", stage="verify", reason="rests_on_refuted_claim", clip=clip,
                    detail=f"{claim.kind}: speaks of {lost}",
                )
            )  # fmt: skip
    return tuple(standing.values()), rejects


def named_by(claim: Claim) -> set[str]:
    """Ids of the claims that a claim speaks of."""
    return {value for field in REFERENCES if (value := getattr(claim, field, None))}


def weigh(
    pairs: Iterable[InstructionPair], verdicts: Mapping[tuple[str, str], Verdict], standing: Mapping[str, set[str]]
) -> tuple[list[InstructionPair], list[Reject]]:
    """Pairs with the trust that their weakest claim deserves; one that rests on no standing claim is dropped.

    Args:
        pairs: as synthesized.
        verdicts: by clip and claim.
        standing: clip to the ids of its standing claims.
    """
    kept, rejects = [], []
    for pair in pairs:
        lost = [claim for claim in pair.claims if claim not in standing.get(pair.clip, ())]
        if lost:
            rejects.append(
                Reject(
                    what=pair.id, kind="pair", stage="qa", reason="rests_on_refuted_claim", clip=pair.clip,
                    detail=f"rests on {', '.join(lost)}",
                )
            )  # fmt: skip
            continue
        trust = min(_weight(verdicts.get((pair.clip, claim))) for claim in pair.claims)
        kept.append(pair.model_copy(update={"weight": min(pair.weight, trust)}))
    return kept, rejects


def _weight(verdict: Verdict | None) -> float:
    return SUPPORTED_WEIGHT if verdict and verdict.outcome == "supported" else UNSURE_WEIGHT


def _refuted(clip: str, claim: Claim, verdict: Verdict) -> Reject:
    return Reject(
        what=claim.id, kind="claim", stage="verify", reason=verdict.reason or "refuted", clip=clip,
        detail=f"{claim.kind}: {verdict.evidence}",
    )  # fmt: skip
