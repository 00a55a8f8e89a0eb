"""Captions through Hugging Face `datasets`, by their card, as the hub shows them."""

from __future__ import annotations

from pathlib import Path

from dreamgen.engines.loaders.hub import quiet_datasets
from dreamgen.engines.loaders.lines import walked
from dreamgen.engines.loaders.loaded import Loaded


def load(folder: Path) -> Loaded:
    """Every row of every split, and the first clip decoded.

    Raises:
        ImportError: without datasets.
    """
    with quiet_datasets() as (datasets, cache):
        return walked(datasets, datasets.load_dataset(str(folder), cache_dir=cache), folder)
