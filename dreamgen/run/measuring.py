"""Counting what a verifier said of claims whose truth is known."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from dreamgen.core.calibration import Calibration, calibrate
from dreamgen.core.claims import CLAIM_KINDS, Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import Verdict
from dreamgen.run.blind import Judged, twins_of
from dreamgen.run.carrying import FILM, carried
from dreamgen.run.standing import CUTTING

Claims = Mapping[str, tuple[Claim, ...]]
"""Clip to what is said of it."""


class Row(NamedTuple):
    """What was said of one claim."""

    clip: str
    """The id of the clip."""
    kind: str
    """The kind of claim."""
    true: bool
    """Whether it is one of the story's claims, and no twin."""
    verdict: Verdict
    """What was said."""


def measure(clips: Sequence[Clip], claims: Claims, judged: Mapping[str, Judged]) -> tuple[Calibration, ...]:
    """How well the verifier told true claims from false ones. What the film has from its scenes counts once, there.

    Of pictures that a model drew nobody knows what is true in them, so only what the cutting room made is counted; of
    those that were found nothing is.
    """
    true = {clip.id: _known(clip) for clip in clips}
    known = [row for row in judged_rows(clips, claims, judged) if row.kind in true[row.clip]]
    return calibrate((row.kind, row.true, row.verdict.outcome) for row in known)


def countable(clips: Sequence[Clip], claims: Claims) -> int:
    """How many false claims `measure` can count, if the verifier decides them all."""
    from_scenes = carried(clips, claims)
    found = 0
    for clip in clips:
        own = [claim for claim in claims[clip.id] if clip.id != FILM or claim.id not in from_scenes]
        twins = twins_of(own, claims[clip.id]).values()
        known = _known(clip)
        found += sum(twin.kind in known for twin in twins)
    return found


def judged_rows(clips: Sequence[Clip], claims: Claims, judged: Mapping[str, Judged]) -> Iterator[Row]:
    """Every claim and every twin that was put to the verifiers, once."""
    from_scenes = carried(clips, claims)
    own = [claim for claim in claims.get(FILM, ()) if claim.id not in from_scenes]
    asked = {**claims, FILM: own}
    kinds = {(clip, claim.id): claim.kind for clip, known in asked.items() for claim in known}
    # the film's verifier was also shown the claims that its own ones speak of, with twins; those count in the scenes
    twins = twins_of(own, claims.get(FILM, ()))
    for clip, one in judged.items():
        for verdict in one.verdicts:
            if (clip, verdict.about) in kinds:
                yield Row(clip, kinds[clip, verdict.about], True, verdict)
        for line in one.twins:
            if clip != FILM or line.twin.id in twins:
                yield Row(clip, line.twin.kind, False, line.verdict)


def _known(clip: Clip) -> Collection[str]:
    """Kinds of which what is claimed of a clip is true by construction."""
    return {"drawn": CLAIM_KINDS, "generated": CUTTING, "found": ()}[clip.pictures]
