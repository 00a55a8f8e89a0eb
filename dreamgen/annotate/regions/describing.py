"""A model is shown a subject in a red box, stretch by stretch, and says what it does.

After PLM's spatio-temporal captions (Cho et al. 2025, "PerceptionLM", section 4): the stretches in which a subject is
seen are described one by one, and those in which it is out of the picture need nobody.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from dreamgen.annotate.captioning.faults import fault_of
from dreamgen.annotate.faults import Fault
from dreamgen.annotate.regions.stating import seconds
from dreamgen.annotate.tracks import Stretch, Track
from dreamgen.core.claims import Claim, Description
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.imaging import resized
from dreamgen.engines.masks import in_pixels
from dreamgen.engines.overlay import boxed
from dreamgen.engines.segmenting import Reel
from dreamgen.engines.vision.frames import frames_name
from dreamgen.engines.vision.seeing import Frames, Query, Sees

REGION: Final = "annotate/region_description"
_WORDS: Final = 80
"""That a description of a stretch has at most."""
_LEAST: Final = 0.5
"""Seconds of a stretch that is worth a look."""
_ALIKE: Final = 90.0
"""Likeness of two texts, 0-100, from which they say the same."""
_BOX: Final = ("red box", "red rectangle", "bounding box", "red outline", "red frame")
"""Words of a description that speaks of the mark and not of the subject."""


@dataclass(frozen=True)
class Asking:
    """How subjects are described."""

    eyes: Sees
    """Who looks."""
    by: str
    """How claims name the model and its prompt."""
    frames: int
    """Frames of a stretch that are shown, at most."""
    side: int
    """Pixels of their longer side."""
    longest: float
    """Seconds of a stretch that is described at once, at most."""


def described(reel: Reel, tracks: Sequence[Track], clip: str, asking: Asking) -> Iterator[Claim | Reject]:
    """What every subject does, stretch by stretch; a line for each stretch of which nothing usable was said.

    Args:
        reel: the clip.
        tracks: the subjects. Stretches in which nobody has checked the masks are left out.
        clip: its id.
        asking: how they are described.

    Raises:
        ModelError: when the model can't be reached; what it answered is kept.
    """
    parts = {track.entity: tuple(_parts(track, reel.fps, asking.longest)) for track in tracks}
    wanted = {frame for track in tracks for part in parts[track.entity] for frame in _shown(track, part, asking.frames)}
    pictures = _pictures(reel, wanted, asking.side)
    for track in tracks:
        told: list[tuple[Stretch, str]] = []
        for part in parts[track.entity]:
            before = told[-1][1] if told and told[-1][0].stop == part.first else ""
            text, fault = _said(reel, track, part, pictures, before, clip, asking)
            if fault is not None:
                what = f"{track.entity} from {seconds(part.first, reel.fps, reel.frames)} s"
                yield Reject(
                    what=what, kind="text", stage="annotate", reason=fault.reason, clip=clip, detail=fault.detail
                )
            else:
                told.append((part, text))
        for part, text in _joined(told):
            start, end = (seconds(frame, reel.fps, reel.frames) for frame in (part.first, part.stop))
            yield Description(start=start, end=end, entity=track.entity, text=text, by=(asking.by,))


def _parts(track: Track, fps: float, longest: float) -> Iterator[Stretch]:
    """The stretches in which a subject is seen, in parts of one length that are short enough."""
    for stretch in track.stretches():
        length = stretch.stop - stretch.first
        doubted = any(first < stretch.stop and stretch.first < stop for first, stop in track.doubted)
        if stretch.state != "seen" or doubted or length / fps < _LEAST:
            continue
        count = max(1, math.ceil(length / fps / longest - 1e-6))
        bounds = [stretch.first + round(length * number / count) for number in range(count + 1)]
        yield from (Stretch(a, b, "seen") for a, b in pairwise(bounds))


def _shown(track: Track, part: Stretch, most: int) -> tuple[int, ...]:
    """The annotated frames of a part that are shown, spread over it."""
    frames = [sight.frame for sight in track.seen if part.first <= sight.frame < part.stop]
    places = np.linspace(0, len(frames) - 1, min(most, len(frames))).round()
    return tuple(frames[int(place)] for place in places)


def _pictures(reel: Reel, wanted: set[int], side: int) -> dict[int, NDArray[np.uint8]]:
    """Frame to picture, BGR, made small."""
    if not wanted:
        return {}
    scale = min(1.0, side / max(reel.size))
    size = tuple(max(1, round(edge * scale)) for edge in reel.size)
    return {
        place * reel.step: resized(picture, size[0], size[1])
        for place, picture in reel.forwards()
        if place * reel.step in wanted
    }


def _said(
    reel: Reel,
    track: Track,
    part: Stretch,
    pictures: dict[int, NDArray[np.uint8]],
    before: str,
    clip: str,
    asking: Asking,
) -> tuple[str, Fault | None]:
    marked, times = [], []
    for frame in _shown(track, part, asking.frames):
        sight = track.at(frame)
        box = track.box(sight) if sight is not None else None
        if frame in pictures and box is not None:
            picture = pictures[frame]
            # the line is drawn on the small picture, in which it can be seen
            marked.append(boxed(picture, in_pixels(box, (picture.shape[1], picture.shape[0])))[..., ::-1])
            times.append(round(frame / reel.fps, 3))
    if not marked:
        return "", Fault("unreadable", "the clip lacks the frames")
    pixels = np.ascontiguousarray(np.stack(marked))
    frames = Frames(pixels, tuple(times), round(reel.frames / reel.fps, 3), frames_name(pixels, times))
    start, end = part.first / reel.fps, part.stop / reel.fps
    filled = read_prompt(REGION).fill(
        {
            "what": track.what, "start": round(start, 1), "end": round(end, 1), "seconds": round(frames.seconds, 1),
            "before": before,
        }
    )  # fmt: skip
    where = f"{clip}/{track.entity}/{part.first}"
    (seen,) = asking.eyes.ask(frames, [Query(REGION, where, filled.system, filled.user)])
    if seen.failure:
        return "", Fault("empty" if seen.failure == "prose" else seen.failure, seen.detail)
    text = " ".join(seen.text.split())
    return text, fault_of(text, _WORDS) or _of_the_mark(text)


def _of_the_mark(text: str) -> Fault | None:
    word = next((word for word in _BOX if word in text.lower()), "")
    return Fault("speaks_of_the_mark", f"it says {word!r}") if word else None


def _joined(told: Sequence[tuple[Stretch, str]]) -> list[tuple[Stretch, str]]:
    """Neighbours that say the same as one."""
    joined: list[tuple[Stretch, str]] = []
    for part, text in told:
        if joined and joined[-1][0].stop == part.first and fuzz.token_sort_ratio(joined[-1][1], text) >= _ALIKE:
            joined[-1] = Stretch(joined[-1][0].first, part.stop, "seen"), joined[-1][1]
        else:
            joined.append((part, text))
    return joined
