"""Footage that nobody here made: where it comes from, and what is known of it besides its pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from dreamgen.core.base import Record


class Said(Record):
    """Words that belong to a stretch of a video: a subtitle, an action label, a text in the picture."""

    start: float = Field(ge=0.0)
    """Seconds from the start of the video, or of the clip where they were cut with it."""
    end: float = Field(ge=0.0)
    """Seconds from the same start."""
    text: str = Field(min_length=1)
    """The words."""


class Source(Record):
    """One video file, as it was found."""

    id: str
    """Short, readable and unique in the run; no path follows from anything else."""
    name: str
    """The file's name, or its path below the folder that was given, with forward slashes. For people."""
    sha256: str
    """Of its bytes, in hex."""
    seconds: float = Field(ge=0.0)
    """Length."""
    size: tuple[int, int]
    """Width and height in pixels as a viewer sees them, after rotation."""
    fps: float = Field(gt=0.0)
    """Frames a second; the mean where the rate varies."""
    variable: bool = False
    """Whether the frame rate varies."""
    rotation: int = 0
    """Degrees clockwise by which the stored picture is turned to be seen: 0, 90, 180, 270."""
    container: str = ""
    """mp4, matroska."""
    codec: str = ""
    """h264, hevc, vp9."""
    pixels: str = ""
    """The pixel format: yuv420p, yuv420p10le."""
    hdr: bool = False
    """Whether its brightness is coded for HDR screens (PQ or HLG)."""
    sound: bool = False
    """Whether it has an audio track."""
    licence: str = ""
    """Under which it may be used; empty where nobody said."""
    url: str = ""
    """Where it was found."""
    dataset: str = ""
    """The collection that it belongs to: webvid, k400."""
    title: str = ""
    """As its makers call it."""
    labels: tuple[str, ...] = ()
    """What somebody says it shows: juggling balls."""
    tags: tuple[Said, ...] = ()
    """Labels with their times."""
    speech: tuple[Said, ...] = ()
    """Subtitles, or what a speech recogniser heard."""
    read: tuple[Said, ...] = ()
    """Text in the picture, where somebody read it."""
    more: tuple[tuple[str, str], ...] = ()
    """Whatever else its sidecar says: column and text."""


class Excerpt(Record):
    """Where in a source a clip was cut."""

    source: str
    """The id of the source."""
    start: float = Field(ge=0.0)
    """Seconds of the source at which the clip's first frame is shown."""
    end: float = Field(ge=0.0)
    """Seconds of the source at which its last frame ends."""
    copied: bool = False
    """Whether the clip holds the source's own bytes, without being encoded again."""
    keyframes: tuple[float, ...] = ()
    """Seconds of the clip at which something new is to be seen, in order."""


@dataclass(frozen=True)
class Notes:
    """What an annotator may know of a clip besides its pictures and sound. Verifiers see none of it."""

    title: str = ""
    """As its makers call the video."""
    labels: tuple[str, ...] = ()
    """What somebody says it shows."""
    tags: tuple[Said, ...] = ()
    """Labels, in the clip's own time."""
    speech: tuple[Said, ...] = ()
    """What is said, in the clip's own time."""
    read: tuple[Said, ...] = ()
    """Text in the picture, in the clip's own time."""
    keyframes: tuple[float, ...] = ()
    """Seconds of the clip at which something new is to be seen."""
    cuts: tuple[float, ...] = ()
    """Seconds of the clip at which all shots but the first begin, where it was cut by shots."""
    signals: Path | None = None
    """What was measured of every frame while the video was cut; None where nothing was."""
    masklets: Path | None = None
    """The masks of those that an earlier annotator followed; None where nobody did."""
    video: str = ""
    """The name of the video that it was cut from."""
    start: float = 0.0
    """Seconds of that video at which it begins."""


def notes_of(
    source: Source, excerpt: Excerpt, signals: Path | None = None, masklets: Path | None = None,
    cuts: tuple[float, ...] = (),
) -> Notes:  # fmt: skip
    """What is known of a clip: all that its source's record says of this stretch, and what was found in cutting it."""
    return Notes(
        title=source.title, labels=source.labels, tags=_within(source.tags, excerpt),
        speech=_within(source.speech, excerpt), read=_within(source.read, excerpt), keyframes=excerpt.keyframes,
        cuts=cuts, signals=signals, masklets=masklets, video=source.name, start=excerpt.start,
    )  # fmt: skip


def _within(some: Iterable[Said], excerpt: Excerpt) -> tuple[Said, ...]:
    """What falls into a stretch, in the stretch's own time."""
    return tuple(
        Said(start=max(0.0, one.start - excerpt.start), end=min(one.end, excerpt.end) - excerpt.start, text=one.text)
        for one in some
        if one.start < excerpt.end and excerpt.start < one.end
    )
