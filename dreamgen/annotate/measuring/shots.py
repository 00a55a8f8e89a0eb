"""Where the picture cuts, and whether that is all of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from dreamgen.annotate.measuring.runs import Run
from dreamgen.annotate.signals import Signals

_LEAST: Final = 7.0
"""Levels by which a spot changes at a cut, in the mean."""
_SPOTS: Final = 0.12
"""Share of the spots that change at a cut."""
_OVER: Final = 4.0
"""How many times as much as around it."""
_AROUND: Final = 0.5
"""Seconds around a frame with which it is compared."""
_BLINK: Final = 0.34
"""Seconds between two cuts that are one flash."""
_SEEN: Final = 1.2
"""Levels of a change that can be seen at all."""
_NEARLY: Final = 0.5
"""From which share of all that a cut needs a frame is in doubt."""
_TURN: Final = 1.0
"""Seconds in which a picture that is not cut does not turn into quite another one."""
_APART: Final = (0.45, 45.0)
"""Share of the colours, and levels of a tenth of the picture, by which quite another picture differs."""


class Shots(NamedTuple):
    """The shots of a clip."""

    cuts: tuple[float, ...]
    """When the picture changes at once, in seconds."""
    sure: bool
    """Whether there is certainly no other cut, fade or dissolve."""
    runs: tuple[Run, ...]
    """From cut to cut."""
    turns: tuple[Run, ...]
    """Stretches in which the picture turns into quite another one without a cut: by a fade or a dissolve, or because
    the camera hurries."""


def shots_of(signals: Signals) -> Shots:
    """The shots of a clip.

    A fixed threshold takes a fast pan for a cut, so a cut must also stand out from the frames around it, which is the
    idea of PySceneDetect's adaptive detector. Two cuts at once are a flash, and none.
    """
    likeness = _likeness(signals)
    times = signals.seconds
    cuts = [float(times[at]) for at in np.flatnonzero(likeness >= 1.0)]
    lone = tuple(
        one
        for one in cuts
        if not any(0 < abs(one - other) < _BLINK for other in cuts) and one > 0 and one < signals.end
    )
    bounds = (0.0, *lone, signals.end)
    found = tuple(Run(start, end) for start, end in pairwise(bounds))
    doubtful = bool(((likeness >= _NEARLY) & (likeness < 1.0)).any()) or len(lone) < len(cuts)
    turns = tuple(turn for one in found for turn in _turns(signals, one))
    return Shots(lone, not doubtful and not turns, found, turns)


def _likeness(signals: Signals) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """How far each frame has what a cut needs: 1 for a cut, from `_NEARLY` on where there may be one."""
    change, spots = signals.change, signals.spots
    reach = max(3, round(_AROUND * signals.fps))
    found = np.zeros(len(change))
    # most frames are far from any cut, and the rest is slow
    for at in np.flatnonzero(change > _SEEN):
        around = np.r_[change[max(1, at - reach) : at], change[at + 1 : at + 1 + reach]]
        usual = float(np.median(around)) if len(around) else 0.0
        most = float(around.max(initial=0.0))
        alone = min(change[at] / (_OVER * (usual + 1.0)), change[at] / (1.25 * most + 1.0))
        found[at] = min(alone, change[at] / _LEAST, spots[at] / _SPOTS)
        # two shots of the same colours differ little, but at once
        if change[at] > 3.0 * usual + _SEEN / 2 and change[at] > 1.5 * most:
            found[at] = max(found[at], _NEARLY)
    return found


def _turns(signals: Signals, run: Run) -> Iterator[Run]:
    """Where the picture of one shot turns into quite another one."""
    here = (signals.looks >= run.start) & (signals.looks < run.end)
    times, tones, tenths = signals.looks[here], signals.tones[here], signals.tenths[here]
    for at in range(len(times)):
        to = int(np.searchsorted(times, times[at] + _TURN, side="right")) - 1
        apart = np.abs(tones[to] - tones[at]).sum() / 2, np.abs(tenths[to] - tenths[at]).max()
        if any(one > most for one, most in zip(apart, _APART, strict=True)):
            yield Run(float(times[at]), float(times[to]))
