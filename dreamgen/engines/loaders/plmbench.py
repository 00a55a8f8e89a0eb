"""PLM's sets through Hugging Face `datasets`: each task is a configuration of its own, as lmms-eval loads them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dreamgen.engines.loaders.hub import decodes, quiet_datasets
from dreamgen.engines.loaders.loaded import Loaded

_NOTE: Final = "the rows name files, of which PyAV decoded the first"


def load(folder: Path) -> Loaded:
    """Every row of every split of every task, and the first clip decoded.

    Raises:
        ImportError: without datasets.
    """
    with quiet_datasets() as (datasets, cache):
        rows, clips = 0, list[str]()
        for task in datasets.get_dataset_config_names(str(folder)):
            for split in datasets.load_dataset(str(folder), task, cache_dir=cache).values():
                for row in split:
                    rows += 1
                    clips += [] if clips else [row.get("video") or f"{row['segment_id']}.mp4"]
        decoded = decodes(folder / "clips" / clips[0]) if clips else False
        return Loaded(f"datasets {datasets.__version__}", rows, decoded, _NOTE if decoded else "")
