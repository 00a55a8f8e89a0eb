"""How one picture gives way to the next: pure functions of two frames and of how far the change has come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

Transition = Literal["cut", "crossfade", "fade", "wipe", "slide", "iris"]
"""cut: at once. crossfade: both shine through. fade: through black. wipe: an edge from left to right. slide: the next
pushes the last out to the left. iris: a circle that opens."""

TRANSITIONS: tuple[str, ...] = get_args(Transition)

_SOFT = 0.04
"""Width of a soft edge, as a share of the picture's width."""


def between(before: Pixels, after: Pixels, share: float, how: Transition) -> Pixels:
    """One frame of a change.

    Args:
        before: what gives way: uint8 (h, w, 3).
        after: what comes, of the same size.
        share: how far the change has come, 0-1.
        how: the transition.
    """
    return _WAYS[how](before, after, min(1.0, max(0.0, share)))


def _cut(before: Pixels, after: Pixels, share: float) -> Pixels:
    return before if share < 0.5 else after


def _crossfade(before: Pixels, after: Pixels, share: float) -> Pixels:
    return _mixed(before, after, np.float32(share))


def _fade(before: Pixels, after: Pixels, share: float) -> Pixels:
    shown, light = (before, 1 - 2 * share) if share < 0.5 else (after, 2 * share - 1)
    return np.asarray(np.rint(shown * np.float32(light)), np.uint8)


def _wipe(before: Pixels, after: Pixels, share: float) -> Pixels:
    wide = before.shape[1]
    edge, soft = share * (1 + _SOFT), _SOFT
    across = (np.arange(wide, dtype=np.float32) + 0.5) / wide
    return _mixed(before, after, np.clip((edge - across) / soft, 0, 1)[None, :, None])


def _slide(before: Pixels, after: Pixels, share: float) -> Pixels:
    wide = before.shape[1]
    gone = round(wide * share)
    return np.concatenate([before[:, gone:], after[:, :gone]], axis=1)


def _iris(before: Pixels, after: Pixels, share: float) -> Pixels:
    high, wide = before.shape[:2]
    rows, columns = np.ogrid[:high, :wide]
    soft = _SOFT * wide
    away = np.hypot(rows - (high - 1) / 2, columns - (wide - 1) / 2).astype(np.float32)
    radius = share * (np.hypot(high, wide) / 2 + soft)
    return _mixed(before, after, np.clip((radius - away) / soft, 0, 1)[..., None])


def _mixed(before: Pixels, after: Pixels, share: NDArray[np.float32] | np.float32) -> Pixels:
    mixed = before + (after.astype(np.float32) - before) * share
    return np.asarray(np.rint(mixed), np.uint8)


_WAYS: dict[Transition, Callable[[Pixels, Pixels, float], Pixels]] = {
    "cut": _cut, "crossfade": _crossfade, "fade": _fade, "wipe": _wipe, "slide": _slide, "iris": _iris,
}  # fmt: skip
