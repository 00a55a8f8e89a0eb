"""ms-swift's own `load_dataset`, and the video reader of its LLaVA templates; no weights."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from dreamgen.core.dataset import SPLITS
from dreamgen.engines.loaders.hub import quiet_datasets
from dreamgen.engines.loaders.loaded import Loaded

_CACHE: Final = "MODELSCOPE_CACHE"


def load(folder: Path) -> Loaded:
    """Every row of every split, as by default: what can't be used is deleted; and a clip of each split decoded.

    Raises:
        ImportError: without ms-swift.
    """
    rows, decoded = 0, True
    # the videos' paths begin where the training does
    with quiet_datasets() as (_, cache), _keeping_in(cache), chdir(folder):
        from swift.dataset import load_dataset
        from swift.template.vision_utils import load_video_llava

        for path in (Path(f"{split}.jsonl") for split in SPLITS):
            if path.is_file():
                data, _ = load_dataset([str(path)], load_from_cache_file=False)
                rows += len(data)
                decoded = decoded and len(data) > 0 and len(load_video_llava(data[0]["videos"][0])) > 0
    return Loaded(f"ms-swift {version('ms-swift')}", rows, decoded)


@contextmanager
def _keeping_in(cache: str) -> Iterator[None]:
    """Has it keep what it reads in a folder that is gone afterwards, and not in the home of whoever checks."""
    before = os.environ.get(_CACHE)
    os.environ[_CACHE] = cache
    try:
        yield
    finally:
        if before is None:
            del os.environ[_CACHE]
        else:
            os.environ[_CACHE] = before
