"""A video made longer in frames and larger in pixels, so that loaders take it; every moment stays where it was."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dreamgen.core.layout import Box
from dreamgen.core.media import MaskFrame, Masklet
from dreamgen.engines.files import whole
from dreamgen.engines.imaging import opencv
from dreamgen.engines.masks import pixels_of, region_of
from dreamgen.engines.video import Facts, Picture, read_frames, write_video
from dreamgen.errors import DreamgenError


class Fit(NamedTuple):
    """What is done to every frame of a video."""

    repeat: int = 1
    """It is shown so many times, each for so small a part of its time."""
    scale: int = 1
    """Each of its pixels becomes so many wide and high."""
    right: int = 0
    """Columns that are added there, like the last one."""
    below: int = 0
    """Rows that are added there, like the last one."""

    def size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Width and height of what comes of a picture."""
        return size[0] * self.scale + self.right, size[1] * self.scale + self.below


def fit_of(facts: Facts, rate: float, frames: int, side: int) -> Fit:
    """The least that gives a video as many frames, and sides as long, as somebody wants.

    Args:
        facts: of the video; it has frames and a rate.
        rate: frames a second, at least.
        frames: how many of them, at least.
        side: pixels of each side, at least; both also become even.
    """
    repeat = max(math.ceil(frames / facts.frames), math.ceil(rate / facts.fps), 1)
    scale = max(math.ceil(side / min(facts.size)), 1)
    width, height = facts.size
    return Fit(repeat, scale, width * scale % 2, height * scale % 2)


def refit(video: Path, facts: Facts, fit: Fit, into: Path) -> None:
    """Writes a video with every frame fitted, and its sound as it is.

    Args:
        video: where it is.
        facts: what it says of itself.
        fit: what to do.
        into: the mp4 to write.

    Raises:
        DreamgenError: when it has other frames than it says, or can't be read or written.
    """
    pictures = into.with_name(f".{into.stem}.pictures.mp4")
    try:
        write_video(_fitted(video, facts, fit), pictures, float(facts.fps * fit.repeat), fit.size(facts.size))
        _with_sound(pictures, video, into)
    finally:
        pictures.unlink(missing_ok=True)


def refit_masklet(masklet: Masklet, fit: Fit) -> Masklet:
    """The masks of somebody in a video that was fitted: in frames and pixels of the new one."""
    # where every frame had a mask every frame has one, else masks come as many seconds apart as before
    every = masklet.step == 1
    return Masklet(
        entity=masklet.entity,
        intended=tuple((first * fit.repeat, stop * fit.repeat) for first, stop in masklet.intended),
        size=fit.size(masklet.size),
        step=1 if every else masklet.step * fit.repeat,
        frames=tuple(
            shown.model_copy(update={"frame": mask.frame * fit.repeat + place})
            for mask in masklet.frames
            for shown in (_enlarged(mask, masklet.size, fit),)
            for place in range(fit.repeat if every else 1)
        ),
    )


def _enlarged(mask: MaskFrame, size: tuple[int, int], fit: Fit) -> MaskFrame:
    wide, high = fit.size(size)
    if (wide, high) == size:
        return mask
    pixels = pixels_of(mask.rle, size).repeat(fit.scale, axis=0).repeat(fit.scale, axis=1)
    region = region_of(np.pad(pixels, ((0, fit.below), (0, fit.right))))
    assert region is not None, "a mask has a pixel"
    left, top, right, bottom = region.box
    box = Box(x0=left / wide, y0=top / high, x1=right / wide, y1=bottom / high)
    return mask.model_copy(update={"rle": region.rle, "box": box})


def _fitted(video: Path, facts: Facts, fit: Fit) -> Iterator[Picture]:
    cv2, count = opencv(), 0
    for _, picture in read_frames(video):
        count += 1
        if fit.scale > 1:
            picture = cv2.resize(picture, None, fx=fit.scale, fy=fit.scale, interpolation=cv2.INTER_CUBIC)
        if fit.right or fit.below:
            picture = cv2.copyMakeBorder(picture, 0, fit.below, 0, fit.right, cv2.BORDER_REPLICATE)
        for _ in range(fit.repeat):
            yield np.asarray(picture, np.uint8)
    if count != facts.frames:
        raise DreamgenError(f"{video} has {count} frames that can be decoded, and says {facts.frames}")


def _with_sound(pictures: Path, sound: Path, into: Path) -> None:
    """Joins the pictures of one file and the sound of another, where it has any; nothing is encoded again."""
    import av

    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with (
        whole(into) as unfinished,
        av.open(str(pictures)) as seen,
        av.open(str(sound)) as heard,
        av.open(str(unfinished), "w", format="mp4", options=options) as made,
    ):
        streams = [(seen, seen.streams.video[0]), *((heard, stream) for stream in heard.streams.audio[:1])]
        targets = [made.add_stream_from_template(stream) for _, stream in streams]
        for (source, stream), target in zip(streams, targets, strict=True):
            for packet in source.demux(stream):
                if packet.dts is not None:  # None is the demuxer's own mark of the end
                    packet.stream = target
                    made.mux(packet)
