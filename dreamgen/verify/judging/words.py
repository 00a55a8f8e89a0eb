"""Captions: whether the claimed words stand in the picture during the claimed time, and whose lips move."""

from __future__ import annotations

import numpy as np

from dreamgen.core.claims import Speech
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.sight.captions import Reading, read

_LOOKS = (0.25, 0.5, 0.75)
"""Shares of the span at which the caption is read."""
_LIPS = 3.0
"""Levels of luma by which a speaker's mouth must move more than the rest of the face, and than other mouths."""


def judge_speech(case: Case, claim: Speech) -> Opinion:
    """Whether the words are the caption, and whether it can be the claimed one who speaks."""
    words = _words(case, claim)
    if words.outcome != "supported":
        return words
    speaker = _speaker(case, claim)
    evidence = f"{words.evidence}; {speaker.evidence}"
    if speaker.outcome == "refuted":
        return refuted(speaker.confidence, evidence, speaker.reason)
    if speaker.outcome == "unsure":
        return unsure(speaker.reason, evidence)
    return supported(min(words.confidence, speaker.confidence), evidence)


def _words(case: Case, claim: Speech) -> Opinion:
    reel = case.viewing.reel
    if claim.start >= reel.seconds:
        return unsure("outside_the_film")
    frames = sorted({round((claim.start + share * (claim.end - claim.start)) * reel.fps) for share in _LOOKS})
    looked = ", ".join(map(str, frames))
    readings = [read(reel, frame, claim.words) for frame in frames]
    fit = _mean(readings)
    weakest = min(reading.weakest for reading in readings)
    evidence = f"claimed words fit the caption by {fit:.2f}, weakest piece {weakest:.2f}, frames {looked}"
    if sum(reading.same for reading in readings) * 2 > len(readings):
        return supported(min(1.0, fit), evidence)
    if not any(reading.strip for reading in readings):
        return refuted(0.9, f"no caption strip in frames {looked}", "no_caption")
    if fit < 0.72 or max(reading.weakest for reading in readings) < 0.25:
        return refuted(0.9, evidence, "other_words")
    return unsure("unclear_letters", evidence)


def _speaker(case: Case, claim: Speech) -> Opinion:
    """Somebody who is alone speaks; of several, the one whose lips move most."""
    viewing = case.viewing
    if claim.entity not in viewing.cast:
        return unsure("no_portrait", f"no portrait of {claim.entity}")
    take = next(
        (t for t in viewing.takes if t.first <= (claim.start + claim.end) / 2 * viewing.reel.fps < t.stop), None
    )
    if take is None:
        return unsure("outside_the_film")
    sightings = viewing.sightings(take)
    people = [who for who in viewing.cast if who not in case.animals and sightings[who].odds > 0]
    if claim.entity not in people:
        if sightings[claim.entity].odds < -1.5:
            return refuted(0.85, f"{claim.entity} is not there", "not_visible")
        return unsure("not_found", f"{claim.entity} was not found")
    if len(people) == 1:
        return supported(0.9, f"{claim.entity} is alone")
    lips = {who: viewing.lips(who, take, claim.start, claim.end) for who in people}
    listed = ", ".join(f"{who} {amount:.2f}" for who, amount in lips.items())
    others = max(amount for who, amount in lips.items() if who != claim.entity)
    evidence = f"lips move: {listed}"
    own = lips[claim.entity]
    if own > _LIPS and own > others + _LIPS:
        return supported(0.75, evidence)
    if others > _LIPS and others > own + _LIPS:
        return refuted(0.75, evidence, "other_speaker")
    return unsure("unclear_speaker", evidence)


def _mean(readings: list[Reading]) -> float:
    return float(np.mean([reading.whole for reading in readings]))
