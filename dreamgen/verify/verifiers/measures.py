"""The `measures` verifier: light, colour, motion, sound, cuts and camera, measured once more in another way."""

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
from dreamgen.engines.glimpsing import glimpse
from dreamgen.verify.judging.opinion import Opinion
from dreamgen.verify.measuring import cutting, filming, hearing, lasting, lighting
from dreamgen.verify.measuring.viewed import Viewed

_JUDGES: Final[Mapping[str, Callable[[Viewed, Any], Opinion]]] = MappingProxyType(
    {
        "order": lasting.judge_order,
        "duration": lasting.judge_duration,
        "camera_move": filming.judge_camera,
        "cut": cutting.judge_cut,
        "shots": cutting.judge_shots,
        "light": lighting.judge_light,
        "tint": lighting.judge_tint,
        "motion": filming.judge_motion,
        "loudness": hearing.judge_loudness,
    }
)
"""Who judges what."""


class MeasuresVerifier(Record):
    """Measures what a clip shows and says `unsure` of all that is no measurement, and of what lies near a threshold.

    The `classic` annotator measures too, while a video is cut. This verifier shares nothing with it: it reads the
    clip's own file, looks at other frames, goes by CIELAB instead of luma and hue, by features that are found again
    instead of dense flow, by correlation of frames instead of changed spots, and by plain energy instead of weighted
    loudness. A bug in one is seen by the other.
    """

    workers: int = Field(default=0, ge=0, exclude=True)
    """Clips looked at at once, each in its own process; 0 for one a CPU. They change no verdict."""

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        """One verdict a claim, in order. It asks nobody, so it keeps nothing in `kept`.

        Raises:
            DreamgenError: when the clip can't be read.
        """
        view: Viewed | None = None
        for claim in claims:
            judge = _JUDGES.get(claim.kind)
            if judge is None:
                yield Verdict(about=claim.id, outcome="unsure", confidence=0.0, by="measures", reason="not_measurable")
                continue
            if view is None:
                view = Viewed(glimpse(footage.video), {one.id: one for one in claims})
            opinion = judge(view, claim)
            yield Verdict(
                about=claim.id, outcome=opinion.outcome, confidence=round(opinion.confidence, 3), by="measures",
                evidence=opinion.evidence, reason=opinion.reason,
            )  # fmt: skip
