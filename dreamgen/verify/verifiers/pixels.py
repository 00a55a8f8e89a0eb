"""The `pixels` verifier: classical vision against the claims, without a model or a download."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Verdict
from dreamgen.engines.watching import picture, watch
from dreamgen.verify.judging import filming
from dreamgen.verify.judging.opinion import Opinion, unsure
from dreamgen.verify.sight.viewing import Viewing

_JUDGES: Final[Mapping[str, Callable[[Viewing, Any], Opinion]]] = MappingProxyType(
    {
        "cut": filming.judge_cut,
        "camera_move": filming.judge_camera,
    }
)


class PixelsVerifier(Record):
    """Measures what can be measured in the decoded film, and says `unsure` of the rest.

    It sees the video file, the portraits of the cast and the claims; never the story, the layout or the masks.
    Portraits serve to find somebody; a property is always judged from the film's own pixels.
    """

    width: int = 512
    """Of the frames looked at, in pixels."""

    def verify(self, footage: Footage, claims: Sequence[Claim]) -> Iterator[Verdict]:
        """One verdict a claim, in order.

        Raises:
            DreamgenError: when the film or a portrait can't be read.
        """
        viewing = Viewing(
            watch(footage.video, self.width),
            {entity: picture(path) for entity, path in footage.portraits.items()},
        )
        for claim in claims:
            judge = _JUDGES.get(claim.kind)
            opinion = judge(viewing, claim) if judge else unsure("not_measurable")
            yield Verdict(
                about=claim.id,
                outcome=opinion.outcome,
                confidence=round(opinion.confidence, 3),
                by="pixels",
                evidence=opinion.evidence,
                reason=opinion.reason,
            )
