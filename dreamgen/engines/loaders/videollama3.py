"""VideoLLaMA3's lines through Hugging Face `datasets`, as videollama3/train.py loads them; it has no package itself."""

from __future__ import annotations

from pathlib import Path

from dreamgen.core.dataset import SPLITS
from dreamgen.engines.loaders.hub import quiet_datasets
from dreamgen.engines.loaders.lines import walked
from dreamgen.engines.loaders.loaded import Loaded


def load(folder: Path) -> Loaded:
    """Every row of every split, and the first clip decoded.

    Raises:
        ImportError: without datasets.
    """
    files = [folder / f"{split}.jsonl" for split in SPLITS if (folder / f"{split}.jsonl").is_file()]
    with quiet_datasets() as (datasets, cache):
        splits = {
            file.stem: datasets.load_dataset("json", data_files=str(file), cache_dir=cache)["train"] for file in files
        }
        return walked(datasets, splits, folder)
