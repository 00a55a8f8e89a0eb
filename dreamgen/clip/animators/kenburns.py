"""Animator `kenburns`: the camera moves over a still. Any keyframe will do, drawn, painted or generated.

Where the keyframe comes with a map of who is where, the map goes the same way as the picture, and the clip has masks
in every frame: exact where the illustrator drew it; the planned shape in the box that was found where a check found the
entity in its place; else intended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from dreamgen.clip.captions import write_words
from dreamgen.clip.scenes import Format, Size, Take, film_scenes
from dreamgen.clip.stills import StillTruth, drawn_by, first_keyframes, truth_of
from dreamgen.clip.timing import frame_times
from dreamgen.clip.truth import Witness
from dreamgen.core.base import Record
from dreamgen.core.layout import Box
from dreamgen.core.media import Clip, Keyframe, Style
from dreamgen.core.story import Shot, Story
from dreamgen.engines.imaging import moved, resized
from dreamgen.engines.pictures import read_picture
from dreamgen.engines.video import encode_segment
from dreamgen.illustrator import OCCLUDER

Pixels = NDArray[np.uint8]

_SHRINK = 0.7
"""Below this scale a linear warp skips pixels, which glitter; the still is averaged down first."""


class KenburnsAnimator(Record):
    """Moves the shot's own camera over its first keyframe, with sub-pixel steps, and writes what is said."""

    size: Size = (1024, 576)
    """Width and height of the clips in pixels, both even."""
    fps: int = Field(default=24, ge=1, le=60)
    """Frames a second."""
    workers: int = Field(default=0, ge=0)
    """Processes; 0 for one a CPU. They change no byte."""

    def animate(self, story: Story, style: Style, keyframes: Sequence[Keyframe], into: Path) -> Iterator[Clip]:
        """One clip a scene, in order.

        Raises:
            DreamgenError: when a shot has no keyframe, or its picture can't be read.
        """
        form = Format(self.size, self.fps, "still")
        film = partial(film_still, story, style, first_keyframes(story, keyframes), form, into)
        yield from film_scenes(story, film, form, self.workers, into)


def film_still(
    story: Story, style: Style, stills: Mapping[str, Keyframe], form: Format, into: Path, shot: Shot
) -> Take:
    """Encodes the camera's move over the still of a shot, and takes down who is where in its frames."""
    keyframe, times = stills[shot.id], frame_times(shot, form.fps)
    windows = [shot.camera.over_still(t / shot.seconds) for t in times]
    still = read_picture(into / keyframe.image.path)
    ready = prepare(still, max(window.width for window in windows), form.size)
    truth = truth_of(keyframe, story, shot, style, into)
    guide = None if truth is None else _Guide(truth, form.size, len(times))

    def panned() -> Iterator[Pixels]:
        for index, (t, window) in enumerate(zip(times, windows, strict=True)):
            frame = pan(ready, window, form.size)
            covered = write_words(frame, shot, t)
            if guide is not None:
                guide.look(index, window, covered)
            yield frame

    segment = encode_segment(panned(), form.fps, form.size)
    return Take(segment, None if guide is None else guide.witness.masklets(), drawn_by(keyframe))


class _Guide:
    """Takes the map of a still along the camera's way."""

    def __init__(self, truth: StillTruth, size: tuple[int, int], frames: int) -> None:
        self._truth, self._size = truth, size
        self._map = middle(truth.entities, size)
        self._window: Box | None = None
        self._seen = self._map
        self.witness = Witness(truth.numbers, self._whole_area, frames, truth.intended)

    def look(self, frame: int, window: Box, covered: NDArray[np.bool_] | None) -> None:
        """Tells the witness what a frame shows of the still inside `window`, under a caption where it is covered."""
        if window != self._window:
            self._window, self._seen = window, pick(self._map, window, self._size)
        self.witness.look(frame, self._seen if covered is None else np.where(covered, np.uint8(OCCLUDER), self._seen))

    def _whole_area(self, entity: str) -> float:
        # what hides a part of somebody in the still hides the same share of them in every frame
        return np.count_nonzero(self._seen == self._truth.numbers[entity]) / self._truth.shares[entity]


def middle(still: Pixels, size: tuple[int, int]) -> Pixels:
    """The middle of a still or a map (h, w, ...) in the shape of `size`, width and height in pixels."""
    height, width = still.shape[:2]
    part = min(width / size[0], height / size[1])
    wide, high = round(size[0] * part), round(size[1] * part)
    left, top = (width - wide) // 2, (height - high) // 2
    return still[top : top + high, left : left + wide]


def prepare(still: Pixels, widest: float, size: tuple[int, int]) -> Pixels:
    """The middle of a still (h, w, 3) in the shape of `size`, averaged down where a warp alone would skip pixels.

    Args:
        still: BGR.
        widest: width of the widest window that will be shown, as a fraction of the still.
        size: width and height of the frames in pixels.
    """
    part = middle(still, size)
    high, wide = part.shape[:2]
    scale = size[0] / (widest * wide)
    if scale >= _SHRINK:
        return np.ascontiguousarray(part)
    return resized(part, round(wide * scale / _SHRINK), round(high * scale / _SHRINK))


def pan(still: Pixels, window: Box, size: tuple[int, int]) -> Pixels:
    """The part of a prepared still inside `window`, in fractions of it, at `size`: (height, width, 3), BGR.

    One affine warp with fractional offsets: crops in whole pixels would make a slow move tremble.
    """
    scale, shift = _warp(still, window, size)
    return moved(still, scale, shift, size, extend=True)


def pick(entities: Pixels, window: Box, size: tuple[int, int]) -> Pixels:
    """The part of a map inside `window`, warped like the still, each pixel that of the nearest one: (height, width)."""
    scale, (left, top) = _warp(entities, window, size)
    columns = np.rint((np.arange(size[0]) - left) / scale).astype(np.intp)
    rows = np.rint((np.arange(size[1]) - top) / scale).astype(np.intp)
    high, wide = entities.shape
    seen: Pixels = entities[np.clip(rows, 0, high - 1)][:, np.clip(columns, 0, wide - 1)]
    return seen


def _warp(still: Pixels, window: Box, size: tuple[int, int]) -> tuple[float, tuple[float, float]]:
    """Scale and shift in pixels that show what is inside `window` at `size`."""
    height, width = still.shape[:2]
    scale = size[0] / (window.width * width)
    # pixel centres lie half a pixel inside their corners, in the still and in the frame
    return scale, ((0.5 - window.x0 * width) * scale - 0.5, (0.5 - window.y0 * height) * scale - 0.5)
