"""The frames of a clip that a vision-language model is shown: spread over its whole length, never only its beginning.

What is shown in another order, or without one, keeps the times of the clip in rising order: a time belongs to the
place in the row and not to the picture, so that it gives nothing away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import derived_random
from dreamgen.core.pairs import View
from dreamgen.engines.vision.seeing import Frames
from dreamgen.engines.vision.seeking import film


def sample(
    video: Path,
    count: int,
    side: int,
    view: View = "video",
    seed: int = 0,
    span: tuple[float, float] | None = None,
) -> Frames:
    """Frames at the middles of `count` equal parts of a clip.

    Args:
        video: the file.
        count: how many; fewer come of a clip that has fewer.
        side: pixels of their longer side at most; the shape is kept, and nothing is made larger.
        view: frame: the one in the middle alone. shuffled: in an order by lot, which is never the true one. reversed:
            backwards. In both the times rise all the same, as they would if the order were true.
        seed: of the lot; the pictures themselves have a part in it, so two clips are not shuffled alike.
        span: seconds of the clip to look at; None takes all of it.

    Raises:
        DreamgenError: when there is no such file, nothing in it can be decoded, or it is cut short.
        ValueError: for fewer than one frame, a side under one pixel, or the view `none`, which shows nothing.
    """
    if count < 1 or side < 1:
        raise ValueError(f"nobody can look at {count} frames of {side} pixels")
    if view == "none":
        raise ValueError("the view none has no frames")
    with film(video) as reel:
        start, stop = _within(span, reel.seconds)
        parts = 1 if view == "frame" else count
        moments = [start + (stop - start) * (number + 0.5) / parts for number in range(parts)]
        shots = list(reel.at(moments, side))
    pixels = np.stack([picture for _, picture in shots])
    times = tuple(round(time, _DIGITS) for time, _ in shots)
    pixels = pixels[_order(pixels, view, seed)]
    return Frames(pixels, times, round(reel.seconds, _DIGITS), frames_name(pixels, times))


def frames_name(pixels: NDArray[np.uint8], times: Sequence[float]) -> str:
    """32 hex digits for these pictures at these times.

    Args:
        pixels: (n, height, width, 3).
        times: seconds, one a picture.
    """
    digest = hashlib.blake2b(repr((pixels.shape, tuple(times))).encode(), digest_size=16)
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


_DIGITS: Final = 3
"""Of the seconds: no film has a thousand frames in one."""


def _within(span: tuple[float, float] | None, seconds: float) -> tuple[float, float]:
    """The part of a span that the clip has."""
    if span is None:
        return 0.0, seconds
    start, stop = (min(max(time, 0.0), seconds) for time in span)
    return start, max(start, stop)


def _order(pixels: NDArray[np.uint8], view: View, seed: int) -> list[int]:
    """Which picture comes where."""
    order = list(range(len(pixels)))
    if view == "reversed":
        return order[::-1]
    if view == "shuffled" and len(order) > 1:
        lot = derived_random(seed, "shuffled", frames_name(pixels, ()))
        while order == sorted(order):
            lot.shuffle(order)
    return order
