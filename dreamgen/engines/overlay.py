"""Marks a subject in pictures: a red box, as PLM's readers draw it on the frames that a model is shown.

PLM (Cho et al. 2025, "PerceptionLM") points out the subject of its region tasks by a rectangle in (255, 0, 0), four
pixels wide, on the frames that its trainer samples: `VideoTransform` of core/transforms/video_transform.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dreamgen.engines.files import whole
from dreamgen.engines.masks import PixelBox
from dreamgen.engines.video import probe, read_frames, write_video

Picture = NDArray[np.uint8]
"""One frame as BGR, (height, width, 3)."""

RED: Final = (255, 0, 0)
"""As RGB."""
WIDTH: Final = 4
"""Pixels of the line."""


def boxed(picture: Picture, box: PixelBox | None, width: int = WIDTH) -> Picture:
    """A picture with a red rectangle just inside a box; the picture itself where there is none.

    Args:
        picture: uint8 (h, w, 3), BGR.
        box: left, top, right and bottom in pixels.
        width: of the line, in pixels.
    """
    if box is None:
        return picture
    left, top, right, bottom = box
    inside = slice(top + width, max(top + width, bottom - width)), slice(left + width, max(left + width, right - width))
    marked = picture.copy()
    marked[top:bottom, left:right] = RED[::-1]
    marked[inside] = picture[inside]
    return marked


def sampled(frames: int, fps: float, most: int = 32) -> tuple[int, ...]:
    """The frames that a model is shown.

    One a second; where those are more than `most`, so many of them, evenly; where they are fewer, `most` frames evenly
    over the clip, or all that it has.

    Args:
        frames: length of the clip.
        fps: its frames a second.
        most: how many at most: `max_video_frames` of the trainer.
    """
    # the loader divides by nothing below half a frame a second, and reads no such clip
    steady = range(0, frames, max(1, round(fps)))
    if len(steady) >= most:
        return tuple(steady[place] for place in _evenly(len(steady), most))
    return tuple(_evenly(frames, min(frames, most)))


def _evenly(out_of: int, count: int) -> Iterator[int]:
    stride = (out_of - 1) / (count - 1) if count > 1 else 0.0
    return (round(number * stride) for number in range(count))


def write_overlay(video: Path, boxes: Sequence[PixelBox | None], path: Path) -> int:
    """A clip with the subject marked, as an mp4; returns the number of frames.

    Args:
        video: the clip.
        boxes: one a frame of the clip; None where nothing is marked.
        path: the file to write.

    Raises:
        DreamgenError: when the clip can't be read, or the file can't be written.
    """
    facts = probe(video)
    size = facts.size[0] // 2 * 2, facts.size[1] // 2 * 2
    shown = (picture[: size[1], : size[0]] for _, picture in _marked(video, boxes))
    return write_video(shown, path, float(facts.fps), size)


def write_stills(video: Path, boxes: Sequence[PixelBox | None], frames: Sequence[int], into: Path) -> tuple[Path, ...]:
    """Some frames of a clip with the subject marked, as PNGs named by their frames.

    Args:
        video: the clip.
        boxes: one a frame of the clip; None where nothing is marked.
        frames: which, in order.
        into: the folder to write them to.

    Raises:
        DreamgenError: when the clip can't be read, or a file can't be written.
    """
    wanted, written = set(frames), []
    into.mkdir(parents=True, exist_ok=True)
    for frame, picture in _marked(video, boxes, max(wanted, default=-1) + 1):
        if frame in wanted:
            path = into / f"{frame:06}.png"
            with whole(path) as unfinished:
                Image.fromarray(np.ascontiguousarray(picture[..., ::-1])).save(unfinished, "PNG")
            written.append(path)
    return tuple(written)


def _marked(video: Path, boxes: Sequence[PixelBox | None], stop: int | None = None) -> Iterator[tuple[int, Picture]]:
    for frame, picture in read_frames(video, 0, stop):
        yield frame, boxed(picture, boxes[frame] if frame < len(boxes) else None)
