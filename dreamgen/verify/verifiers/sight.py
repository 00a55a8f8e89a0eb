"""The `sight` verifier: small learned networks look at the film, independently of `pixels`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Verdict
from dreamgen.engines.sight import Pixels
from dreamgen.engines.watching import picture, watch
from dreamgen.verify.glance.case import Case
from dreamgen.verify.glance.evidence import EVIDENCE
from dreamgen.verify.glance.film import Film
from dreamgen.verify.glance.scales import Decision, decided, strangest
from dreamgen.verify.glance.seer import Seer

_GROUND: Final = 0x8F
"""Level of the grey on which the illustrator draws portraits."""


class SightVerifier(Record):
    """Judges what networks learned to see in the embedded illustrator's pictures, and says `unsure` of the rest.

    It sees the video file, the portraits of the cast and the claims; never the story, the layout or the masks. It
    knows the illustrator's drawings and no others. Footage does not say who drew it, but the illustrator sets its
    portraits on a grey that no model and no camera hits in every pixel: without such portraits, and where the frames
    lie far from all that the networks learned from, every claim is left open.
    """

    width: int = 512
    """Of the frames looked at, in pixels."""
    workers: int = Field(default=1, ge=0, exclude=True)
    """Clips looked at at once, each in its own process; 0 for one a CPU. They change no verdict. It is quick, so that
    more processes only pay off for films of many minutes."""

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        """One verdict a claim, in order. It asks nobody, so it keeps nothing in `kept`.

        Raises:
            DreamgenError: when the film or a portrait can't be read.
        """
        portraits = {entity: picture(path) for entity, path in footage.portraits.items()}
        film = Film(watch(footage.video, self.width), portraits, Seer())
        case = Case(film, tuple(claims))
        strange = _strange(portraits.values(), film)
        for claim in claims:
            decision = strange or _judged(case, claim)
            yield Verdict(
                about=claim.id,
                outcome=decision.outcome,
                confidence=round(decision.confidence, 3),
                by="sight",
                evidence=decision.said,
                reason=decision.reason,
            )


def _strange(portraits: Iterable[Pixels], film: Film) -> Decision | None:
    """What is said of every claim about a film that is none of the illustrator's; None for one of its own."""
    drawn = [_on_plain_grey(portrait) for portrait in portraits]
    if not drawn or not all(drawn):
        return Decision("unsure", 0.0, "no portraits as the illustrator draws them", "strange_pictures")
    if film.strange > strangest():
        said = f"the frames lie {film.strange:.1f} times as far from known ones as those from each other"
        return Decision("unsure", 0.0, said, "strange_pictures")
    return None


def _on_plain_grey(portrait: Pixels) -> bool:
    ends = (slice(4), slice(-4, None))
    return all(bool((portrait[rows, columns] == _GROUND).all()) for rows in ends for columns in ends)


def _judged(case: Case, claim: Claim) -> Decision:
    look_for = EVIDENCE.get(claim.kind)
    if look_for is None:
        return Decision("unsure", 0.0, "", "not_measurable")
    return decided(look_for(case, claim, case.looks(claim)))
