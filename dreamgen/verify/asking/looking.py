"""Which frames are shown for which claim.

Most claims are asked of the same frames, which are spread over the whole clip, with the time of the claim told in
words: a model encodes them once, however many questions follow. A claim whose time has too few of those frames for its
kind is looked at closely, in frames of its own time; claims with the same time share them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dreamgen.language.times import Span, within
from dreamgen.verify.asking.questions import Asked
from dreamgen.verify.asking.table import WAYS

AROUND: Final = 0.25
"""Seconds before and after a claim's time that a close look takes in."""


@dataclass(frozen=True)
class Look:
    """Frames, and the claims that are asked of them."""

    span: Span | None
    """The seconds that the frames are spread over; None for the whole clip."""
    asked: tuple[Asked, ...]
    """What is asked of them."""


def looks(asked: Sequence[Asked], times: Sequence[float], seconds: float) -> tuple[Look, ...]:
    """Claims by the frames that they need, the whole clip first and then by time.

    Args:
        asked: the claims.
        times: seconds at which the whole clip's frames were taken.
        seconds: length of the clip.
    """
    groups: dict[Span | None, list[Asked]] = {}
    for one in asked:
        groups.setdefault(_span(one, times, seconds), []).append(one)
    order = sorted(groups, key=lambda span: span or (-1.0, -1.0))
    return tuple(Look(span, tuple(groups[span])) for span in order)


def _span(one: Asked, times: Sequence[float], seconds: float) -> Span | None:
    enough = min(WAYS[one.claim.kind].frames, len(times))
    if within(times, one.span) >= enough:
        return None
    close = (max(0.0, one.span[0] - AROUND), min(seconds, one.span[1] + AROUND))
    # of a clip that is hardly longer than the moment, a close look shows the same again
    return close if close[1] - close[0] < seconds / 2 else None
