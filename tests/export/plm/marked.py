"""A clip of four seconds in which somebody walks to the right, and is gone for the last second and a half."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.layout import Box
from dreamgen.core.media import Clip, MaskFrame, Masklet, Span
from dreamgen.core.pairs import Form, InstructionPair, Program, Segment, Turn
from dreamgen.engines.files import refer
from dreamgen.engines.masks import region_of, write_masklets
from dreamgen.engines.video import write_video

FPS, FRAMES, SIZE, SEEN = 12, 48, (96, 64), 30
WALKS = "A woman in a red coat walks to the right."


def mask_in(frame: int) -> NDArray[np.bool_]:
    """Where she truly is; nowhere from frame `SEEN` on."""
    mask = np.zeros((SIZE[1], SIZE[0]), np.bool_)
    if frame < SEEN:
        mask[20:50, 5 + 2 * frame : 15 + 2 * frame] = True
        mask[10:20, 8 + 2 * frame : 12 + 2 * frame] = True
    return mask


def box_in(frame: int) -> list[int] | None:
    """The first and the last column and row of that."""
    return [5 + 2 * frame, 10, 14 + 2 * frame, 49] if frame < SEEN else None


def masklet(entity: str, step: int = 1) -> Masklet:
    """The masks of all frames, or of some."""
    width, height = SIZE
    frames = []
    for frame in range(0, SEEN, step):
        region = region_of(mask_in(frame))
        assert region is not None
        x0, y0, x1, y1 = region.box
        box = Box(x0=x0 / width, y0=y0 / height, x1=x1 / width, y1=y1 / height)
        frames.append(MaskFrame(frame=frame, rle=region.rle, box=box, visible=1.0))
    return Masklet(entity=entity, size=SIZE, step=step, frames=tuple(frames))


def marked_clip(media: Path, name: str = "scene-01", frames: int = FRAMES, step: int = 1) -> Clip:
    """The clip; in its masklets the dog comes before the woman."""
    pictures = (np.where(mask_in(n)[..., None], (40, 40, 200), (90, 90, 90)).astype(np.uint8) for n in range(frames))
    (media / "clips").mkdir(parents=True, exist_ok=True)
    write_video(pictures, media / "clips" / f"{name}.mp4", FPS, SIZE)
    masks = media / "clips" / f"{name}.masklets.jsonl.gz"
    write_masklets((masklet("dog", step), masklet("mara", step)), masks)
    return Clip(
        id=name, video=refer(media / "clips" / f"{name}.mp4", media), fps=FPS, size=SIZE, frames=frames,
        spans=(Span(shot="s", first=0, stop=frames),), masklets=refer(masks, media),
    )  # fmt: skip


def about_mara(form: Form, *segments: tuple[float, float, str], clip: str = "scene-01") -> InstructionPair:
    """A pair about the marked subject, whose stretches are in seconds."""
    turns = (Turn(role="human", text="In the red rectangle?"), Turn(role="assistant", text="[0, 29]"))
    return InstructionPair(
        id=f"{clip}-{form}", clip=clip, task=form, form=form, turns=turns, claims=("c1",),
        program=Program(name=form), masklets=("mara",),
        segments=tuple(Segment(start=start, end=end, text=text) for start, end, text in segments),
    )  # fmt: skip


def pairs_about(clip: str = "scene-01") -> tuple[InstructionPair, ...]:
    """All that can be asked of a marked subject."""
    return (
        about_mara("region_caption", (1.0, 2.5, WALKS), clip=clip),
        about_mara("region_localise", (1.0, 2.5, WALKS), clip=clip),
        about_mara("region_dense", (0.0, 1.0, "She stands."), (1.0, 2.5, WALKS), clip=clip),
    )
