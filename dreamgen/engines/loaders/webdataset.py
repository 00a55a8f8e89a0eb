"""Shards through webdataset itself, and through the builder of Hugging Face `datasets`."""

from __future__ import annotations

import gc
import warnings
from importlib.metadata import version
from pathlib import Path

from dreamgen.engines.loaders.hub import decodes, delivered, quiet_datasets
from dreamgen.engines.loaders.loaded import Loaded


def load(folder: Path) -> Loaded:
    """Every sample of every shard, with its JSON decoded; the first clip is decoded by PyAV.

    The smaller of both counts is told, so that a sample that one of them drops is missing.

    Raises:
        ImportError: without webdataset. Where datasets alone is missing, a note says so.
    """
    import webdataset

    paths = [str(path) for path in sorted(folder.glob("*.tar"))]
    rows, first = 0, None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        for sample in webdataset.WebDataset(paths, shardshuffle=False).decode():
            rows += isinstance(sample["json"], dict)
            first = first or sample["mp4"]
        gc.collect()  # webdataset leaves it to this to close its files
    own = Loaded(f"webdataset {version('webdataset')}", rows, decoded=first is not None and decodes(first))
    try:
        hub = _by_hub(folder)
    except ImportError as error:
        return own._replace(note=f"datasets was not asked: {error}")
    both = f"{own.by}, {hub.by}"
    return Loaded(both, min(own.rows, hub.rows), decoded=own.decoded and hub.decoded, note=hub.note)


def _by_hub(folder: Path) -> Loaded:
    splits = sorted({path.name.rpartition("-")[0] for path in folder.glob("*.tar")})
    files = {split: str(folder / f"{split}-*.tar") for split in splits}
    with quiet_datasets() as (datasets, cache):
        return delivered(datasets, datasets.load_dataset("webdataset", data_files=files, cache_dir=cache), "mp4")
