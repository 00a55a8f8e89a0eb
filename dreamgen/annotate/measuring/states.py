"""How light a clip is, which colour covers it and how loud it is, where that is beyond doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

import numpy as np

from dreamgen.annotate.measuring.runs import Run, runs, snapped
from dreamgen.annotate.measuring.shots import Shots
from dreamgen.annotate.measuring.tones import NAMES
from dreamgen.annotate.signals import BLOCK, Signals
from dreamgen.core.claims import Light, Loudness, Tint
from dreamgen.core.colours import confusable

_SHORTEST: Final = 1.0
"""Seconds that a state lasts at least."""
_SLACK: Final = 0.3
"""Seconds by which a state may miss a cut, or the clip's start or end, with which it begins or ends."""

_DARK: Final = (42.0, 40.0)
"""Mean and median luma of a dark picture at most."""
_BRIGHT: Final = (158.0, 160.0)
"""Mean and median luma of a bright picture at least."""

_MOST: Final = 0.55
"""Share of the picture that the colour must cover."""
_NEXT: Final = 0.5
"""How much the next colour may cover of what the first one does."""
_NEAR: Final = 0.12
"""Share of the picture that colours may cover that some would call by the other's name."""

_SILENT: Final = -62.0
"""Loudness of silence at most, in LUFS."""
_QUIET: Final = (-52.0, -38.0)
"""Loudness of a quiet second, and of its loudest tenth, in LUFS."""
_LOUD: Final = -17.0
"""Loudness of a loud second at least, in LUFS."""
_SECOND: Final = 10
"""Blocks of a second."""


def light_claims(signals: Signals, shots: Shots) -> Iterator[Light]:
    """Where the picture is dark, and where it is bright."""
    at = np.searchsorted(signals.looks, signals.seconds + 1e-6) - 1
    half = signals.tenths[np.maximum(at, 0), 1]
    levels = [
        None if _turning(shots, float(time)) else _level(float(mean), float(median))
        for time, mean, median in zip(signals.seconds, signals.luma, half, strict=True)
    ]
    for level, run in runs(list(signals.seconds), levels, signals.end):
        whole = snapped(run, (0.0, *shots.cuts, signals.end), _SLACK)
        if level is not None and run.seconds >= _SHORTEST:
            yield Light(start=round(whole.start, 4), end=round(whole.end, 4), level=level)


def _turning(shots: Shots, time: float) -> bool:
    """Whether one picture turns into another just then."""
    return any(turn.start <= time < turn.end for turn in shots.turns)


def _level(mean: float, median: float) -> Literal["dark", "bright"] | None:
    if mean <= _DARK[0] and median <= _DARK[1]:
        return "dark"
    return "bright" if mean >= _BRIGHT[0] and median >= _BRIGHT[1] else None


def tint_claims(signals: Signals, shots: Shots) -> Iterator[Tint]:
    """Where one colour covers most of the picture."""
    colours = [
        None if _turning(shots, float(time)) else _colour(tones)
        for time, tones in zip(signals.looks, signals.tones, strict=True)
    ]
    for colour, run in runs(list(signals.looks), colours, signals.end):
        whole = snapped(run, (0.0, *shots.cuts, signals.end), _SLACK)
        if colour is not None and run.seconds >= _SHORTEST:
            yield Tint(start=round(whole.start, 4), end=round(whole.end, 4), colour=colour)


def _colour(shares: Sequence[float]) -> str | None:
    known = {name: float(share) for name, share in zip(NAMES, shares, strict=True) if name != "none"}
    first = max(known, key=lambda name: known[name])
    near = sum(share for name, share in known.items() if name != first and confusable(name, first))
    rest = max(share for name, share in known.items() if name != first)
    clear = known[first] >= _MOST and rest <= _NEXT * known[first] and near <= _NEAR
    return first if clear else None


def loudness_claims(signals: Signals) -> Iterator[Loudness]:
    """Where the sound is silent, quiet and loud; nothing where there is no sound track."""
    count = len(signals.loudness)
    if count < _SECOND:
        return
    power = 10 ** (signals.loudness / 10)
    total = np.concatenate([[0.0], np.cumsum(power)])
    at = np.arange(count)
    low = np.clip(at - _SECOND // 2, 0, count - _SECOND)
    second = 10 * np.log10(np.maximum((total[low + _SECOND] - total[low]) / _SECOND, 1e-10))
    levels = [_loud(float(one), float(mean)) for one, mean in zip(signals.loudness, second, strict=True)]
    end = float(signals.heard[-1]) + BLOCK
    for level, found in runs(list(signals.heard), levels, end):
        run = _trimmed(signals, found) if level == "loud" else found
        whole = snapped(run, (0.0, signals.end), _SLACK)
        if level is not None and run.seconds >= _SHORTEST:
            yield Loudness(start=round(whole.start, 4), end=round(min(whole.end, signals.end), 4), level=level)


def _trimmed(signals: Signals, run: Run) -> Run:
    """A loud stretch from its first loud block to its last: a second that is loud may end in a pause."""
    here = (signals.heard >= run.start) & (signals.heard < run.end) & (signals.loudness >= _LOUD - 3)
    loud = signals.heard[here]
    return Run(float(loud[0]), float(loud[-1]) + BLOCK) if len(loud) else Run(run.start, run.start)


def _loud(block: float, second: float) -> Literal["silent", "quiet", "loud"] | None:
    if block <= _SILENT:
        return "silent"
    if second >= _LOUD:
        return "loud"
    return "quiet" if _QUIET[0] <= second and block <= _QUIET[1] else None
