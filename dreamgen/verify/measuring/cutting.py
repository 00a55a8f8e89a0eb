"""Where the picture cuts: frames that are not alike in lightness, between pictures with no feature in common."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.claims import Cut, Shots
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.measuring.viewed import Viewed

Floats = NDArray[np.float64]

_ALIKE: Final = 0.82
"""Correlation of two frames that follow upon each other within a shot, at least, unless things move fast."""
_LEVELS: Final = 3.0
"""Levels by which frames differ at a cut in the mean, at least."""
_OVER: Final = 3.0
"""How many times more than the frames around it."""
_SAME: Final = 20
"""Matches that agree, from which two pictures are of one shot."""
_GOES_ON: Final = 0.96
"""Correlation of every two frames around a moment in which certainly nothing is cut."""
_REACH: Final = 0.5
"""Seconds around a frame with which it is compared."""
_LINK: Final = 0.75
"""Seconds over which a shot must hold together."""


_HALVES: Final = (0.2, 0.45)
"""Seconds of half a dissolve."""
_TURNED: Final = 12.0
"""Levels by which the two ends of a dissolve differ in the mean, at least."""
_MEAN: Final = 0.18
"""How far its middle may be from their mean, as a share of that."""


_GAP: Final = 0.21
"""Seconds between two frames at most."""
_FEWEST: Final = 10
"""Frames of a clip at least."""


class Found(NamedTuple):
    """The cuts of a clip."""

    clear: tuple[float, ...]
    """Seconds of those that are beyond doubt."""
    doubtful: tuple[float, ...]
    """Seconds at which there may be one, or a fade, or a dissolve."""


def cuts_of(view: Viewed) -> Found:
    """The cuts of a clip."""
    if "cuts" not in view.memo:
        view.memo["cuts"] = _cuts(view)
    found: Found = view.memo["cuts"]
    return found


def _cuts(view: Viewed) -> Found:
    frames, tiny = view.seen.frames, view.seen.tiny
    alike, apart = _likeness(tiny)
    step = max(2, int(np.searchsorted(frames, frames[0] + _REACH)))
    clear: list[float] = []
    doubtful: list[float] = []
    for at in np.flatnonzero((alike < 0.93) & (apart > _LEVELS / 2)):
        around = np.r_[apart[max(0, at - step) : at], apart[at + 1 : at + 1 + step]]
        usual = float(np.median(around)) if len(around) else 0.0
        seconds = float(frames[at + 1])
        much, same = alike[at] < _ALIKE and apart[at] > _LEVELS, _same(view, seconds)
        if apart[at] <= _OVER * (usual + 0.5) or apart[at] <= 1.3 * around.max(initial=0.0) or (same and not much):
            continue
        # a frame around every shot, or a caption, has features of its own that stay
        (clear if much and not same else doubtful).append(seconds)
    doubtful += _blurred(view, clear, alike, apart)
    return Found(tuple(clear), (*doubtful, *_breaks(view, clear), *_dissolves(view, clear)))


def _blurred(view: Viewed, clear: list[float], alike: Floats, apart: Floats) -> list[float]:
    """Where so much moves from frame to frame that a cut would not stand out."""
    unlike = (float(view.seen.frames[at + 1]) for at in np.flatnonzero((alike < _ALIKE) & (apart > _LEVELS)))
    return [at for at in unlike if all(abs(at - cut) > _REACH for cut in clear) and not _same(view, at)]


def _likeness(tiny: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Correlation of each frame with the next, and by how many levels they differ in the mean."""
    # bars, frames and captions at the rim stay when the shot changes
    flat = tiny[:, 4:-6, 5:-5].reshape(len(tiny), -1).astype(np.float64)
    centred = flat - flat.mean(1, keepdims=True)
    spread = np.sqrt((centred**2).sum(1))
    both = (centred[:-1] * centred[1:]).sum(1)
    # two blank pictures are alike
    alike = np.where(spread[:-1] * spread[1:] > 1e3, both / np.maximum(spread[:-1] * spread[1:], 1e-9), 1.0)
    blank = np.minimum(spread[:-1], spread[1:]) < 60
    alike = np.where(blank & (np.maximum(spread[:-1], spread[1:]) > 300), 0.0, alike)
    return alike, np.abs(np.diff(flat, axis=0)).mean(1)


def _same(view: Viewed, seconds: float) -> bool:
    """Whether the pictures on both sides of a moment have features in common, and so are of one shot."""
    after = int(np.searchsorted(view.seen.times, seconds - 1e-6))
    if not 0 < after < len(view.seen.pictures):
        return False
    found = view.overlay(after - 1, after)
    return found is not None and found.agree >= _SAME and found.share >= 0.3


def _breaks(view: Viewed, cuts: list[float]) -> list[float]:
    """Where pictures of what should be one shot have nothing in common: a fade, a dissolve or a cut nobody saw."""
    times = view.seen.times
    reach = max(1, round(_LINK / max(float(np.median(np.diff(times))), 1e-3))) if len(times) > 1 else 1
    found = []
    for at in range(0, len(times) - reach, max(1, reach // 2)):
        one, other = at, at + reach
        if any(times[one] < cut <= times[other] + 1e-6 for cut in cuts):
            continue
        tones = [view.colours[which] for which in (one, other)]
        apart = sum(abs(tones[0][name] - tones[1][name]) for name in tones[0]) / 2
        light = float(np.abs(view.lightness[one] - view.lightness[other]).max())
        if apart < 0.12 and light < 8:
            continue
        if (apart > 0.4 or light > 22) and not _linked(view, one, other):
            found.append(float(times[other]))
    return found


def _dissolves(view: Viewed, cuts: list[float]) -> list[float]:
    """Where a frame is the mean of those that lie as far before it as behind it: what no movement makes it."""
    frames, tiny = view.seen.frames, view.seen.tiny
    found = []
    for reach in _HALVES:
        step = int(np.searchsorted(frames, frames[0] + reach))
        for at in range(step, len(frames) - step, max(1, step // 4)):
            if any(frames[at - step] < cut <= frames[at + step] + 1e-6 for cut in cuts):
                continue
            before, here, after = tiny[at - step], tiny[at], tiny[at + step]
            apart = float(np.abs(before - after).mean())
            if apart > _TURNED and float(np.abs(here - (before + after) / 2).mean()) < _MEAN * apart:
                found.append(float(frames[at]))
    return found


def _linked(view: Viewed, one: int, other: int) -> bool:
    """Whether pictures hold together step by step."""
    return (
        all(
            (over := view.overlay(at, at + 1)) is not None and over.agree >= _SAME and over.share >= 0.4
            for at in range(one, other)
        )
        and view.overlay(one, other) is not None
    )


def _few(view: Viewed) -> Opinion | None:
    """What is said where too few frames are shown to tell a cut from what moves; None where there are enough."""
    frames = view.seen.frames
    gap = float(np.median(np.diff(frames))) if len(frames) > 1 else np.inf
    return unsure("too_few_frames", f"{len(frames)} frames") if gap > _GAP or len(frames) < _FEWEST else None


def judge_cut(view: Viewed, claim: Cut) -> Opinion:
    """Whether the picture changes at once within a frame and a half of the claimed time."""
    if (few := _few(view)) is not None:
        return few
    found = cuts_of(view)
    frame = float(np.median(np.diff(view.seen.frames))) if len(view.seen.frames) > 1 else 0.04
    away = min((abs(cut - claim.at) for cut in found.clear), default=np.inf)
    evidence = f"nearest cut {away:.2f} s away; {len(found.clear)} cuts, {len(found.doubtful)} in doubt"
    if away <= 1.6 * frame:
        return supported(0.97, evidence)
    if away <= 0.25 or any(abs(one - claim.at) <= 1.0 for one in found.doubtful):
        return unsure("near_a_cut", evidence)
    if not _goes_on(view, claim.at):
        return unsure("unclear_change", evidence)
    return refuted(0.95, evidence, "no_cut")


def _goes_on(view: Viewed, seconds: float) -> bool:
    """Whether one shot is seen to go on through a moment: frame after frame alike, or features that are found again."""
    near = np.flatnonzero(np.abs(view.seen.frames - seconds) <= 0.25)
    if len(near) < 2:
        return False
    alike, _ = _likeness(view.seen.tiny[near[0] : near[-1] + 1])
    if float(alike.min()) >= _GOES_ON:
        return True
    after = int(np.searchsorted(view.seen.times, seconds - 1e-6))
    if not 0 < after < len(view.seen.pictures):
        return False
    found = view.overlay(after - 1, after)
    return found is not None and found.agree >= _SAME and found.share >= 0.4 and not found.rival


def judge_shots(view: Viewed, claim: Shots) -> Opinion:
    """Whether so many shots follow upon each other, and nothing else."""
    if (few := _few(view)) is not None:
        return few
    found = cuts_of(view)
    number = 1 + sum(claim.start + 1e-3 < cut < claim.end - 1e-3 for cut in found.clear)
    evidence = f"{number} shots, {len(found.doubtful)} changes in doubt"
    if len(found.doubtful):
        return unsure("unclear_change", evidence)
    return supported(0.95, evidence) if number == claim.number else refuted(0.93, evidence, "other_number")
