"""What begins first and how long it lasts, from when the pixels show it.

A claim of order or duration names other claims. They tell what to look for: who, which pose, which words, which
place. When that begins and how long it lasts is measured in the film; their own times are never the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from dreamgen.core.claims import Action, Claim, Duration, Interaction, Order, Place, Presence, Speech
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.sight.captions import read
from dreamgen.verify.sight.viewing import Take

_APART = 0.3
"""Seconds between two beginnings for their order to be told."""
_THERE, _GONE = 0.5, -2.0
"""Log odds from which somebody counts as there, and up to which as not there: one miss makes two stays of one."""

Shown = Literal["supported", "refuted", "unsure"]
"""Whether one take shows a state."""


class _Episode(NamedTuple):
    """A run of takes that show a state."""

    first: int
    """Its first take."""
    stop: int
    """The one after its last take."""
    begins: bool
    """Whether it is clear that the take before shows something else."""
    ends: bool
    """Whether it is clear that the take after shows something else."""


def judge_order(case: Case, claim: Order) -> Opinion:
    """Which of two things begins first."""
    first, second = (case.by_id.get(which) for which in (claim.first, claim.second))
    if first is None or second is None:
        return unsure("unknown_claim")
    begins, other = _begins(case, first), _begins(case, second)
    if begins is None or other is None:
        return unsure("not_measurable")
    evidence = f"{first.kind} {first.id} begins at {begins:.2f} s, {second.kind} {second.id} at {other:.2f} s"
    if abs(other - begins) < _APART:
        return unsure("at_once", evidence)
    if begins < other:
        return supported(0.85, evidence)
    return refuted(0.85, evidence, "other_order")


def _begins(case: Case, claim: Claim) -> float | None:
    """When what a claim speaks of begins, in seconds; None when that can't be seen.

    It is looked for in the whole film. Somebody begins where first seen; anything else must be seen in one episode
    only, or it is not known which one is meant.
    """
    if isinstance(claim, Speech):
        return _captioned(case, claim.words)
    episodes = _episodes(_shown(case, claim))
    if not episodes or not episodes[0].begins or (len(episodes) > 1 and not isinstance(claim, Presence)):
        return None
    return case.viewing.takes[episodes[0].first].first / case.viewing.reel.fps


def _captioned(case: Case, words: str) -> float | None:
    reel = case.viewing.reel
    hop = max(reel.step, round(reel.fps / 4))
    for frame in range(0, reel.count, hop):
        if case.viewing.captioned(frame) and read(reel, frame, words).same:
            return frame / reel.fps
    return None


def _shown(case: Case, claim: Claim) -> list[Shown]:
    """Whether each take of the film shows what a claim speaks of, whatever time it claims."""
    if isinstance(claim, Presence):
        return [_there(case, claim.entity, take) for take in case.viewing.takes]
    if isinstance(claim, Action | Interaction | Place):
        return [_does(case, claim, take) for take in case.viewing.takes]
    return []


def _there(case: Case, entity: str, take: Take) -> Shown:
    if entity not in case.viewing.cast:
        return "unsure"
    odds = case.viewing.sightings(take)[entity].odds
    return "supported" if odds > _THERE else "refuted" if odds < _GONE else "unsure"


def _does(case: Case, claim: Action | Interaction | Place, take: Take) -> Shown:
    """What the claim's own judge says when the claim is made of this take alone."""
    if isinstance(claim, Action | Interaction):
        there = _there(case, claim.entity, take)
        if there != "supported":
            return there
    fps = case.viewing.reel.fps
    opinion = case.opinion(claim.model_copy(update={"start": take.first / fps, "end": take.stop / fps}))
    # somebody who looks more like talking may stand, and may not: such a take neither ends nor prolongs a stay
    return opinion.outcome if opinion.exact else "unsure"


def _episodes(shown: Sequence[Shown]) -> list[_Episode]:
    """All runs of takes that show it."""
    episodes: list[_Episode] = []
    for now, run in groupby(range(len(shown)), key=lambda at: shown[at]):
        if now == "supported":
            at = list(run)
            first, stop = at[0], at[-1] + 1
            begins = first == 0 or shown[first - 1] == "refuted"
            ends = stop == len(shown) or shown[stop] == "refuted"
            episodes.append(_Episode(first, stop, begins, ends))
    return episodes


def _meant(case: Case, state: Presence | Action, episodes: Sequence[_Episode]) -> _Episode | None:
    """The only episode, or of several the one in whose time the middle of the state lies.

    The state's time chooses where to look, the same for any claimed length; the length itself is measured.
    """
    if len(episodes) == 1:
        return episodes[0]
    takes = case.viewing.takes
    middle = (state.start + state.end) / 2 * case.viewing.reel.fps
    around = (one for one in episodes if takes[one.first].first <= middle < takes[one.stop - 1].stop)
    return next(around, None)


def judge_duration(case: Case, claim: Duration) -> Opinion:
    """How long somebody stays, or does something, without a break."""
    state = case.by_id.get(claim.of)
    viewing = case.viewing
    if not isinstance(state, Presence | Action) or state.entity not in viewing.cast:
        return unsure("not_measurable")
    episode = _meant(case, state, _episodes(_shown(case, state)))
    if episode is None:
        return unsure("not_found", f"{state.entity} was not found then")
    if not (episode.begins and episode.ends):
        return unsure("unclear_duration", f"{state.entity}: where it begins or ends is not clear")
    seconds = (viewing.takes[episode.stop - 1].stop - viewing.takes[episode.first].first) / viewing.reel.fps
    evidence = f"{state.kind} {state.id} lasts {seconds:.2f} s without a break; claimed {claim.seconds:.2f} s"
    ratio = seconds / claim.seconds
    if 0.85 < ratio < 1.18:
        return supported(0.85, evidence)
    if ratio < 0.7 or ratio > 1.43:
        return refuted(0.8, evidence, "other_duration")
    return unsure("unclear_duration", evidence)
