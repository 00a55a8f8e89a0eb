"""Captions: whether the claimed words stand in the picture during the claimed time, and whose lips move."""

from __future__ import annotations

import numpy as np

from dreamgen.core.claims import Speech
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.sight.captions import Reading, read
from dreamgen.verify.sight.lips import Lips

_LOOKS = (0.25, 0.5, 0.75)
"""Shares of the span at which the caption is read."""
_MORE, _DOUBT = 0.15, 0.1
"""Levels of luma by which a speaker's mouth must move more than others, and the share of their doubt that adds."""
_TIMES, _TIMES_TO_REFUTE = 1.5, 2.0
"""How many times as much it must move for its own claim, and against somebody else's."""
_STILL, _CLEAR = 0.1, 1.0
"""Movement and doubt, in levels of luma, below which somebody certainly says nothing."""
_CERTAIN = 1.0
"""Movement, in levels of luma, from which somebody speaks, whatever the others do."""


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
    """Somebody who is alone speaks if the lips may move; of several, the one whose lips move most."""
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
    lips = {who: viewing.lips(who, take, claim.start, claim.end) for who in people}
    evidence = "lips move: " + ", ".join(f"{who} {_told(said)}" for who, said in lips.items())
    if claim.entity not in people:
        # a face that was not found at all may be there all the same: somebody else has to speak
        if sightings[claim.entity].odds < -1.5 and any(said and said.moved > _CERTAIN for said in lips.values()):
            return refuted(0.85, f"{claim.entity} is not there; {evidence}", "not_visible")
        return unsure("not_found", f"{claim.entity} was not found")
    own = lips.pop(claim.entity)
    if not lips:
        if own and own.moved < _STILL and own.doubt < _CLEAR:
            return unsure("unclear_speaker", f"{claim.entity} is alone; {evidence}")
        return supported(0.9, f"{claim.entity} is alone")
    if own and all(other and _more(own, other, _TIMES) for other in lips.values()):
        return supported(0.75, evidence)
    if own and any(other and _more(other, own, _TIMES_TO_REFUTE) for other in lips.values()):
        return refuted(0.75, evidence, "other_speaker")
    return unsure("unclear_speaker", evidence)


def _more(one: Lips, other: Lips, times: float) -> bool:
    """Whether one mouth moves and another hardly does, as well as that face could be followed.

    What the eyes of the first seem to do is taken off its mouth already, which can only make it stiller.
    """
    return one.moved > _MORE + times * (max(other.moved, 0.0) + _DOUBT * other.doubt)


def _told(said: Lips | None) -> str:
    return f"{said.moved:.2f} ±{said.doubt:.2f}" if said else "not followed"


def _mean(readings: list[Reading]) -> float:
    return float(np.mean([reading.whole for reading in readings]))
