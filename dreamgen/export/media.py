"""Clips beside the dataset that speaks of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair


def used(pairs: Iterable[InstructionPair], clips: Sequence[Clip]) -> list[Clip]:
    """The clips that some pair is about, in order."""
    wanted = {pair.clip for pair in pairs}
    return [clip for clip in clips if clip.id in wanted]


def bring(
    clips: Iterable[Clip], media: Path, into: Path, within: Callable[[Clip], str] | None = None
) -> dict[str, str]:
    """Puts every clip's video under `into`; a hard link where the disk allows it, else a copy.

    Args:
        clips: all of them.
        media: where their files are.
        into: where to.
        within: the folder below `into` that has the clips/ of a clip; None for `into` itself.

    Returns:
        Clip id to the video's path, relative to `into`, with forward slashes.
    """
    every = tuple(clips)
    names = {clip.id: Path(clip.video.path).name for clip in every}
    if len(set(names.values())) < len(names):  # every story has a scene-01.mp4
        names = {clip.id: clip.id + Path(clip.video.path).suffix for clip in every}
    places = {}
    for clip in every:
        target = into / (within(clip) if within else "") / "clips" / names[clip.id]
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(media / clip.video.path, target)
        except OSError:
            shutil.copyfile(media / clip.video.path, target)
        places[clip.id] = target.relative_to(into).as_posix()
    return places
