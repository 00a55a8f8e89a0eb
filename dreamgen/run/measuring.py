"""Counting what a verifier said of claims whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dreamgen.core.calibration import Calibration, calibrate
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import Verdict
from dreamgen.run.blind import Judged, twins_of
from dreamgen.run.carrying import sources
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

    Of pictures that a model drew nobody knows what is true in them, so only what the cutting room made is counted.
    """
    generated = {clip.id for clip in clips if clip.pictures == "generated"}
    known = [row for row in judged_rows(clips, claims, judged) if row.clip not in generated or row.kind in CUTTING]
    return calibrate((row.kind, row.true, row.verdict.outcome) for row in known)


def countable(clips: Sequence[Clip], claims: Claims) -> int:
    """How many false claims `measure` can count, if the verifier decides them all."""
    *scenes, film = clips
    carried = sources(scenes, film, claims)
    found = 0
    for clip in clips:
        own = [claim for claim in claims[clip.id] if clip is not film or claim.id not in carried]
        twins = twins_of(own, claims[clip.id]).values()
        found += sum(clip.pictures != "generated" or twin.kind in CUTTING for twin in twins)
    return found


def judged_rows(clips: Sequence[Clip], claims: Claims, judged: Mapping[str, Judged]) -> Iterator[Row]:
    """Every claim and every twin that was put to the verifiers, once."""
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
                yield Row(clip, kinds[clip, verdict.about], True, verdict)
        for line in one.twins:
            if clip != film.id or line.twin.id in twins:
                yield Row(clip, line.twin.kind, False, line.verdict)
