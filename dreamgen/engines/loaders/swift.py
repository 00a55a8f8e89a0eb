"""ms-swift's own `load_dataset`, and the video reader of its LLaVA templates; no weights."""

from __future__ import annotations

from contextlib import chdir
from importlib.metadata import version
from pathlib import Path

from dreamgen.core.dataset import SPLITS
from dreamgen.engines.loaders.hub import quiet_datasets
from dreamgen.engines.loaders.loaded import Loaded


def load(folder: Path) -> Loaded:
    """Every row of every split, as by default: what can't be used is deleted; and a clip of each split decoded.

    Raises:
        ImportError: without ms-swift.
    """
    rows, decoded = 0, True
    with quiet_datasets(), chdir(folder):  # the videos' paths begin where the training does
        from swift.dataset import load_dataset
        from swift.template.vision_utils import load_video_llava

        for path in (Path(f"{split}.jsonl") for split in SPLITS):
            if path.is_file():
                data, _ = load_dataset([str(path)], load_from_cache_file=False)
                rows += len(data)
                decoded = decoded and len(data) > 0 and len(load_video_llava(data[0]["videos"][0])) > 0
    return Loaded(f"ms-swift {version('ms-swift')}", rows, decoded)
