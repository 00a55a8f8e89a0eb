"""Tables of pairs through Hugging Face `datasets`."""

from __future__ import annotations

from pathlib import Path

from dreamgen.engines.loaders.hub import delivered, quiet_datasets
from dreamgen.engines.loaders.loaded import Loaded


def load(folder: Path) -> Loaded:
    """Every row of every split; the clip of the first one, which lies beside the tables, is decoded.

    Raises:
        ImportError: without datasets.
    """
    files = {path.stem: str(path) for path in sorted(folder.glob("*.parquet"))}
    with quiet_datasets() as (datasets, cache):
        splits = datasets.load_dataset("parquet", data_files=files, cache_dir=cache)
        placed = {name: split.map(lambda row: {"video": str(folder / row["video"])}) for name, split in splits.items()}
        return delivered(datasets, placed, "video")
