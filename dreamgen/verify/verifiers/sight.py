"""The `sight` verifier: small learned networks look at the film, independently of `pixels`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Verdict
from dreamgen.engines.watching import picture, watch
from dreamgen.verify.glance.case import Case
from dreamgen.verify.glance.evidence import EVIDENCE
from dreamgen.verify.glance.film import Film
from dreamgen.verify.glance.scales import Decision, decided
from dreamgen.verify.glance.seer import Seer


class SightVerifier(Record):
    """Judges what networks learned to see in the embedded illustrator's pictures, and says `unsure` of the rest.

    It sees the video file, the portraits of the cast and the claims; never the story, the layout or the masks. It
    knows the illustrator's drawings and no other pictures: nothing that it says of others means anything.
    """

    width: int = 512
    """Of the frames looked at, in pixels."""
    workers: int = Field(default=0, ge=0, exclude=True)
    """Clips looked at at once, each in its own process; 0 for one a CPU. They change no verdict."""

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        """One verdict a claim, in order. It asks nobody, so it keeps nothing in `kept`.

        Raises:
            DreamgenError: when the film or a portrait can't be read.
        """
        portraits = {entity: picture(path) for entity, path in footage.portraits.items()}
        case = Case(Film(watch(footage.video, self.width), portraits, Seer()), tuple(claims))
        for claim in claims:
            decision = _judged(case, claim)
            yield Verdict(
                about=claim.id,
                outcome=decision.outcome,
                confidence=round(decision.confidence, 3),
                by="sight",
                evidence=decision.said,
                reason=decision.reason,
            )


def _judged(case: Case, claim: Claim) -> Decision:
    look_for = EVIDENCE.get(claim.kind)
    if look_for is None:
        return Decision("unsure", 0.0, "", "not_measurable")
    return decided(look_for(case, claim, case.looks(claim)))
