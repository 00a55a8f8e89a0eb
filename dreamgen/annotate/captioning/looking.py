"""Somebody looks: at single frames of a clip, and at frames over all of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from dreamgen.annotate.captioning.faults import fault_of
from dreamgen.annotate.faults import Fault
from dreamgen.engines.chat.flight import in_order
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.sharing import Opened
from dreamgen.engines.vision.frames import frames_name, sample
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.places import InProcess, place_of
from dreamgen.engines.vision.seeing import Frames, Query, Seen, Sees
from dreamgen.engines.vision.seeking import film

FRAME: Final = "annotate/frame_caption"
VIDEO: Final = "annotate/video_caption"
WORDS: Final = 400
"""That a caption has at most; a longer one is no description of a clip."""
_APART: Final = 5.0
"""Seconds between frames, where nobody has said at which something new is to be seen."""


@dataclass(frozen=True)
class Look:
    """What somebody said who looked, or why it can't be used."""

    where: str
    """`video`, or `frame at 3.2 s`."""
    text: str = ""
    """The caption, in one line; empty after a fault."""
    at: float | None = None
    """Seconds of the clip; None for all of it."""
    fault: Fault | None = None
    """What is wrong with it."""


@dataclass(frozen=True)
class Shown:
    """What is looked at at once."""

    at: float | None
    """Seconds of the clip; None for all of it."""
    frames: Frames
    """One frame, or several over the whole clip."""


def shown(video: Path, model: VisionModel, keyframes: Sequence[float], most: int) -> tuple[Shown, ...]:
    """Frames over the whole clip, and single ones in the order of their times.

    Args:
        video: the clip.
        model: says how many frames of the whole clip are shown, and how large.
        keyframes: seconds at which something new is to be seen; where nobody said so, frames are taken evenly.
        most: frames that are described by themselves, at most.

    Raises:
        DreamgenError: when the clip can't be decoded.
    """
    whole = sample(video, model.frames, model.side)
    stills = _stills(video, moments(keyframes, whole.seconds, most), model.side)
    return (Shown(None, whole), *(Shown(one.times[0], one) for one in stills))


def looks(eyes: Sees, model: VisionModel, some: Sequence[Shown], clip: str, opened: Opened) -> Iterator[Look]:
    """A caption of each, in order.

    Args:
        eyes: who looks.
        model: the same; says how many calls are in flight at once.
        some: what is looked at.
        clip: its id.
        opened: knows how many are in flight, those of other clips included.

    Raises:
        ModelError: when the model can't be reached; what it answered is kept.
        BudgetSpent: when the next call could pass a limit; what it answered is kept.
    """

    def ask(one: Shown, stop: Event) -> Look:
        with opened.slot(model):
            (seen,) = eyes.ask(one.frames, [_query(one.at, one.frames, clip)])
        return _read(one.at, seen)

    # a server answers several at once, and what is in this process does not
    yield from in_order(ask, some, model.concurrency if is_served(model) else 1)


def is_served(model: VisionModel) -> bool:
    """Whether a model is at another address, and so takes several questions at once."""
    return bool(model.model) and not isinstance(place_of(model), InProcess)


def moments(keyframes: Sequence[float], seconds: float, most: int) -> tuple[float, ...]:
    """When single frames are taken: at keyframes, evenly thinned out, or else evenly over the clip.

    Args:
        keyframes: seconds, rising.
        seconds: length of the clip.
        most: frames at most.
    """
    if not most:
        return ()
    if keyframes:
        count = min(most, len(keyframes))
        return tuple(keyframes[(2 * number + 1) * len(keyframes) // (2 * count)] for number in range(count))
    count = max(1, min(most, math.ceil(seconds / _APART)))
    return tuple(seconds * (number + 0.5) / count for number in range(count))


def _stills(video: Path, times: Sequence[float], side: int) -> Iterator[Frames]:
    """Single frames, each shown by itself."""
    with film(video) as reel:
        for at, picture in reel.at(times, side):
            pixels, time = picture[None], (round(at, 3),)
            yield Frames(pixels, time, round(reel.seconds, 3), frames_name(pixels, time))


def _query(at: float | None, frames: Frames, clip: str) -> Query:
    if at is None:
        name, where = VIDEO, clip
        filled = read_prompt(name).fill({"seconds": round(frames.seconds, 1)})
    else:
        name, where = FRAME, f"{clip}/{at:.3f}"
        filled = read_prompt(name).fill({"when": f"{at:.1f} seconds"})
    return Query(purpose=name, where=where, system=filled.system, text=filled.user)


def _read(at: float | None, seen: Seen) -> Look:
    where = "video" if at is None else f"frame at {at:.1f} s"
    if seen.failure:
        # of free words prose is no failure, but nothing at all is
        return Look(where, "", at, Fault("empty" if seen.failure == "prose" else seen.failure, seen.detail))
    text = " ".join(seen.text.split())
    fault = fault_of(seen.text, WORDS)
    return Look(where, "" if fault else text, at, fault)
