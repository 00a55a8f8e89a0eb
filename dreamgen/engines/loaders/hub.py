"""Hugging Face `datasets` as a check uses it: in a cache of its own, without bars, and without a broken torchcodec."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from dreamgen.engines.loaders.loaded import Loaded
from dreamgen.engines.video import read_frames

BY_PYAV: Final = "torchcodec, which datasets decodes with, is not here: the clip was decoded by PyAV"


@contextmanager
def quiet_datasets() -> Iterator[tuple[Any, str]]:
    """The library, and a folder for its cache that is gone afterwards.

    Raises:
        ImportError: without it.
    """
    import datasets
    from datasets import config

    bars = datasets.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    if not _torchcodec():  # one that is installed and broken would stop even the loading of paths
        config.TORCHCODEC_AVAILABLE = False
    try:
        with tempfile.TemporaryDirectory(prefix="dreamgen-check-") as cache:
            yield datasets, cache
    finally:
        if bars:
            datasets.enable_progress_bars()


def delivered(datasets: Any, splits: Mapping[str, Any], video: str) -> Loaded:
    """Walks through every row of every split, and decodes the first clip.

    Args:
        datasets: the library.
        splits: as it loaded them.
        video: the column that has the clip: a path, or bytes.
    """
    rows, first = 0, None
    for split in splits.values():
        plain = split.cast_column(video, datasets.Video(decode=False)) if _has_video(datasets, split, video) else split
        for row in plain:
            rows += 1
            first = first or row[video]
    by = f"datasets {datasets.__version__}"
    if first is None:
        return Loaded(by, rows, decoded=False)
    if _torchcodec():
        split = next(iter(splits.values())).cast_column(video, datasets.Video())
        return Loaded(by, rows, decoded=len(split[0][video]) > 0)
    return Loaded(by, rows, decoded=decodes(first), note=BY_PYAV)


def decodes(video: Any) -> bool:
    """Whether PyAV decodes all frames of a clip.

    Args:
        video: a path, the bytes of a file, or either as `datasets` has them: path and bytes.
    """
    if isinstance(video, Mapping):
        video = video["bytes"] or video["path"]
    if isinstance(video, bytes):
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "clip.mp4"
            path.write_bytes(video)
            return decodes(path)
    return sum(1 for _ in read_frames(Path(video))) > 0


def _has_video(datasets: Any, split: Any, video: str) -> bool:
    return isinstance(split.features[video], datasets.Video)


def _torchcodec() -> bool:
    try:
        import_module("torchcodec.decoders")
    except (ImportError, OSError, RuntimeError):  # it is installed for another torch, or FFmpeg is missing
        return False
    return True
