"""Counting what a verifier said of claims whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dreamgen.core.calibration import Calibration, Outcome, calibrate
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.run.blind import Judged, twins_of
from dreamgen.run.carrying import sources
from dreamgen.run.standing import CUTTING

Claims = Mapping[str, tuple[Claim, ...]]
"""Clip to what is said of it."""


def measure(clips: Sequence[Clip], claims: Claims, judged: Mapping[str, Judged]) -> tuple[Calibration, ...]:
    """How well the verifier told true claims from false ones. What the film has from its scenes counts once, there.

    Of pictures that a model drew nobody knows what is true in them, so only what the cutting room made is counted.
    """
    generated = {clip.id for clip in clips if clip.pictures == "generated"}
    known = [row for row in judged_rows(clips, claims, judged) if row[0] not in generated or row[1] in CUTTING]
    return calibrate([(kind, holds, outcome) for _, kind, holds, outcome in known])


def judged_rows(
    clips: Sequence[Clip], claims: Claims, judged: Mapping[str, Judged]
) -> Iterator[tuple[str, str, bool, Outcome]]:
    """Clip and kind of every claim and twin, which of the two it is, and what was said of it."""
    *scenes, film = clips
    carried = sources(scenes, film, claims)
    own = [claim for claim in claims[film.id] if claim.id not in carried]
    asked = {**claims, film.id: own}
    kinds = {(clip, claim.id): claim.kind for clip, known in asked.items() for claim in known}
    # the film's verifier was also shown the claims that its own ones speak of, with twins; those count in the scenes
    twins = twins_of(own, claims[film.id])
    for clip, one in judged.items():
        for verdict in one.verdicts:
            if (clip, verdict.about) in kinds:
                yield clip, kinds[clip, verdict.about], True, verdict.outcome
        for line in one.twins:
            if clip != film.id or line.twin.id in twins:
                yield clip, line.twin.kind, False, line.verdict.outcome
