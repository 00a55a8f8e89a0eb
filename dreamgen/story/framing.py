"""What a framing promises to show of a body, and the camera window that keeps the promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dreamgen.core.layout import Box, Placement
from dreamgen.core.vocabulary import Framing
from dreamgen.story.bodies import Sort

CAPTION_STRIP: Final = 0.17
"""Share of the frame's height that a caption may cover, at the bottom."""
SIDE_MARGIN: Final = 0.045
"""Share of the frame that stays free between what is promised and the frame's sides; painted edges are that wide."""
TOP_MARGIN: Final = 0.035
"""The same over heads."""
FOOT_MARGIN: Final = 0.05
"""The same under feet."""
STAGE_LIMITS: Final = Box(x0=-0.15, y0=-0.12, x1=1.15, y1=1.12)
"""How far a window may leave the wide shot; sets are painted a little farther than that."""

# shares of a person's box, from the top, that the face and the body down to the waist take
_FACE: Final = {"sit": 0.44, "kneel": 0.44}
_UPPER: Final = {"sit": 0.74, "kneel": 0.74}
_STANDING_FACE, _STANDING_UPPER = 0.36, 0.64

_SHARE: Final[dict[Framing, float]] = {"wide": 0.75, "full": 0.70, "medium": 0.76, "close": 0.62}
"""Share of the frame's height that the promised zones fill, at most."""
_WIDEST: Final[dict[Framing, float]] = {"wide": 1.3, "full": 0.86, "medium": 0.56, "close": 0.4}
"""Stage fractions; a wider window is another framing."""
_NARROWEST: Final[dict[Framing, float]] = {"wide": 1.0, "full": 0.30, "medium": 0.2, "close": 0.13}
"""Stage fractions; closer, the small are magnified more than their drawing bears."""
_FULL_ANIMAL: Final = 0.6
"""Share of the frame's width that animals fill in a full shot; in a medium one they may fill nearly all of it."""
_LEAD: Final = 0.07
"""Share of the frame's width that a single body gets in front of its face."""


@dataclass(frozen=True)
class Promise:
    """What has to be in the picture of one body."""

    placement: Placement
    """The body."""
    sort: Sort
    """What kind of thing it is."""
    above: float = 0.0
    """Stage heights that what it holds reaches over its head: a balloon, an umbrella."""

    def zone(self, framing: Framing, u: float) -> Box:
        """The part that the framing shows, in stage fractions, a share `u` (0-1) into the shot."""
        box, placement = self.placement.at(u), self.placement
        if framing in ("wide", "full"):
            return box.model_copy(update={"y0": box.y0 - self.above})
        if self.sort == "animal" and framing == "close":
            middle = box.x0 + box.width * 0.45
            half = {"x0": middle} if placement.facing == "right" else {"x1": box.x1 - box.width * 0.45}
            return box.model_copy(update={**half, "y1": box.y0 + box.height * 0.75})
        if self.sort != "person" or placement.pose in ("lie", "fall"):
            return box
        if framing == "medium":
            share = _UPPER.get(placement.pose, _STANDING_UPPER)
            return box.model_copy(update={"y0": box.y0 - self.above, "y1": box.y0 + box.height * share})
        share = _FACE.get(placement.pose, _STANDING_FACE)
        return box.model_copy(update={"y1": box.y0 + box.height * share})


def union(boxes: Sequence[Box]) -> Box:
    """The smallest box around all."""
    return Box(
        x0=min(box.x0 for box in boxes),
        y0=min(box.y0 for box in boxes),
        x1=max(box.x1 for box in boxes),
        y1=max(box.y1 for box in boxes),
    )


def inside(zone: Box, window: Box, bottom: float = 0.0) -> bool:
    """Whether `zone` lies in `window` with the margins that are owed; `bottom` is a share of the window's height."""
    margin = SIDE_MARGIN * window.width - 1e-9
    sides = zone.x0 >= window.x0 + margin and zone.x1 <= window.x1 - margin
    lowest = window.y1 - max(bottom, FOOT_MARGIN) * window.height + 1e-9
    return sides and zone.y0 >= window.y0 + TOP_MARGIN * window.height - 1e-9 and zone.y1 <= lowest


def window_for(framing: Framing, promises: Sequence[Promise], caption: bool, us: Sequence[float]) -> Box | None:
    """The window that shows what the framing promises of everybody, or None when no such window exists.

    Args:
        framing: how much to show.
        promises: everybody in the picture.
        caption: whether the bottom strip must stay free of what is promised.
        us: the shares into the shot for which it has to hold.
    """
    zones = union([promise.zone(framing, u) for promise in promises for u in us])
    strip = CAPTION_STRIP if caption else 0.0
    share = min(_SHARE[framing], 0.93 - strip)
    across = 1 - 2 * SIDE_MARGIN - 0.02
    if framing == "full" and all(promise.sort == "animal" for promise in promises):
        across = _FULL_ANIMAL
    need = max(zones.height / share, zones.width / across, _NARROWEST[framing])
    if need > _WIDEST[framing]:
        return None
    x = 0.5 if framing == "wide" else _middle(zones, promises, need)
    y1 = _bottom(framing, zones, need, strip)
    window = within_limits(Box(x0=x - need / 2, y0=y1 - need, x1=x + need / 2, y1=y1))
    return window if window is not None and inside(zones, window, strip) else None


def _middle(zones: Box, promises: Sequence[Promise], need: float) -> float:
    x = zones.centre[0]
    if len(promises) == 1:
        ahead = 1 if promises[0].placement.facing == "right" else -1
        slack = max(0.0, need * (1 - 2 * SIDE_MARGIN) - zones.width) / 2
        x += ahead * min(_LEAD * need, slack)
    return x


def _bottom(framing: Framing, zones: Box, need: float, strip: float) -> float:
    """The window's bottom: feet low in the picture for whole bodies, a little air over the head for the others."""
    if framing == "wide":
        return max((1 + need) / 2, zones.y1 + max(strip + 0.01, FOOT_MARGIN) * need)
    if framing in ("wide", "full"):
        return zones.y1 + max(strip + 0.01, 0.09) * need
    air = (need - zones.height) * 0.5 if framing == "close" else max(0.06 * need, (need - zones.height) * 0.62)
    if strip:
        air = min(air, need * (1 - strip - 0.01) - zones.height)
    return zones.y0 - air + need


def within_limits(window: Box) -> Box | None:
    """The window pushed inside the painted stage; None when it's larger than that."""
    limits = STAGE_LIMITS
    if window.width > limits.width or window.height > limits.height:
        return None
    dx = max(0.0, limits.x0 - window.x0) - max(0.0, window.x1 - limits.x1)
    dy = max(0.0, limits.y0 - window.y0) - max(0.0, window.y1 - limits.y1)
    return Box(x0=window.x0 + dx, y0=window.y0 + dy, x1=window.x1 + dx, y1=window.y1 + dy)
