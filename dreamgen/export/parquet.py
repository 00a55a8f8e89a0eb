"""One Parquet table of pairs with a fixed schema, and the clips beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.engines.parquet import new_table, require_parquet
from dreamgen.export.columns import COLUMNS, Place, pair_row
from dreamgen.export.ready import make_ready


class ParquetExporter(Record):
    """Writes `train.parquet` and `clips/`, for `load_dataset("parquet", data_files="train.parquet")`."""

    def model_post_init(self, context: Any) -> None:
        """Needs pyarrow.

        Raises:
            MissingExtra: without it.
        """
        require_parquet("the export parquet")

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.parquet`; what is held out is in a table of its own beside it."""
        ready = make_ready(dataset, into)
        made = [into / f"{split}.parquet" for split in ready.splits]
        for split, target in zip(ready.splits, made, strict=True):
            with new_table(target, COLUMNS) as table:
                for pair, clip, video in ready.rows(split):
                    place = Place(story=dataset.group_of(clip.id), split=split, video=video)
                    table.add(pair_row(pair, clip, place))
        return made[0]
