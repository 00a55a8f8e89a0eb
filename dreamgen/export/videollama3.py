"""VideoLLaMA3's lines, as `LazySupervisedDataset` in videollama3/train.py reads them.

Unlike VideoLLaMA2's, `video` is a list of one path. Lists of rows are read too, but lines need less memory.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.llava import turns, write_rows


class Videollama3Exporter(Record):
    """Writes `train.jsonl` and `clips/`; train with `--data_path train.jsonl --data_folder .`."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.jsonl`; what is held out is in a file of its own beside it."""
        return write_rows(dataset, into, _row, lines=True)[0]


def _row(pair: InstructionPair, video: str) -> dict[str, Any]:
    return {"id": pair.id, "video": [video], "conversations": turns(pair, "<video>\n")}
