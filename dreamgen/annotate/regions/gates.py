"""Which of a network's masks are believed: empty ones, tiny ones, poor ones and those that drifted off are cut out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from typing import Final

from pydantic import Field

from dreamgen.annotate.tracks import Sight, Track, in_fractions
from dreamgen.core.base import Record
from dreamgen.core.receipts import Reject
from dreamgen.engines.segmenting import Glimpse, Hint, Reel

_GONE: Final = 0.3
"""Chance of being in the frame below which a thing is out of it; up to a half nobody knows."""
_RIM: Final = 0.01
"""Share of the picture within which a box touches its edge: what leaves the picture may shrink at once."""


class Gates(Record):
    """How good a mask has to be."""

    least_fit: float = Field(default=0.6, ge=0.0, le=1.0)
    """The network's own guess of how well a mask fits (its predicted IoU), at least."""
    least_area: float = Field(default=0.0005, ge=0.0, le=1.0)
    """Share of the picture that a mask covers, at least."""
    most_change: float = Field(default=4.0, gt=1.0)
    """By how much an area may grow or shrink from one annotated frame to the next; beyond it the mask has slipped to
    something else, and nothing that follows is believed."""
    most_jump: float = Field(default=0.35, gt=0.0)
    """By how much of the picture's diagonal a mask may move from one annotated frame to the next without touching
    where it was."""
    least_seen: int = Field(default=3, ge=1)
    """Annotated frames with a mask that a thing needs to be kept."""
    across_cuts: bool = False
    """Whether a thing is believed to be followed across a cut of the picture. Without it nothing is known of it in
    other shots than those in which it was pointed out."""


def gated(
    glimpses: Sequence[Glimpse], hinted: Sequence[int], reel: Reel, cuts: Sequence[int], gates: Gates
) -> tuple[Sight, ...]:
    """What is believed of each annotated frame.

    Args:
        glimpses: what the network saw, in order.
        hinted: the annotated frames in which the thing was pointed out.
        reel: the clip.
        cuts: the first frame of every shot but the first.
        gates: how good a mask has to be.
    """
    sights = [_alone(glimpse, reel, gates) for glimpse in glimpses]
    if not gates.across_cuts:
        shots = {_shot(frame, cuts) for frame in hinted}
        others = [frame for frame in range(0, reel.frames, reel.step) if _shot(frame, cuts) not in shots]
        sights = [sight for sight in sights if _shot(sight.frame, cuts) in shots]
        sights += [Sight(frame, "unknown", why="another_shot") for frame in others]
        sights.sort(key=lambda sight: sight.frame)
    places = {sight.frame: number for number, sight in enumerate(sights)}
    known = sorted(places[frame] for frame in hinted if frame in places)
    return tuple(_undrifted(sights, known, reel, cuts, gates)) if known else tuple(sights)


def within(hints: Sequence[Hint], reel: Reel, cuts: Sequence[int], gates: Gates) -> tuple[int, int]:
    """The frames in which a thing is worth following: from the first to the last shot in which it was pointed out."""
    if gates.across_cuts:
        return 0, reel.frames
    bounds = [0, *cuts, reel.frames]
    shots = [_shot(hint.frame, cuts) for hint in hints]
    return bounds[min(shots)], bounds[max(shots) + 1]


def _alone(glimpse: Glimpse, reel: Reel, gates: Gates) -> Sight:
    region = glimpse.region
    if glimpse.there < _GONE:
        return Sight(glimpse.frame, "gone")
    if glimpse.there < 0.5:
        return Sight(glimpse.frame, "unknown", why="unsure")
    if region is None:
        return Sight(glimpse.frame, "unknown", why="empty")
    if region.area < gates.least_area * reel.size[0] * reel.size[1]:
        return Sight(glimpse.frame, "unknown", why="tiny")
    if glimpse.fit < gates.least_fit:
        return Sight(glimpse.frame, "unknown", why="poor_fit")
    return Sight(glimpse.frame, "seen", region)


def _shot(frame: int, cuts: Sequence[int]) -> int:
    return sum(cut <= frame for cut in cuts)


def _undrifted(sights: list[Sight], known: Sequence[int], reel: Reel, cuts: Sequence[int], gates: Gates) -> list[Sight]:
    """The sights up to the first jump, seen from where the thing was pointed out; a later hint sets it right again."""
    left = _believed(sights, range(known[0], -1, -1), reel, cuts, gates)
    bounds = [*known, len(sights)]
    right = {
        place: sight
        for first, stop in pairwise(bounds)
        for place, sight in _believed(sights, range(first, stop), reel, cuts, gates).items()
    }
    return [{**left, **right}[place] for place in range(len(sights))]


def _believed(sights: Sequence[Sight], way: range, reel: Reel, cuts: Sequence[int], gates: Gates) -> dict[int, Sight]:
    told: dict[int, Sight] = {}
    last: Sight | None = None
    lost = False
    for place in way:
        sight = sights[place]
        if sight.state == "seen" and not lost:
            near = last is not None and abs(sight.frame - last.frame) <= 2 * reel.step
            cut = last is not None and _shot(sight.frame, cuts) != _shot(last.frame, cuts)
            lost = last is not None and near and not cut and _jumped(last, sight, reel, gates)
            last = sight
        told[place] = Sight(sight.frame, "unknown", why="drifted") if lost and sight.state != "unknown" else sight
    return told


def _jumped(before: Sight, after: Sight, reel: Reel, gates: Gates) -> bool:
    assert before.region is not None
    assert after.region is not None
    old, new = in_fractions(before.region, reel.size), in_fractions(after.region, reel.size)
    away = hypot(old.centre[0] - new.centre[0], old.centre[1] - new.centre[1]) / hypot(1, 1)
    if old.iou(new) == 0 and away > gates.most_jump:
        return True
    areas = before.region.area, after.region.area
    rim = any(min(b.x0, b.y0) < _RIM or max(b.x1, b.y1) > 1 - _RIM for b in (old, new))
    return not rim and max(areas) > gates.most_change * min(areas)


def complaints(track: Track, clip: str) -> tuple[Reject, ...]:
    """A line for every reason for which masks of a track were cut out, with their number."""
    counts = Counter(sight.why for sight in track.sights if sight.why)
    return tuple(
        Reject(
            what=track.entity, kind="mask", stage="annotate", reason=why, clip=clip,
            detail=f"{count} of {len(track.sights)} annotated frames of {track.what}",
        )
        for why, count in sorted(counts.items())
    )  # fmt: skip


def dropped(track: Track, clip: str, gates: Gates) -> Reject | None:
    """Why a whole track is dropped; None for one that is kept."""
    if len(track.seen) >= gates.least_seen:
        return None
    whys = Counter(sight.why or sight.state for sight in track.sights if sight.state != "seen")
    why = whys.most_common(1)[0][0] if whys else "gone"
    return Reject(
        what=track.entity, kind="masklet", stage="annotate", reason={"gone": "never_seen"}.get(why, why), clip=clip,
        detail=f"{track.what}: a mask in {len(track.seen)} of {len(track.sights)} annotated frames",
    )  # fmt: skip
