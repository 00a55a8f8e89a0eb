"""Pictures and films as records. A record refers to pixels and never holds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from dreamgen.core.base import Record
from dreamgen.core.claims import Attribute, Presence
from dreamgen.core.found import Excerpt
from dreamgen.core.layout import Box, Layout

Hex = Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]
"""A colour: #rrggbb."""


def _inside(path: str) -> str:
    """A record from a file must not lead out of its folder."""
    if not path or "\\" in path or "\0" in path or ".." in path.split("/"):
        raise ValueError("a path leads down from its folder, with forward slashes")
    if path.startswith("/") or PureWindowsPath(path).drive:
        raise ValueError("a path is relative to its folder")
    return path


Inside = Annotated[str, AfterValidator(_inside)]
"""A path below a folder, with forward slashes."""


class MediaRef(Record):
    """A file of a story's folder."""

    path: Inside
    """Relative to the story's folder."""
    sha256: str
    """Of its bytes, in hex."""


class Asset(Record):
    """A file from outside the story's folder: weights or a picture that somebody brings along."""

    where: str = Field(min_length=1)
    """An absolute path, or a name on the hub: owner/model, or owner/model/file.safetensors."""
    sha256: str = ""
    """Of the local file's bytes, in hex; empty for the hub."""


File = Asset | MediaRef
"""A file from outside, or one that was made for this story."""


class StyleLora(Record):
    """A low-rank change of a text-to-image model."""

    file: File
    """Safetensors, in any form that diffusers reads."""
    weight: float = 1.0
    """How strongly it is applied; 0 is not at all."""


class LearnedWord(Record):
    """A word that a text-to-image model was taught (textual inversion)."""

    word: str = Field(pattern=r"^\S+$")
    """How prompts call it."""
    file: File
    """Its vectors for both text encoders: safetensors (clip_l, clip_g), or DreamFrame's .pt (emb, emb2)."""


class Brush(Record):
    """How a style bends the illustrator's painter. What is None stays as the painter has it.

    Lengths are in points of the stage, which is 1024 wide.
    """

    outline: float | None = Field(default=None, ge=0.0, le=5.0)
    """Width of outlines; 0 for none."""
    outline_colour: Hex | None = None
    """Of outlines."""
    outline_alpha: float | None = Field(default=None, ge=0.0, le=1.0)
    """Opacity of outlines."""
    outline_mix: float | None = Field(default=None, ge=0.0, le=1.0)
    """How far an outline turns to a shade of its fill."""
    gradient: float | None = Field(default=None, ge=0.0, le=1.0)
    """Strength of soft shading."""
    cel: float | None = Field(default=None, ge=0.0, le=1.0)
    """Strength of hard shading."""
    set_gradient: float | None = Field(default=None, ge=0.0, le=1.0)
    """Soft shading for the set instead of hard."""
    wobble: float | None = Field(default=None, ge=0.0, le=3.0)
    """Unsteadiness of the hand."""
    pool: float | None = Field(default=None, ge=0.0, le=1.0)
    """Opacity of the pigment that gathers at edges."""
    edge: float | None = Field(default=None, ge=0.0, le=1.0)
    """Opacity of a light edge around shapes."""
    saturation: float | None = Field(default=None, ge=0.0, le=2.0)
    """Of every colour; 0 leaves colour to bodies alone, and hides the hour."""
    spot: float | None = Field(default=None, ge=0.0, le=1.0)
    """How much colour bodies keep where the saturation is 0."""
    tones: tuple[Hex, Hex] | None = None
    """What greys run between where the saturation is 0: hex, dark and light."""
    least_light: tuple[float, float] | None = None
    """Strength of the light on the set and on bodies, at least, 0-1."""
    lamp: float | None = Field(default=None, ge=0.0, le=1.5)
    """Brightness of what glows by itself."""
    lift: float | None = Field(default=None, ge=0.0, le=0.6)
    """How much white is in every colour."""
    pull: float | None = Field(default=None, ge=0.0, le=1.0)
    """How far the set's colours are drawn to those of the palette; bodies keep theirs."""
    finish: Literal["water", "paper", "ink", "canvas", "chalk", "wax", "wood", "grid", "none"] | None = None
    """Texture of the whole picture."""
    grain: float | None = Field(default=None, ge=0.0, le=3.0)
    """Strength of the texture."""
    margin: bool | None = None
    """Whether the paper shows around the picture."""
    vignette: float | None = Field(default=None, ge=0.0, le=0.8)
    """Darkness of the corners."""
    hatching: float | None = Field(default=None, ge=0.0, le=1.0)
    """Strength of the hatching on dark parts of the set."""
    hatched: float | None = Field(default=None, ge=0.0, le=1.0)
    """How light a part of the set may be and still be hatched."""
    contrast: float | None = Field(default=None, ge=0.5, le=2.0)
    """Of the whole picture."""
    warmth: float | None = Field(default=None, ge=-1.0, le=1.0)
    """Of the whole picture: below 0 is cold."""
    steps: int | None = Field(default=None, ge=3, le=64)
    """Levels that are left of each channel."""
    halftone: float | None = Field(default=None, ge=0.0, le=1.0)
    """Strength of printed dots in the shadows."""
    bloom: float | None = Field(default=None, ge=0.0, le=1.0)
    """How far what is bright shines over its surroundings."""
    smear: float | None = Field(default=None, ge=0.0, le=4.0)
    """How far strokes pull the paint out of place."""
    blocks: float | None = Field(default=None, ge=1.0, le=8.0)
    """Side of the squares that the picture is made of."""
    paper: Hex | None = None
    """What shows where there is no paint."""
    title_paper: Hex | None = None
    """Ground of title cards."""
    title_ink: Hex | None = None
    """Letters of title cards."""


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
    brush: Brush = Brush()
    """How the style bends that painter."""
    loras: tuple[StyleLora, ...] = ()
    """For a text-to-image model: what was learned of the style."""
    learned: LearnedWord | None = None
    """For a text-to-image model: the word that stands for the style."""
    references: tuple[File, ...] = ()
    """For a text-to-image model: pictures in the style."""
    scheduler: str = ""
    """For a text-to-image model: the scheduler that suits the style; empty for the recipe's own."""
    guidance: float | None = None
    """For a text-to-image model: the guidance that suits the style; None for the recipe's own."""

    @property
    def unframed(self) -> Style:
        """The same style without a margin of bare paper, which no model leaves."""
        return self.model_copy(update={"brush": self.brush.model_copy(update={"margin": False})})


class Attempt(Record):
    """One time that a keyframe was drawn."""

    seed: int
    """Of its noise."""
    outcome: Literal["kept", "not_a_number", "blank", "unlike", "misplaced"]
    """Kept, or why it was drawn again: broken numbers, nothing to be seen, a character unlike its portrait, somebody
    in the wrong place."""


class Likeness(Record):
    """How much a drawn character is like its portrait."""

    entity: str
    """The id of the character."""
    score: float
    """Cosine similarity of the image embeddings of its box and of its portrait, -1 to 1."""


class Alignment(Record):
    """Whether somebody is where the layout says, in a picture that a model drew."""

    entity: str
    """The id of the character or prop."""
    found: Box | None
    """Where the check found it, in frame fractions; None when it did not, or when nothing checked."""
    iou: float = 0.0
    """Of the box found and the box of the layout, 0-1."""
    aligned: bool = False
    """Whether the check passed. What has not passed is only intended, and no region or spatial claim rests on it."""
    by: str = ""
    """Who checked; empty when nobody did."""


class EntityMap(Record):
    """Who is at every pixel of a keyframe, as the layout has it."""

    image: MediaRef
    """An 8-bit grey PNG: 0 the set, 255 a foreground or a caption, else the entity's number."""
    numbers: tuple[tuple[str, int], ...]
    """Entity id and number."""


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
    map: EntityMap | None = None
    """Who is where: exact where the illustrator drew it. Where a model did, the planned shapes, those of everybody who
    is aligned stretched to the box that was found; the others are only intended. See `alignments`."""
    alignments: tuple[Alignment, ...] | None = None
    """For a picture that a model drew: one for every placed entity. None where the map is exact."""
    likenesses: tuple[Likeness, ...] = ()
    """For a picture that a model drew: one for every character with a portrait that it shows."""
    attempts: tuple[Attempt, ...] = ()
    """For a picture that a model drew: every time it was drawn, in order; the last one is kept, or the best was."""
    strained: str = ""
    """What the machine could not do as asked: batch 8 halved to 4 (out of memory)."""


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


Moved = Literal["drawn", "still", "generated", "found"]
"""Who moves what a clip shows."""


class Clip(Record):
    """A video and where its shots lie: one scene, or the whole film."""

    id: str
    """Short and readable: scene-02, film."""
    video: MediaRef
    """An mp4 (H.264, yuv420p)."""
    fps: int | float
    """Frames a second, constant; a whole number where it was made here."""
    size: tuple[int, int]
    """Width and height in pixels."""
    frames: int
    """Length."""
    spans: tuple[Span, ...] = ()
    """The shots, in order; frames outside every span are title cards."""
    portraits: tuple[Portrait, ...] = ()
    """The whole cast of the story, present in this clip or not."""
    masklets: MediaRef | None = None
    """Gzipped JSON lines of `Masklet`, one for each entity, where the truth is known or intended."""
    motion: Moved = "drawn"
    """Drawn: bodies move as planned, frame by frame. Still: only the camera moves, over one picture a shot.
    Generated: a model made the motion, and nobody knows it. Found: nobody here made it."""
    pictures: Literal["drawn", "generated", "found"] = "drawn"
    """Drawn: by the illustrator, who shows what was planned. Generated: by a model, which may show something else, so
    that nothing in the pictures is true by construction. Found: nobody here made them, and the same holds."""
    strained: str = ""
    """What the machine could not do as asked, shot by shot: shot-03: still (not_a_number)."""
    twin_of: str = ""
    """The id of the clip from which it differs in one thing; empty for every other clip. It is no part of the film."""
    origin: Literal["dreamed", "found"] = "dreamed"
    """Made here, or footage that nobody here made."""
    excerpt: Excerpt | None = None
    """Of found footage: where in which video it was cut."""
    signals: MediaRef | None = None
    """Of found footage: what was measured of every frame while it was cut. No verifier sees it."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frames / self.fps

    @property
    def whole_fps(self) -> int:
        """Frames a second of a clip that was made here."""
        return int(self.fps)

    def footage(self, folder: Path, cast: Iterable[Presence | Attribute] = ()) -> Footage:
        """All that a verifier may see of this clip, whose story's folder is `folder`; `cast` says who is who."""
        return Footage(
            clip=self.id,
            video=folder / self.video.path,
            portraits={portrait.entity: folder / portrait.image.path for portrait in self.portraits},
            cast=tuple(cast),
        )


@dataclass(frozen=True)
class Footage:
    """What a verifier sees: the video, reference portraits and their words. No shots, layout, masks or story."""

    clip: str
    """The id of the clip."""
    video: Path
    """The mp4."""
    portraits: dict[str, Path]
    """Entity id to a picture of it."""
    cast: tuple[Presence | Attribute, ...] = ()
    """Who is who, for verifiers that are asked in words: what each entity is called and looks like, whether it is in
    this clip or not. It says no more than the portraits show, and must not be taken for what the clip shows."""


class MaskFrame(Record):
    """One entity in one frame."""

    frame: int
    """From 0 in the clip."""
    rle: str
    """Its visible pixels as COCO's compressed run-length code (column-major); the size is the masklet's."""
    box: Box
    """Around its visible pixels, in frame fractions."""
    visible: float = Field(ge=0.0, le=1.0)
    """Visible pixels as a share of the pixels that it would have in this frame with nothing in front of it; 1 in found
    footage, where nobody knows."""


class Masklet(Record):
    """One entity through a clip."""

    entity: str
    """The id of the character or prop."""
    intended: tuple[tuple[int, int], ...] = ()
    """Stretches of frames, first and one past the last, in which the masks are a plan that nothing has checked, and
    not what the pixels show. No region task, place in the picture or count rests on them."""
    size: tuple[int, int]
    """Width and height of the masks in pixels."""
    step: int = Field(default=1, ge=1)
    """Every how many frames a mask was made, from frame 0 on; of the frames in between nothing is known but by them."""
    frames: tuple[MaskFrame, ...]
    """Frames in which at least one pixel is visible, in order."""

    def intends(self, frame: int) -> bool:
        """Whether the mask in `frame` is only a plan."""
        return any(first <= frame < stop for first, stop in self.intended)

    def at(self, frame: int) -> MaskFrame | None:
        """The mask in `frame`, or None when nothing is visible there."""
        return next((mask for mask in self.frames if mask.frame == frame), None)
