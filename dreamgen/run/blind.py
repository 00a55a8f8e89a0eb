"""Asking a verifier blind: false claims are mixed among the true ones, and nothing tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dreamgen.core.base import Record, derive_seed
from dreamgen.core.claims import Claim
from dreamgen.core.contracts import Verifier
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Verdict
from dreamgen.core.twins import false_twins
from dreamgen.run.journal import TwinLine


class Judged(Record):
    """What a verifier said of one clip."""

    verdicts: tuple[Verdict, ...]
    """One a claim, in the claims' order."""
    twins: tuple[TwinLine, ...]
    """The false claims that were mixed in, with what it said of them."""


def twins_of(claims: Sequence[Claim], world: Sequence[Claim]) -> dict[str, Claim]:
    """A false twin of each claim that has one, by the twin's id.

    Args:
        claims: true ones.
        world: everything that is true of the clip, so that no twin is true by accident.
    """
    return {twin.id: twin for claim in claims for twin in false_twins(claim, world)[:1]}


def ask(
    verifier: Verifier, footage: Footage, claims: Sequence[Claim], world: Sequence[Claim], seed: int, kept: Path
) -> Judged:
    """Verdicts on claims, and on a false twin of each that has one.

    Args:
        verifier: gets all of them in an order that the seed decides.
        footage: the clip.
        claims: true ones.
        world: everything that is true of the clip, so that no twin is true by accident.
        seed: of the story.
        kept: see `Verifier.verify`.
    """
    true = {claim.id: claim for claim in claims}
    false = twins_of(claims, world)
    mixed = sorted({**true, **false}.values(), key=lambda claim: derive_seed(seed, "blind", footage.clip, claim.id))
    said = {verdict.about: verdict for verdict in verifier.verify(footage, mixed, kept)}
    silent = [claim.id for claim in mixed if claim.id not in said]
    if silent:
        raise RuntimeError(f"{type(verifier).__name__} gave no verdict on {', '.join(silent)} of {footage.clip}")
    return Judged(
        verdicts=tuple(said[claim.id] for claim in claims),
        twins=tuple(TwinLine(clip=footage.clip, twin=twin, verdict=said[name]) for name, twin in false.items()),
    )
