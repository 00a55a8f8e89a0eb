"""One Parquet table of pairs with a fixed schema, and the clips beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dreamgen.core.base import Record
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.parquet import new_table, require_parquet
from dreamgen.export.checks import check
from dreamgen.export.columns import COLUMNS, Place, pair_row
from dreamgen.export.media import bring, used


class ParquetExporter(Record):
    """Writes `pairs.parquet` and `clips/`, for `load_dataset("parquet", data_files="pairs.parquet")`."""

    def model_post_init(self, context: Any) -> None:
        """Needs pyarrow.

        Raises:
            MissingExtra: without it.
        """
        require_parquet("the export parquet")

    def export(self, pairs: Iterable[InstructionPair], clips: Sequence[Clip], media: Path, into: Path) -> Path:
        """The path of `pairs.parquet`."""
        known = tuple(pairs)
        check(known, clips, media)
        by_id = {clip.id: clip for clip in clips}
        videos = bring(used(known, clips), media, into)
        target = into / "pairs.parquet"
        with new_table(target, COLUMNS) as table:
            for pair in known:
                table.add(pair_row(pair, by_id[pair.clip], Place(video=videos[pair.clip])))
        return target
