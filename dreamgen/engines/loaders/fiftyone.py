"""A folder through FiftyOne's own importer, into a data set that is deleted afterwards."""

from __future__ import annotations

from pathlib import Path

from dreamgen.engines.loaders.hub import decodes
from dreamgen.engines.loaders.loaded import Loaded


def load(folder: Path) -> Loaded:
    """Every pair of every sample, as the database has them; the first clip is decoded by PyAV.

    Raises:
        ImportError: without fiftyone, or without the MongoDB that it needs.
    """
    import fiftyone
    from fiftyone.core.config import FiftyOneConfigError

    try:
        data = fiftyone.Dataset.from_dir(
            dataset_dir=str(folder), dataset_type=fiftyone.types.FiftyOneDataset, progress=False
        )
    except (FiftyOneConfigError, ConnectionError) as error:
        raise ImportError(f"fiftyone has no MongoDB: {error}") from None
    try:
        first = data.first()
        return Loaded(
            f"fiftyone {fiftyone.__version__}",
            int(data.count("pairs.detections")),
            decoded=first is not None and decodes(first.filepath),
            note="FiftyOne hands paths to a player: the clip was decoded by PyAV",
        )
    finally:
        data.delete()
