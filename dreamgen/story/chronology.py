"""What can be said of time: how long a state lasts, and what begins before what.

Both are said of the whole clip: a claim whose own span were that of what it speaks of would give its answer away,
and its false twin too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from dreamgen.core.claims import Action, Claim, Duration, Interaction, Order, Place, Presence, Speech
from dreamgen.core.lookalikes import alike
from dreamgen.story.sightings import Sighting

GAP: Final = 0.5
"""Seconds between two beginnings for their order to be beyond doubt."""
SHORTEST: Final = 1.0
"""Seconds; nobody times a state that is shorter."""

Views = Sequence[Mapping[str, Sighting]]
Span = tuple[float, float]
"""Seconds at which a clip starts and ends."""


def durations_of(claims: Sequence[Claim], views: Views, whole: Span) -> Iterator[Duration]:
    """How long each presence and each action lasts, where both its ends are beyond doubt.

    Args:
        claims: all that is known otherwise.
        views: who is seen, shot by shot.
        whole: the clip. What fills it has neither beginning nor end there, and nobody can time it.
    """
    start, end = whole
    for claim in _sure(claims, views):
        if not isinstance(claim, Presence | Action) or claim.end - claim.start < SHORTEST:
            continue
        if claim.end - claim.start > end - start - GAP or _goes_on(claim, claims) or not _clean(claim, views):
            continue
        yield Duration(start=start, end=end, of=claim.id, seconds=round(claim.end - claim.start, 3))


def _sure(claims: Sequence[Claim], views: Views) -> list[Claim]:
    """Those that don't rest on somebody's being where a model was only asked to show them."""

    def doubtful(claim: Claim) -> bool:
        if not isinstance(claim, Presence | Action):
            return False
        seen = (view[claim.entity] for view in views if claim.entity in view)
        return any(s.intended and s.take.start < claim.end and claim.start < s.take.end for s in seen)

    return [claim for claim in claims if not doubtful(claim)]


def _goes_on(claim: Presence | Action, claims: Sequence[Claim]) -> bool:
    """Whether the next or the last shot shows the same thing again, so that this is only part of it."""
    if isinstance(claim, Presence):
        return False
    return any(
        isinstance(other, Action)
        and other.entity == claim.entity
        and alike("pose", other.action, claim.action)
        and (abs(other.start - claim.end) < 1e-3 or abs(other.end - claim.start) < 1e-3)
        for other in claims
    )


def _clean(claim: Presence | Action, views: Views) -> bool:
    """Whether the entity is gone, or does what looks different in plain sight, right before and right after."""
    for view in views:
        sighting = view.get(claim.entity)
        if sighting is None:
            continue
        take = sighting.take
        touches = abs(take.end - claim.start) < 1e-3 or abs(take.start - claim.end) < 1e-3
        if touches and not sighting.gone and (isinstance(claim, Presence) or not _differs(claim, sighting)):
            return False
    return True


def _differs(claim: Action, sighting: Sighting) -> bool:
    placement = sighting.placement
    return placement is not None and not alike("pose", placement.pose, claim.action)


def orders_of(claims: Sequence[Claim], views: Views, whole: Span) -> Iterator[Order]:
    """What begins before what, for neighbours in time: a film has too many pairs to tell them all.

    What goes on when the clip starts does not begin there, and what is done or said twice has no one beginning.
    """
    sure = _sure(claims, views)
    acts = [claim for claim in sure if isinstance(claim, Action | Interaction | Speech) and _once(claim, claims)]
    deeds = [claim for claim in acts if not isinstance(claim, Speech) and _telling(claim)]
    speeches = [claim for claim in acts if isinstance(claim, Speech)]
    tracks: tuple[Sequence[Claim], ...] = (
        [claim for claim in _firsts(claims) if claim in sure and _appears(claim, views)],
        deeds,
        speeches,
        _places(claims),
        [*speeches, *(claim for claim in deeds if isinstance(claim, Action))],
    )
    for track in tracks:
        yield from _in_order([claim for claim in track if claim.start > whole[0]], whole)


def _in_order(track: Sequence[Claim], whole: Span) -> Iterator[Order]:
    for first, second in pairwise(sorted(track, key=lambda claim: (claim.start, claim.id))):
        if second.start - first.start >= GAP:
            yield Order(start=whole[0], end=whole[1], first=first.id, second=second.id)


def _once(claim: Claim, claims: Sequence[Claim]) -> bool:
    """Whether no other claim says of another time what looks the same."""
    return sum(_same(claim, other) for other in claims) == 1


def _same(first: Claim, second: Claim) -> bool:
    """Whether the two look the same, be it at different times; words count whoever says them."""
    if isinstance(first, Action) and isinstance(second, Action):
        return first.entity == second.entity and alike("pose", first.action, second.action)
    unsaid = {"id", "start", "end"} | ({"entity"} if isinstance(first, Speech) else set())
    return first.model_dump(exclude=unsaid) == second.model_dump(exclude=unsaid)


def _firsts(claims: Sequence[Claim]) -> list[Claim]:
    first: dict[str, Claim] = {}
    for claim in sorted(claims, key=lambda claim: (claim.start, claim.id)):
        if isinstance(claim, Presence):
            first.setdefault(claim.entity, claim)
    return list(first.values())


def _appears(claim: Claim, views: Views) -> bool:
    """Whether not one pixel of it is seen before."""
    assert isinstance(claim, Presence), "only what is seen appears"
    before = (view[claim.entity] for view in views if claim.entity in view)
    return all(sighting.gone for sighting in before if sighting.take.end <= claim.start + 1e-3)


def _places(claims: Sequence[Claim]) -> list[Claim]:
    """Where each place that nobody takes for another one of the clip is seen first."""
    first: dict[str, Claim] = {}
    for claim in sorted(claims, key=lambda claim: (claim.start, claim.id)):
        if isinstance(claim, Place):
            first.setdefault(claim.place, claim)
    return [claim for place, claim in first.items() if sum(alike("place", place, other) for other in first) == 1]


def _telling(claim: Action | Interaction) -> bool:
    return isinstance(claim, Interaction) or claim.action not in ("stand", "talk")
