"""The `pixels` verifier: classical vision against the claims, without a model or a download."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Verdict
from dreamgen.engines.watching import picture, watch
from dreamgen.verify.judging import company, doing, filming, looks, setting, timing, words
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion
from dreamgen.verify.sight.viewing import Viewing

_JUDGES: Final[Mapping[str, Callable[[Case, Any], Opinion]]] = MappingProxyType(
    {
        "presence": company.judge_presence,
        "absence": company.judge_absence,
        "attribute": looks.judge_attribute,
        "count": company.judge_count,
        "action": doing.judge_action,
        "interaction": doing.judge_interaction,
        "expression": doing.judge_expression,
        "relation": company.judge_relation,
        "place": setting.judge_place,
        "time_of_day": setting.judge_time,
        "weather": setting.judge_weather,
        "order": timing.judge_order,
        "duration": timing.judge_duration,
        "movement": doing.judge_movement,
        "camera_move": filming.judge_camera,
        "cut": filming.judge_cut,
        "speech": words.judge_speech,
    }
)
"""Who judges what. Causes and narrations are the text's, and no picture shows them."""


class PixelsVerifier(Record):
    """Measures what can be measured in the decoded film, and says `unsure` of the rest.

    It sees the video file, the portraits of the cast and the claims; never the story, the layout or the masks.
    Portraits serve to find somebody; a property is always judged from the film's own pixels.
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
        viewing = Viewing(
            watch(footage.video, self.width),
            {entity: picture(path) for entity, path in footage.portraits.items()},
        )
        case = Case(viewing, tuple(claims), _JUDGES)
        for claim in claims:
            opinion = case.opinion(claim)
            yield Verdict(
                about=claim.id,
                outcome=opinion.outcome,
                confidence=round(opinion.confidence, 3),
                by="pixels",
                evidence=opinion.evidence,
                reason=opinion.reason,
            )
