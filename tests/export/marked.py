"""A clip in which somebody is marked, as forms with boxes get it."""

from __future__ import annotations

from pathlib import Path

from dreamgen.core.layout import Box
from dreamgen.core.media import Clip, MaskFrame, Masklet
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.codes import empty_code
from dreamgen.engines.files import refer
from dreamgen.engines.masks import write_masklets


def marked_clip(clip: Clip, media: Path) -> Clip:
    """The girl walks to the right; she is behind a tree in frames 8 to 11, and after frame 20 nobody checked."""
    frames = tuple(
        MaskFrame(
            frame=n, rle=empty_code((96, 64)), box=Box(x0=-0.1 + n / 32, y0=0.25, x1=0.4 + n / 32, y1=0.75), visible=1
        )
        for n in range(24)
        if not 8 <= n < 12
    )
    path = media / "clips" / "scene-01.masklets.jsonl.gz"
    write_masklets([Masklet(entity="girl", intended=((20, 24),), size=(96, 64), frames=frames)], path)
    return clip.model_copy(update={"masklets": refer(path, media)})


def about_her(pair: InstructionPair) -> InstructionPair:
    """The same pair, which speaks of the girl."""
    return pair.model_copy(update={"masklets": ("girl",)})
