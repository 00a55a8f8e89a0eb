"""When a measured state begins and how long it lasts: its own judge is asked of one second after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from dreamgen.core.claims import CameraMove, Claim, Duration, Light, Loudness, Order, Tint
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.measuring.filming import judge_camera
from dreamgen.verify.measuring.hearing import judge_loudness
from dreamgen.verify.measuring.lighting import judge_light, judge_tint
from dreamgen.verify.measuring.viewed import Viewed

_WINDOW: Final = 1.0
"""Seconds that are judged at a time."""
_STEP: Final = 0.25
"""Seconds from one to the next."""
_APART: Final = 0.5
"""Seconds between two beginnings for their order to be told."""
_ABOUT: Final = (0.8, 1.25)
"""By how much a length may differ from what is claimed."""
_FAR: Final = (0.62, 1.6)
"""By how much it certainly differs."""

_JUDGES: Final[Mapping[str, Callable[[Viewed, Any], Opinion]]] = {
    "light": judge_light,
    "tint": judge_tint,
    "loudness": judge_loudness,
    "camera_move": judge_camera,
}

State = Light | Tint | Loudness | CameraMove


class Episode(NamedTuple):
    """A stretch in which a state holds."""

    start: float
    end: float
    begins: bool
    """Whether it is clear that it does not hold before."""
    ends: bool
    """Whether it is clear that it does not hold after."""
    alone: bool
    """Whether it holds at no other time."""


def episode(view: Viewed, state: State) -> Episode | None:
    """The stretch around the middle of a state in which it holds; None where it does not hold there.

    The state's own times say where to look, the same for any claimed length or order; the stretch itself is measured.
    """
    starts = np.arange(0.0, max(view.seen.end - _WINDOW, 0.0) + 1e-6, _STEP)
    judge = _JUDGES[state.kind]
    said = [judge(view, state.model_copy(update={"start": at, "end": at + _WINDOW})).outcome for at in starts]
    middle = (state.start + state.end - _WINDOW) / 2
    at = int(np.abs(starts - middle).argmin()) if len(starts) else 0
    if not said or said[at] != "supported":
        return None
    low, high = at, at
    while low > 0 and said[low - 1] == "supported":
        low -= 1
    while high + 1 < len(said) and said[high + 1] == "supported":
        high += 1
    reach = round(_WINDOW / _STEP)
    begins = low == 0 or "refuted" in said[max(0, low - reach) : low]
    ends = high == len(said) - 1 or "refuted" in said[high + 1 : high + 1 + reach]
    alone = "supported" not in (*said[:low], *said[high + 1 :])
    end = view.seen.end if high == len(said) - 1 else float(starts[high]) + _WINDOW
    return Episode(float(starts[low]), end, begins, ends, alone)


def judge_duration(view: Viewed, claim: Duration) -> Opinion:
    """How long a measured state lasts without a break."""
    state = view.by_id.get(claim.of)
    found = episode(view, state) if isinstance(state, State) else None
    if found is None:
        return unsure("not_measurable")
    seconds = found.end - found.start
    evidence = f"it lasts {seconds:.2f} s from {found.start:.2f} s on; claimed {claim.seconds:.2f} s"
    if not (found.begins and found.ends):
        return unsure("unclear_duration", evidence)
    ratio = seconds / claim.seconds
    if _ABOUT[0] < ratio < _ABOUT[1]:
        return supported(0.9, evidence)
    if ratio < _FAR[0] or ratio > _FAR[1]:
        return refuted(0.9, evidence, "other_duration")
    return unsure("unclear_duration", evidence)


def judge_order(view: Viewed, claim: Order) -> Opinion:
    """Which of two measured states begins first."""
    pair: list[Claim | None] = [view.by_id.get(which) for which in (claim.first, claim.second)]
    found = [episode(view, one) if isinstance(one, State) else None for one in pair]
    first, second = found
    if first is None or second is None:
        return unsure("not_measurable")
    evidence = f"the first begins at {first.start:.2f} s, the second at {second.start:.2f} s"
    if not all(one.begins and one.alone for one in (first, second)) or abs(second.start - first.start) < _APART:
        return unsure("unclear_beginning", evidence)
    return supported(0.9, evidence) if first.start < second.start else refuted(0.9, evidence, "other_order")
