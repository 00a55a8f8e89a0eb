"""A VideoFolder through Hugging Face `datasets`, by its card, as the hub loads it."""

from __future__ import annotations

from pathlib import Path

from dreamgen.engines.loaders.hub import delivered, quiet_datasets
from dreamgen.engines.loaders.loaded import Loaded


def load(folder: Path) -> Loaded:
    """Every row of every split, and the first clip decoded.

    Raises:
        ImportError: without datasets.
    """
    with quiet_datasets() as (datasets, cache):
        return delivered(datasets, datasets.load_dataset(str(folder), cache_dir=cache), "video")
