"""What the camera does, and what moves in the picture besides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.annotate.measuring.runs import Run, runs, smoothed, snapped
from dreamgen.annotate.signals import Signals
from dreamgen.core.claims import CameraMove, Motion
from dreamgen.core.vocabulary import CameraMotion

Numbers = NDArray[np.float64]

_ACROSS, _DOWN, _GROWTH, _AGREE, _FOLLOWED, _MOVING, _RIGHT, _BELOW, _TOGETHER, _SPREAD = range(10)

_SHORTEST: Final = 1.0
"""Seconds of a move, or of a motion, at least."""
_STILL_FOR: Final = 1.5
"""Seconds without a move at least."""
_EASE: Final = 0.4
"""Seconds at either end of a shot in which a move may begin or end softly."""
_PAN: Final = 0.02
"""Picture widths a second of a pan at least."""
_PANNED: Final = 0.05
"""Picture widths of a whole pan at least."""
_ZOOM: Final = 0.012
"""Growth a second of a zoom at least."""
_ZOOMED: Final = 0.035
"""Growth of a whole zoom at least."""
_STEADY: Final = (0.006, 0.004)
"""Widths and growth a second of a camera that stands still at most."""
_STOOD: Final = (0.008, 0.008)
"""Widths and growth in which a camera that stood still ends at most."""
_SURE: Final = (0.45, 0.08, 0.55)
"""Agreement, and shares of the picture that can be followed and that go with the camera, without which nothing is said
of it."""
_FILLED: Final = 0.25
"""Share of the picture that can be followed where a camera moves at least: things move alike before an empty ground."""


class Take(NamedTuple):
    """A stretch in which the camera does one thing."""

    move: CameraMotion
    run: Run


def takes_of(signals: Signals, shot: Run, turns: Sequence[Run] = ()) -> tuple[Take, ...]:
    """What the camera does in one shot, where it is clear.

    Args:
        signals: of the clip.
        shot: from cut to cut.
        turns: where one picture fades into another, so that nothing can be followed.
    """
    times, steps = _within(signals, shot)
    if len(steps) < 5:
        return ()
    lengths = (times[:, 1] - times[:, 0])[:, None]
    speed = smoothed(steps[:, [_ACROSS, _DOWN, _GROWTH]] / lengths, 2)
    sure = np.all(smoothed(steps[:, [_AGREE, _FOLLOWED, _SPREAD]], 2) >= np.array(_SURE), axis=1)
    followed = smoothed(steps[:, [_FOLLOWED]], 2)[:, 0] >= _FILLED
    kinds = [
        _kind(one, filled) if one_sure and not _in(turns, span) else None
        for one, filled, one_sure, span in zip(speed, followed, sure, times, strict=True)
    ]
    found = []
    for kind, run in runs(list(times[:, 0]), kinds, float(times[-1, 1])):
        here = (times[:, 0] >= run.start) & (times[:, 0] < run.end)
        whole = snapped(run, shot, _EASE)
        if kind is not None and _clear(kind, steps[here][:, :3].sum(0), whole):
            found.append(Take(kind, whole))
    return tuple(found)


def _in(turns: Sequence[Run], span: Numbers) -> bool:
    return any(turn.start < span[1] and span[0] < turn.end for turn in turns)


def _kind(speed: Numbers, filled: bool) -> CameraMotion | None:
    """What a camera does that makes the scene shift and grow so fast; `filled` where there is enough to follow."""
    across, down, growth = (float(one) for one in speed)
    aside = np.hypot(across, down)
    if aside <= _STEADY[0] and abs(growth) <= _STEADY[1]:
        return "static"
    if not filled:
        return None
    if abs(across) >= _PAN and abs(down) <= 0.3 * abs(across) and abs(growth) <= 0.3 * abs(across):
        return "pan_right" if across < 0 else "pan_left"
    if abs(growth) >= _ZOOM and aside <= 0.6 * abs(growth):
        return "zoom_in" if growth > 0 else "zoom_out"
    return None


def _clear(kind: CameraMotion, whole: Numbers, run: Run) -> bool:
    """Whether a stretch is long enough, and the camera gets far enough in it, or stays."""
    across, down, growth = (abs(float(one)) for one in whole)
    if kind == "static":
        return run.seconds >= _STILL_FOR and max(across, down) <= _STOOD[0] and growth <= _STOOD[1]
    if run.seconds < _SHORTEST:
        return False
    return across >= _PANNED if kind.startswith("pan") else growth >= _ZOOMED


def camera_claims(takes: tuple[Take, ...]) -> Iterator[CameraMove]:
    """What the camera does, as claims."""
    for take in takes:
        yield CameraMove(start=round(take.run.start, 4), end=round(take.run.end, 4), move=take.move)


_MUCH: Final = (0.08, 0.04)
"""Share of the picture that moves much, in the mean and in every half second at least."""
_SOME: Final = 0.01
"""Share of the picture that must move for its direction to count."""
_ONE_WAY: Final = 0.8
"""How far it must all go one way."""


def motion_claims(signals: Signals, takes: tuple[Take, ...]) -> Iterator[Motion]:
    """What moves while the camera stands still: there the eye needs no help to tell one from the other.

    That nothing moves is never claimed: a tear that runs down a face is smaller than what can be measured.
    """
    for take in takes:
        claim = _motion(signals, take.run) if take.move == "static" else None
        if claim is not None:
            yield claim


def _motion(signals: Signals, run: Run) -> Motion | None:
    _, steps = _within(signals, run)
    start, end = round(run.start, 4), round(run.end, 4)
    moving = smoothed(steps[:, [_MOVING]], 2)[:, 0]
    much = moving.mean() >= _MUCH[0] and moving.min() >= _MUCH[1]
    way = _way(steps) if moving.min() >= _SOME else None
    if way is not None:
        return Motion(start=start, end=end, amount="much" if much else "little", direction=way)
    return Motion(start=start, end=end, amount="much") if much else None


def _way(steps: Numbers) -> str | None:
    """Where to most of what moves goes all the time."""
    weight = steps[:, _MOVING]
    across, down = steps[:, _RIGHT], steps[:, _BELOW]
    if (weight * steps[:, _TOGETHER]).sum() < _ONE_WAY * weight.sum():
        return None
    for one, other, names in ((across, down, ("left", "right")), (down, across, ("up", "down"))):
        mean = float((weight * one).sum())
        if abs(mean) >= 3 * float((weight * np.abs(other)).sum()) and (np.sign(one) == np.sign(mean)).mean() >= 0.9:
            return names[int(mean > 0)]
    return None


def _within(signals: Signals, run: Run) -> tuple[Numbers, Numbers]:
    """Times and numbers of the steps that lie in a stretch, but for a thousandth of a second."""
    here = (signals.spans[:, 0] >= run.start - 1e-3) & (signals.spans[:, 1] < run.end - 1e-3)
    return signals.spans[here], signals.steps[here]
