"""Synthetic clips say so in every form of a dataset, whatever was done to them on the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from dreamgen.core.media import Clip
from dreamgen.engines.marking import SOURCE_TYPES, mark_video, source_type_of


def source_type(clip: Clip) -> str:
    """IPTC's digital source type of a clip; empty for footage that was found, of which nobody here can say."""
    return SOURCE_TYPES[clip.pictures] if clip.origin == "dreamed" and clip.pictures != "found" else ""


def mark_synthetic(clip: Clip, path: Path) -> None:
    """Makes sure that the file of a clip that was made here says so; a file that does is left as it is.

    Args:
        clip: as its record has it.
        path: its file. It may be somebody else's under another name, so a copy takes its place.
    """
    if clip.origin != "dreamed" or clip.pictures == "found" or source_type_of(path):
        return
    copy = path.with_name(f".{path.name}.marked")
    shutil.copyfile(path, copy)
    mark_video(copy, clip.pictures)
    copy.replace(path)


def mark_all(clips: Iterable[tuple[Clip, Path]]) -> None:
    """The same for any number of them."""
    for clip, path in clips:
        mark_synthetic(clip, path)
