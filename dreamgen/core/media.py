"""Pictures and films as records. A record refers to pixels and never holds them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Literal

from pydantic import Field, field_validator

from dreamgen.core.base import Record
from dreamgen.core.layout import Box, Layout


class MediaRef(Record):
    """A file of a story's folder."""

    path: str
    """Relative to the story's folder, with forward slashes."""
    sha256: str
    """Of its bytes, in hex."""

    @field_validator("path")
    @classmethod
    def _inside(cls, path: str) -> str:
        """A record from a file must not lead out of its folder."""
        if not path or "\\" in path or "\0" in path or ".." in path.split("/"):
            raise ValueError("a file's path leads down from its story's folder, with forward slashes")
        if path.startswith("/") or PureWindowsPath(path).drive:
            raise ValueError("a file's path is relative to its story's folder")
        return path


class Style(Record):
    """How one story looks, the same from its first frame to its last."""

    name: str
    """The name of the style pack: watercolor."""
    words: str
    """For a text-to-image model: what the pictures look like."""
    negative: str = ""
    """For a text-to-image model: what they must not look like."""
    palette: tuple[str, ...] = ()
    """Hex colours that the style leans on."""
    painter: str = "flat"
    """How the illustrator paints it: watercolor, flat, cutout, noir."""


class Keyframe(Record):
    """One still picture of a shot."""

    shot: str
    """The id of the shot."""
    t: float
    """Seconds from the start of the shot."""
    image: MediaRef
    """A PNG."""
    layout: Layout
    """What it was asked to show."""
    made_by: str
    """The renderer's name."""


class Span(Record):
    """Where one shot lies in a clip."""

    shot: str
    """The id of the shot."""
    first: int
    """Its first frame, from 0."""
    stop: int
    """One past its last frame."""


class Portrait(Record):
    """What a member of the cast looks like, for whoever has to find it in a picture."""

    entity: str
    """The id of the character."""
    image: MediaRef
    """A PNG of the whole body on a plain grey ground."""


class Clip(Record):
    """A video and where its shots lie: one scene, or the whole film."""

    id: str
    """Short and readable: scene-02, film."""
    video: MediaRef
    """An mp4 (H.264, yuv420p)."""
    fps: int
    """Frames a second, constant."""
    size: tuple[int, int]
    """Width and height in pixels."""
    frames: int
    """Length."""
    spans: tuple[Span, ...] = ()
    """The shots, in order; frames outside every span are title cards."""
    portraits: tuple[Portrait, ...] = ()
    """The whole cast of the story, present in this clip or not."""
    masklets: MediaRef | None = None
    """Gzipped JSON lines of `Masklet`, one for each entity, where the truth is known."""
    origin: Literal["dreamed", "found"] = "dreamed"
    """Made here, or footage that nobody here made."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frames / self.fps

    def footage(self, folder: Path) -> Footage:
        """All that a verifier may see of this clip, whose story's folder is `folder`."""
        return Footage(
            clip=self.id,
            video=folder / self.video.path,
            portraits={portrait.entity: folder / portrait.image.path for portrait in self.portraits},
        )


@dataclass(frozen=True)
class Footage:
    """What a verifier sees: the video file and reference portraits. No shots, no layout, no masks, no story."""

    clip: str
    """The id of the clip."""
    video: Path
    """The mp4."""
    portraits: dict[str, Path]
    """Entity id to a picture of it."""


class MaskFrame(Record):
    """One entity in one frame."""

    frame: int
    """From 0 in the clip."""
    rle: str
    """Its visible pixels as COCO's compressed run-length code (column-major); the size is the masklet's."""
    box: Box
    """Around its visible pixels, in frame fractions."""
    visible: float = Field(ge=0.0, le=1.0)
    """Visible pixels as a share of the pixels that it would have in this frame with nothing in front of it."""


class Masklet(Record):
    """One entity through a clip."""

    entity: str
    """The id of the character or prop."""
    size: tuple[int, int]
    """Width and height of the masks in pixels."""
    frames: tuple[MaskFrame, ...]
    """Frames in which at least one pixel is visible, in order."""

    def at(self, frame: int) -> MaskFrame | None:
        """The mask in `frame`, or None when nothing is visible there."""
        return next((mask for mask in self.frames if mask.frame == frame), None)
