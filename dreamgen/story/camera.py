"""Camera work: moves drawn by lot that fit what happens, and how far one take is from the next."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from dreamgen.core.layout import Box, Camera
from dreamgen.core.vocabulary import CameraMotion, Framing
from dreamgen.story.framing import CAPTION_STRIP, Promise, inside, window_for, within_limits

MIN_PAN: Final = 0.12
"""Share of the frame's width: a smaller pan is hard to tell from a static camera."""
MIN_ZOOM: Final = 1.15
"""Ratio of the window's widths: a smaller zoom is hard to tell from a static camera."""
MAX_IOU: Final = 0.55
"""Two windows that follow each other and share more than this look like one picture that jumps."""
MOMENTS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares into the shot at which promises are checked: the camera eases, bodies go at an even speed."""

_LOOSER: Final = (1.0, 1.15, 1.3, 1.5)
"""Ratios by which a window that follows somebody may grow: the camera eases, so it lags behind in between."""

_WISHES: Final[dict[str, tuple[tuple[CameraMotion, float], ...]]] = {
    "establish": (("static", 0.45), ("zoom_in", 0.25), ("pan_left", 0.15), ("pan_right", 0.15)),
    "feeling": (("static", 0.4), ("zoom_in", 0.5), ("zoom_out", 0.1)),
    "speech": (("static", 0.65), ("zoom_in", 0.25), ("zoom_out", 0.1)),
    "action": (("static", 0.5), ("zoom_in", 0.15), ("zoom_out", 0.15), ("pan_left", 0.1), ("pan_right", 0.1)),
    "move": (("static", 1.0),),
}


def film(
    framing: Framing, promises: Sequence[Promise], mood: str, caption: bool, lot: Random, to_the_edge: bool = False
) -> Camera | None:
    """A camera that keeps the framing's promises all through the shot, or None.

    Args:
        framing: how much to show.
        promises: everybody in the picture.
        mood: establish, feeling, speech, action or move.
        caption: whether the bottom strip must stay free.
        lot: where the move is drawn from.
        to_the_edge: whether a camera that goes along with somebody may stop where the painted stage ends, and let them
            go on towards the side of the picture.
    """
    strip = CAPTION_STRIP if caption else 0.0
    follow = _following(framing, promises, caption, to_the_edge)
    still = window_for(framing, promises, caption, MOMENTS)
    if follow is not None and (still is None or lot.random() < 0.65):
        return follow
    if still is None:
        return None
    moves, weights = zip(*_WISHES[mood], strict=True)
    wish = lot.choices(moves, weights)[0]
    if wish in ("pan_left", "pan_right"):
        # a pan goes along with those who move and never against them
        ways = {promise.placement.facing for promise in promises if promise.placement.end_box is not None}
        wish = "static" if len(ways) == 2 else "pan_left" if "left" in ways else "pan_right" if ways else wish
    moving = _moving(framing, still, wish, lot)
    if moving is not None and keeps(moving, promises, strip):
        return moving
    return Camera(framing=framing, move="static", start=still, end=still)


def keeps(camera: Camera, promises: Sequence[Promise], strip: float) -> bool:
    """Whether everybody stays in the picture as the framing promises, at every checked moment."""
    return all(
        inside(promise.zone(camera.framing, u), camera.window(u), strip) for promise in promises for u in MOMENTS
    )


def _following(framing: Framing, promises: Sequence[Promise], caption: bool, to_the_edge: bool) -> Camera | None:
    """A pan that goes along with those who move, when all in the picture do."""
    if framing == "wide" or any(promise.placement.end_box is None for promise in promises):
        return None
    start = window_for(framing, promises, caption, (0.0,))
    end = window_for(framing, promises, caption, (1.0,))
    if start is None or end is None:
        return None
    for ratio in _LOOSER:
        camera = _pan(framing, _scaled(start, ratio), _scaled(end, ratio), to_the_edge)
        if camera is not None and keeps(camera, promises, CAPTION_STRIP if caption else 0.0):
            return camera
    return None


def _pan(framing: Framing, start: Box, end: Box, to_the_edge: bool) -> Camera | None:
    """A level pan between two windows of one size, when it stays on the painted stage and is large enough to see."""
    end = Box(x0=end.x0, y0=start.y0, x1=end.x0 + start.width, y1=start.y1)
    first, last = within_limits(start), within_limits(end)
    if first is None or last is None or not (to_the_edge or (first == start and last == end)):
        return None
    way = last.x0 - first.x0
    if abs(way) < MIN_PAN * start.width:
        return None
    return Camera(framing=framing, move="pan_right" if way > 0 else "pan_left", start=first, end=last)


def _moving(framing: Framing, still: Box, move: CameraMotion, lot: Random) -> Camera | None:
    if move in ("pan_left", "pan_right"):
        way = lot.uniform(MIN_PAN + 0.01, 0.2) * still.width * (1 if move == "pan_right" else -1)
        start, end = _slid(still, -way / 2), _slid(still, way / 2)
    elif move in ("zoom_in", "zoom_out"):
        ratio = lot.uniform(MIN_ZOOM + 0.02, 1.3)
        near = still if still.width * ratio <= 1.1 else _scaled(still, 1 / ratio)
        far = within_limits(_scaled(near, ratio))
        if far is None:
            return None
        start, end = (far, near) if move == "zoom_in" else (near, far)
    else:
        return None
    if within_limits(start) != start or within_limits(end) != end:
        return None
    return Camera(framing=framing, move=move, start=start, end=end)


def _slid(window: Box, dx: float) -> Box:
    return window.model_copy(update={"x0": window.x0 + dx, "x1": window.x1 + dx})


def _scaled(window: Box, ratio: float) -> Box:
    # the lower third stays where it is, so that feet don't slide out of the picture
    x, y = window.centre[0], window.y0 + window.height * 0.66
    width, height = window.width * ratio, window.height * ratio
    return Box(x0=x - width / 2, y0=y - height * 0.66, x1=x + width / 2, y1=y + height * 0.34)
