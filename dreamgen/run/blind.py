"""Asking a verifier blind: false claims are mixed among the true ones, and nothing tells them apart.

It is shown files whose names tell nothing, in a folder of their own: neither the scene nor what was made of it can be
read from where they lie.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from dreamgen.core.base import Record, derive_seed
from dreamgen.core.claims import Claim
from dreamgen.core.contracts import Verifier
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Verdict
from dreamgen.core.twins import false_twins
from dreamgen.run import disk
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
        footage: the clip, by its own name.
        claims: true ones.
        world: everything that is true of the clip, so that no twin is true by accident; empty for no twins.
        seed: of the story.
        kept: see `Verifier.verify`.
    """
    true = {claim.id: claim for claim in claims}
    false = twins_of(claims, world) if world else {}
    mixed = sorted({**true, **false}.values(), key=lambda claim: derive_seed(seed, "blind", footage.clip, claim.id))
    with nameless(footage, seed) as shown:
        said = {verdict.about: verdict for verdict in verifier.verify(shown, mixed, kept)}
    silent = [claim.id for claim in mixed if claim.id not in said]
    if silent:
        raise RuntimeError(f"{type(verifier).__name__} gave no verdict on {', '.join(silent)} of {footage.clip}")
    return Judged(
        verdicts=tuple(said[claim.id] for claim in claims),
        twins=tuple(TwinLine(clip=footage.clip, twin=twin, verdict=said[name]) for name, twin in false.items()),
    )


@contextmanager
def nameless(footage: Footage, seed: int) -> Iterator[Footage]:
    """The same footage under names that tell nothing, in a new folder in which there is nothing else."""

    def name(*what: str) -> str:
        return f"{derive_seed(seed, 'nameless', footage.clip, *what):016x}"

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        video = place / f"{name('video')}{footage.video.suffix}"
        portraits = {
            who: place / f"{name('portrait', who)}{path.suffix}" for who, path in footage.portraits.items()
        }  # fmt: skip
        disk.lend(footage.video, video)
        for who, portrait in portraits.items():
            disk.lend(footage.portraits[who], portrait)
        yield replace(footage, clip=name(), video=video, portraits=portraits)


@contextmanager
def nameless_all(footage: Mapping[str, Footage], seed: int) -> Iterator[dict[str, Footage]]:
    """The same for several clips, by the names that those who ask have for them."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(nameless(one, seed)) for name, one in footage.items()}
