"""How long a measured state lasts, and which of two begins first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from dreamgen.core.claims import CameraMove, Claim, Duration, Light, Loudness, Order

_SLACK: Final = 0.35
"""Seconds between the end of one state and the beginning of the next that still follows upon it."""
_APART: Final = 1.0
"""Seconds between two beginnings for their order to be told."""
_LASTS: Final = 1.5
"""Seconds of a state whose length is told at least."""

State = Light | Loudness | CameraMove


def timing_claims(states: Sequence[Claim], cuts: Sequence[float], end: float) -> Iterator[Claim]:
    """Durations and orders of states whose beginning and end are sharp: at a cut, or where another state takes over.

    Args:
        states: what was measured.
        cuts: when the picture changes at once, in seconds.
        end: of the clip, in seconds.
    """
    known = [state for state in states if isinstance(state, State)]
    begun = [one for one in known if _sharp(one.start, one, known, cuts, 0.0)]
    for one in begun:
        part = one.start > _SLACK or one.end < end - _SLACK
        if part and one.end - one.start >= _LASTS and _sharp(one.end, one, known, cuts, end):
            yield Duration(start=one.start, end=one.end, of=one.id, seconds=round(one.end - one.start, 3))
    inside = [one for one in begun if one.start > _APART and _once(one, known)]
    for first, second in combinations(sorted(inside, key=lambda one: (one.start, one.id)), 2):
        if second.start - first.start >= _APART and first.kind != second.kind:
            yield Order(start=0.0, end=round(end, 4), first=first.id, second=second.id)


def _sharp(at: float, state: State, known: Sequence[State], cuts: Sequence[float], edge: float) -> bool:
    """Whether the state begins or ends at `at` for everybody to see."""
    if abs(at - edge) <= 1e-3 or (state.kind != "loudness" and any(abs(at - cut) <= 1e-3 for cut in cuts)):
        return True
    others = (one for one in known if one.kind == state.kind and one is not state)
    return any(min(abs(at - one.start), abs(at - one.end)) <= _SLACK for one in others)


def _once(state: State, known: Sequence[State]) -> bool:
    """Whether it is the only state of its sort: what begins twice has no one beginning."""
    own = state.model_dump(exclude={"id", "start", "end"})
    return sum(one.model_dump(exclude={"id", "start", "end"}) == own for one in known) == 1
