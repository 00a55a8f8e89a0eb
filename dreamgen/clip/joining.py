"""The one way in which a film that was made here is put together, so that every one of them says what it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dreamgen.engines.marking import Pictures, mark_video
from dreamgen.engines.video import join_segments


def join_synthetic(segments: Sequence[Path | bytes], path: Path, pictures: Pictures) -> int:
    """Joins segments to an mp4 whose metadata say that no camera recorded it; returns the number of frames.

    Args:
        segments: see `join_segments`; marks that they bear are not taken along.
        path: the mp4 to write.
        pictures: drawn by the illustrator, or by a model somewhere in it.

    Raises:
        ValueError: when there is nothing to join, or the segments don't fit each other.
        DreamgenError: when `path` can't be written.
    """
    frames = join_segments(segments, path)
    mark_video(path, pictures)
    return frames
