"""The verdict policy: which claims stand, how far to trust them, and what falls with a refuted one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip, Masklet
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.receipts import Reject
from dreamgen.run.carrying import REFERENCES

CUTTING = frozenset({"cut", "camera_move", "speech"})
"""Kinds that the cutting room makes true, whatever a model drew: where it cuts, pans and writes captions."""

POINTING = frozenset({"order", "duration", "cause"})
"""Kinds that speak of other claims alone and fall with them."""

EDITED = CUTTING | POINTING
"""Those together."""

_NOBODY = {"generated": "a model drew the pictures", "found": "nobody here made the pictures"}


def split(
    clip: Clip, claims: Sequence[Claim], verdicts: Iterable[Verdict], masklets: Iterable[Masklet] = ()
) -> tuple[tuple[Claim, ...], list[Reject]]:
    """The claims of one clip that stand, and a line for each that falls.

    A claim falls when the pixels refute it, or when it speaks of a claim that falls or was never made. Of pictures
    that a model drew, or that were found, nothing is true by construction: there a claim falls too when the pixels do
    not bear it out.

    Args:
        clip: what they speak of.
        claims: all of them.
        verdicts: one each, or fewer.
        masklets: the clip's; those that are not only intended stand for a check that found the entity in its place.
    """
    said = {verdict.about: verdict for verdict in verdicts}
    refuted = {about: verdict for about, verdict in said.items() if verdict.outcome == "refuted"}
    standing = {claim.id: claim for claim in claims if claim.id not in refuted}
    rejects = [_refuted(clip.id, claim, refuted[claim.id]) for claim in claims if claim.id in refuted]
    if clip.pictures != "drawn":
        found = {masklet.entity: masklet for masklet in masklets}
        gone = [claim for claim in claims if claim.kind == "presence" and claim.id in refuted]
        for claim in tuple(standing.values()):
            verdict = said.get(claim.id)
            seen = verdict is not None and verdict.outcome == "supported" and not _of_nobody(claim, gone)
            if not seen and not _given(claim, clip, found):
                del standing[claim.id]
                rejects.append(
                    Reject(
                        what=claim.id, kind="claim", stage="verify", reason="unconfirmed", clip=clip.id,
                        detail=f"{claim.kind}: {_NOBODY[clip.pictures]}, and nothing in them was seen to bear it out",
                    )
                )  # fmt: skip
    while fallen := [claim for claim in standing.values() if not named_by(claim) <= standing.keys()]:
        for claim in fallen:
            del standing[claim.id]
            lost = ", ".join(sorted(named_by(claim) - standing.keys()))
            rejects.append(
                Reject(
                    what=claim.id, kind="claim", stage="verify", reason="rests_on_refuted_claim", clip=clip.id,
                    detail=f"{claim.kind}: speaks of {lost}",
                )
            )  # fmt: skip
    return tuple(standing.values()), rejects


def _given(claim: Claim, clip: Clip, found: Mapping[str, Masklet]) -> bool:
    """Whether a claim about pictures that nobody planned holds without a verdict."""
    if claim.kind in (EDITED if clip.pictures == "generated" else POINTING):
        return True
    # who was found in its place is there, and left or right of others; which is nearer no box can tell
    if claim.kind != "presence" and not (claim.kind == "relation" and claim.relation in ("left of", "right of")):
        return False
    fps = clip.fps
    span = range(round(claim.start * fps), max(round(claim.end * fps), round(claim.start * fps) + 1))
    return all(who in found and not any(map(found[who].intends, span)) for who in claim.about)


def _of_nobody(claim: Claim, gone: Sequence[Claim]) -> bool:
    """Whether a claim speaks of somebody who was found not to be there at that time; what it says is then chance."""
    times = (one for one in gone if set(one.about) & set(claim.about))
    return claim.kind not in EDITED and any(one.start < claim.end and claim.start < one.end for one in times)


def named_by(claim: Claim) -> set[str]:
    """Ids of the claims that a claim speaks of."""
    return {value for field in REFERENCES if (value := getattr(claim, field, None))}


def weigh(
    pairs: Iterable[InstructionPair], right: Mapping[tuple[str, str], float], standing: Mapping[str, set[str]]
) -> tuple[list[InstructionPair], list[Reject]]:
    """Pairs with the chance that their label is right; one that rests on a claim that has fallen is dropped.

    The chance is the product of the chances of the claims that it rests on, as if each erred on its own, and of the
    weight that the pair came with. See docs/trust.md.

    Args:
        pairs: as synthesized.
        right: by clip and claim, the chance that the claim holds.
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
        trust = pair.weight * prod(right[pair.clip, claim] for claim in dict.fromkeys(pair.claims))
        kept.append(pair.model_copy(update={"weight": round(trust, 4)}))
    return kept, rejects


def _refuted(clip: str, claim: Claim, verdict: Verdict) -> Reject:
    return Reject(
        what=claim.id, kind="claim", stage="verify", reason=verdict.reason or "refuted", clip=clip,
        detail=f"{claim.kind}: {verdict.evidence}",
    )  # fmt: skip
