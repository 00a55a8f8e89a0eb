"""Small moving pictures for pages and chats that play no video, through imageio."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from dreamgen.engines.files import whole
from dreamgen.engines.imaging import resized
from dreamgen.engines.video import probe, read_frames


def write_preview(video: Path, path: Path, width: int = 320, fps: int = 8, seconds: float = 30.0) -> None:
    """Writes the beginning of `video` as a looping GIF or animated WebP.

    Args:
        video: any video file.
        path: ends in .gif or .webp.
        width: in pixels; the height follows the film's shape.
        fps: frames a second, at most; the video's own rate is divided by a whole number.
        seconds: how much of the video, at most; a GIF of a long film would be larger than the film.

    Raises:
        DreamgenError: when the video can't be read or the preview can't be written.
    """
    import imageio.v3 as imageio

    facts = probe(video)
    height = round(width * facts.size[1] / facts.size[0])
    step = max(1, math.ceil(facts.fps / fps))
    stop = round(seconds * float(facts.fps))
    pictures = [resized(picture, width, height)[..., ::-1] for _, picture in read_frames(video, stop=stop, step=step)]
    with whole(path) as unfinished:
        milliseconds = 1000 * step / float(facts.fps)
        imageio.imwrite(unfinished, np.stack(pictures), duration=milliseconds, loop=0)
