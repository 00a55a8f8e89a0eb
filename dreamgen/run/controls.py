"""Controls: claims over pixels that can't bear them out, to find out a verifier that does not look at the pixels.

A false twin differs in one detail, and who guesses by what is usual is right about many. But whoever upholds a claim
over its own clip, over another clip in which it is false, and over a video that is all grey, has not looked at any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from dreamgen.core.base import derive_seed
from dreamgen.core.claims import Claim
from dreamgen.core.colours import confusable
from dreamgen.core.lookalikes import alike
from dreamgen.core.media import Clip
from dreamgen.core.twins import FAR_FROM_CUT
from dreamgen.engines.video import write_video

MOST: Final = 40
"""Claims of one control."""

SHORTEST: Final = 4
"""Clips among which two are swapped: the shortest, since looking takes time."""

BLANK: Final = "grey"
"""What the blank video is called."""

GREY: Final = 128
"""Of the blank video, on all channels."""


class Control(NamedTuple):
    """Claims about one clip, and what is shown instead of it."""

    clip: str
    """What they are about."""
    shown: str
    """The id of the clip that is shown; empty for a blank video."""
    claims: tuple[Claim, ...]
    """They are true of the one, and can't be seen to hold in the other."""

    @property
    def name(self) -> str:
        """Of the item in the store."""
        return f"{self.clip}-over-{self.shown or BLANK}"


def controls(clips: Sequence[Clip], claims: Mapping[str, Sequence[Claim]], seed: int) -> tuple[Control, ...]:
    """Two clips that are shown with each other's claims, where there are such, and a blank video.

    Args:
        clips: those that may be shown; the film has all their pixels, and is none of them.
        claims: by clip.
        seed: decides which claims are asked, where there are many.
    """
    short = sorted(clips, key=lambda clip: (clip.frames, clip.id))[:SHORTEST]
    swaps = [
        Control(one.id, other.id, false_over(claims[one.id], claims[other.id], other.seconds))
        for one in short
        for other in short
        if one is not other
    ]
    best = sorted((swap for swap in swaps if swap.claims), key=lambda swap: -len(swap.claims))[:2]
    blank = [Control(clip.id, "", tuple(claim for claim in claims[clip.id] if _shows(claim))) for clip in short[:1]]
    return tuple(_some(control, seed) for control in (*best, *blank) if control.claims)


def _some(control: Control, seed: int) -> Control:
    by_lot = sorted(control.claims, key=lambda claim: derive_seed(seed, "control", control.name, claim.id))
    return control._replace(claims=tuple(by_lot[:MOST]))


def blank_video(clip: Clip, path: Path) -> None:
    """A video as long and as large as `clip` in which there is nothing to be seen."""
    width, height = clip.size
    grey = np.full((height, width, 3), GREY, np.uint8)
    write_video((grey for _ in range(clip.frames)), path, clip.fps, clip.size)


def false_over(claims: Sequence[Claim], world: Sequence[Claim], seconds: float) -> tuple[Claim, ...]:
    """Those of some claims that can't be seen to hold in another clip.

    Args:
        claims: true of one clip.
        world: everything that is true of the other.
        seconds: the other's length.
    """
    there = [claim for claim in claims if claim.end <= seconds]
    return tuple(claim for claim in there if any(against(claim, other) for other in world) or _unsaid(claim, world))


def against(claim: Claim, other: Claim) -> bool:
    """Whether `other`, where it holds, rules `claim` out."""
    covers = other.start <= claim.start + 1e-6 and other.end >= claim.end - 1e-6
    if not covers:
        return False
    if other.kind == "absence" and claim.kind != "absence":
        return other.entity in claim.about
    if claim.kind == "absence":
        return other.kind == "presence" and other.entity == claim.entity and other.category != "prop"
    differs = _DIFFERS.get(claim.kind)
    return other.kind == claim.kind and differs is not None and differs(claim, other)


_DIFFERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "count": lambda one, other: one.what == other.what and one.number != other.number,
    "action": lambda one, other: one.entity == other.entity and not alike("pose", one.action, other.action),
    "place": lambda one, other: not alike("place", one.place, other.place),
    "time_of_day": lambda one, other: one.time != other.time,
    "weather": lambda one, other: not alike("weather", one.weather, other.weather),
    "camera_move": lambda one, other: one.move != other.move,
    "shots": lambda one, other: one.number != other.number,
    "light": lambda one, other: {one.level, other.level} == {"dark", "bright"},
    "tint": lambda one, other: not confusable(one.colour, other.colour),
    "motion": lambda one, other: "none" in (one.amount, other.amount) and one.amount != other.amount,
    "loudness": lambda one, other: {one.level, other.level} == {"silent", "loud"},
    "movement": lambda one, other: one.entity == other.entity and one.direction != other.direction,
}
"""When two claims of a kind about the same time can't both hold."""


def _unsaid(claim: Claim, world: Sequence[Claim]) -> bool:
    """Whether the other clip has nothing of the sort at that time: all its cuts and captions are known."""
    same = [other for other in world if other.kind == claim.kind]
    if claim.kind == "cut":
        return claim.start >= FAR_FROM_CUT and all(abs(other.start - claim.start) >= FAR_FROM_CUT for other in same)
    if claim.kind == "speech":
        return all(other.end <= claim.start or claim.end <= other.start for other in same)
    return False


def _shows(claim: Claim) -> bool:
    """Whether nobody could see the claim hold in a video without a picture."""
    if claim.kind in _ALWAYS:
        return True
    shows = _SHOWS.get(claim.kind)
    return shows is not None and shows(claim)


_ALWAYS: Final = frozenset(
    {"presence", "attribute", "action", "interaction", "expression", "relation", "place", "speech", "cut"}
)
"""Kinds that a video without a picture never bears out."""

_SHOWS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "count": lambda claim: claim.number > 0,
    "time_of_day": lambda claim: claim.time != "day",
    "weather": lambda claim: claim.weather not in ("clear", "fog"),
    "movement": lambda claim: claim.direction != "none",
    "camera_move": lambda claim: claim.move != "static",
    "shots": lambda claim: claim.number > 1,
    "light": lambda claim: claim.level != "dim",
    # the blank video is grey, and has no sound at all
    "tint": lambda claim: not confusable(claim.colour, "grey"),
    "motion": lambda claim: claim.amount != "none",
    "loudness": lambda claim: claim.level == "loud",
}
"""When claims of other kinds say what a video without a picture does not bear out."""
