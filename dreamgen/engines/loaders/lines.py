"""Lines through Hugging Face `datasets`, whose rows name their clip by a path below the folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dreamgen.engines.loaders.hub import decodes
from dreamgen.engines.loaders.loaded import Loaded


def walked(datasets: Any, splits: Mapping[str, Any], folder: Path) -> Loaded:
    """Every row of every split, and the first clip decoded.

    Args:
        datasets: the library.
        splits: as it loaded them; `video` of a row is a path, or a list of one.
        folder: that the paths lead down from.
    """
    rows, first = 0, ""
    for split in splits.values():
        for row in split:
            rows += 1
            first = first or (row["video"] if isinstance(row["video"], str) else row["video"][0])
    decoded = bool(first) and decodes(str(folder / first))
    return Loaded(f"datasets {datasets.__version__}", rows, decoded, "the clip was decoded by PyAV" if decoded else "")
