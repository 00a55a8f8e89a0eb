"""Animator `kenburns`: the camera moves over a still. Any keyframe will do, drawn, painted or generated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from dreamgen.clip.scenes import Format, Size, Take, film_scenes
from dreamgen.clip.timing import frame_times
from dreamgen.core.base import Record
from dreamgen.core.layout import Box, Camera
from dreamgen.core.media import Clip, Keyframe, Style
from dreamgen.core.story import Shot, Story
from dreamgen.engines.imaging import moved, resized
from dreamgen.engines.pictures import read_picture
from dreamgen.engines.video import encode_segment
from dreamgen.errors import DreamgenError

_SHRINK = 0.7
"""Below this scale a linear warp skips pixels, which glitter; the still is averaged down first."""


class KenburnsAnimator(Record):
    """Moves the shot's own camera over its first keyframe, with sub-pixel steps. The masks are not known."""

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
        stills: dict[str, Path] = {}
        for keyframe in keyframes:
            stills.setdefault(keyframe.shot, into / keyframe.image.path)
        for shot in story.shots:
            if shot.id not in stills:
                raise DreamgenError(f"{shot.id} has no keyframe", "Render the keyframes first.")
        form = Format(self.size, self.fps)
        yield from film_scenes(story, partial(film_still, stills, form), form, self.workers, into)


def film_still(stills: dict[str, Path], form: Format, shot: Shot) -> Take:
    """Encodes the camera's move over the still of a shot."""
    windows = [path_over(shot.camera, t / shot.seconds) for t in frame_times(shot, form.fps)]
    still = prepare(read_picture(stills[shot.id]), max(window.width for window in windows), form.size)
    return Take(encode_segment((pan(still, window, form.size) for window in windows), form.fps, form.size), None)


def path_over(camera: Camera, u: float) -> Box:
    """The part of the still that is seen a share `u` (0-1) into the shot, in fractions of the still.

    The still stands for everything that the camera passes over, so pans and zooms keep their direction and their
    size in relation to the picture.
    """
    start, end, now = camera.start, camera.end, camera.window(u)
    left, top = min(start.x0, end.x0), min(start.y0, end.y0)
    wide, high = max(start.x1, end.x1) - left, max(start.y1, end.y1) - top
    # one scale for both directions, so that nothing is stretched, and what is too much on both sides
    scale = max(wide / start.width, high / start.height)
    all_wide, all_high = start.width * scale, start.height * scale
    left, top = left - (all_wide - wide) / 2, top - (all_high - high) / 2
    return Box(
        x0=(now.x0 - left) / all_wide,
        y0=(now.y0 - top) / all_high,
        x1=(now.x1 - left) / all_wide,
        y1=(now.y1 - top) / all_high,
    )


def prepare(still: NDArray[np.uint8], widest: float, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The middle of a still (h, w, 3) in the shape of `size`, averaged down where a warp alone would skip pixels.

    Args:
        still: BGR.
        widest: width of the widest window that will be shown, as a fraction of the still.
        size: width and height of the frames in pixels.
    """
    height, width = still.shape[:2]
    part = min(width / size[0], height / size[1])
    wide, high = round(size[0] * part), round(size[1] * part)
    left, top = (width - wide) // 2, (height - high) // 2
    middle = still[top : top + high, left : left + wide]
    scale = size[0] / (widest * wide)
    if scale >= _SHRINK:
        return np.ascontiguousarray(middle)
    return resized(middle, round(wide * scale / _SHRINK), round(high * scale / _SHRINK))


def pan(still: NDArray[np.uint8], window: Box, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The part of a prepared still inside `window`, in fractions of it, at `size`: (height, width, 3), BGR.

    One affine warp with fractional offsets: crops in whole pixels would make a slow move tremble.
    """
    height, width = still.shape[:2]
    scale = size[0] / (window.width * width)
    # pixel centres lie half a pixel inside their corners, in the still and in the frame
    shift = tuple((0.5 - edge) * scale - 0.5 for edge in (window.x0 * width, window.y0 * height))
    return moved(still, scale, (shift[0], shift[1]), size, extend=True)
