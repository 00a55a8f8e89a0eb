"""A video is cut into clips."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.found import Excerpt, Source
from dreamgen.core.media import Clip, Span
from dreamgen.core.receipts import Reject
from dreamgen.engines.files import refer
from dreamgen.engines.video import read_frames, write_video


class Cutting(Record):
    """How found footage is cut. The recipe's table `[cut]`."""

    longest: float = Field(default=30.0, gt=0.0)
    """Seconds of a clip at most."""
    shortest: float = Field(default=2.0, ge=0.0)
    """Seconds of a clip at least; what is shorter is dropped and counted."""


class Cutout(Record):
    """What was cut out of one video."""

    clips: tuple[Clip, ...]
    """In order; ids begin with the video's."""
    rejects: tuple[Reject, ...] = ()
    """What was left out of it, and why."""


def cut(path: Path, source: Source, options: Cutting, into: Path) -> Cutout:
    """The clips of one video.

    Args:
        path: the video.
        source: what is known of it.
        options: how to cut.
        into: the files go under clips/ there; paths in records are relative to it.

    Raises:
        DreamgenError: for a video that can't be decoded.
    """
    (into / "clips").mkdir(exist_ok=True)
    step = max(1, round(options.longest * source.fps))
    total = round(source.seconds * source.fps)
    clips: list[Clip] = []
    rejects: list[Reject] = []
    for number, first in enumerate(range(0, total, step)):
        name, stop = f"{source.id}-{number + 1:03}", min(total, first + step)
        if (stop - first) / source.fps < options.shortest:
            rejects.append(Reject(what=name, kind="clip", stage="cut", reason="too_short", clip=name))
            continue
        clips.append(_clip(path, source, name, first, stop, into))
    return Cutout(clips=tuple(clips), rejects=tuple(rejects))


def _clip(path: Path, source: Source, name: str, first: int, stop: int, into: Path) -> Clip:
    video, size = into / "clips" / f"{name}.mp4", (source.size[0] // 2 * 2, source.size[1] // 2 * 2)
    frames = (picture[: size[1], : size[0]] for _, picture in read_frames(path, first, stop))
    count = write_video(frames, video, source.fps, size)
    return Clip(
        id=name, video=refer(video, into), fps=source.fps, size=size, frames=count, motion="found", pictures="found",
        origin="found", spans=(Span(shot=f"{name}-1", first=0, stop=count),),
        excerpt=Excerpt(source=source.id, start=first / source.fps, end=stop / source.fps),
    )  # fmt: skip
